#pragma once

#include "lib/base/result.h"
#include "lib/lifecycle/board.h"
#include "lib/lifecycle/context.h"

namespace kontrakt {

/// Tells a board about the cluster's StorageClasses where it has claims to judge. A caller that may not list them goes
/// on without: such a claim is then waited for until it is bound.
Result<void> GiveStorageClasses(const Context& context, Board& board);

}  // namespace kontrakt
