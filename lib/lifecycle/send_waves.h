#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/lifecycle/apply.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/plan.h"
#include "lib/lifecycle/run_namespace.h"

namespace kontrakt {

/// What came of sending a plan; UIDs, resourceVersions and generations are put into the plan's inventory.
struct Sent {
  std::vector<AppliedObject> objects;  ///< in the plan's order, as far as they were sent
  std::vector<Error> refusals;         ///< of the wave that was refused; no further wave was sent
  bool changed = false;                ///< whether anything was created or changed
};

/// Sends the plan's waves, several objects in flight. `present` (uid by inventory index, from an earlier apply of the
/// same inputs) marks what is there and is not to be sent again because it was held back or has run.
///
/// Absorbs within the deadline what passes by itself: accounts and quotas that controllers are still making, webhooks
/// that are starting, API servers that have not heard of a new CRD yet, an object of that name that is being deleted.
/// Fails (rather than refusing) when stopped, timed out or disconnected.
Result<Sent> SendWaves(const Context& context, const RunNamespace& ns, Plan& plan, const ApplyOptions& options,
                       const std::vector<std::string>& present);

}  // namespace kontrakt
