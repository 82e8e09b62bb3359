#pragma once

#include <vector>

#include "lib/base/result.h"
#include "lib/base/time.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/delete.h"

namespace kontrakt {

/// Deletes cluster-scoped objects that runs left behind: marked as ours and past their own kontrakt/expires. Their
/// namespaces may be gone, so nothing else would find them. Kinds that the caller may not list are left out.
Result<std::vector<DeletedOutside>> SweepOutside(const Context& context, WallTime now);

}  // namespace kontrakt
