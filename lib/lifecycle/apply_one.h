#pragma once

#include <string>
#include <vector>

#include "lib/lifecycle/apply.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/namespace_setup.h"
#include "lib/lifecycle/plan.h"

namespace kontrakt {

/// Applies one planned kontrakt; whatever goes wrong is in the result. Threads: any, one call a plan.
AppliedKontrakt ApplyOne(const Context& context, Plan& plan, NamespaceStanding standing,
                         const NamespaceRequest& request);

/// What would be sent, without a write; with kServer each object is checked by the server where its namespace exists.
AppliedKontrakt PlanOne(const Context& context, const Plan& plan, const NamespaceStanding& standing,
                        const ApplyOptions& options);

}  // namespace kontrakt
