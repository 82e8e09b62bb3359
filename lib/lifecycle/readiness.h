#pragma once

#include <cstddef>
#include <vector>

#include "lib/base/result.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/inventory.h"
#include "lib/lifecycle/run_namespace.h"
#include "lib/verdict/judgement.h"

namespace kontrakt {

/// Waits until each of `items` (indexes into the inventory) is ready, for apply's waves. A test that is held back
/// counts as ready, and so does what waits for held-back tests alone: a claim whose class waits for its first consumer,
/// a Service or PodDisruptionBudget that selects only them.
///
/// kNegative with the cause when one is doomed, kTimeout by the context's bound.
Result<void> WaitUntilReady(const Context& context, const RunNamespace& ns, const Inventory& inventory,
                            const std::vector<std::size_t>& items, const verdict::Patience& patience);

}  // namespace kontrakt
