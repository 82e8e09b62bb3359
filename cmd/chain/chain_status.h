#pragma once

#include "lib/base/result.h"
#include "lib/doc/json_fwd.h"
#include "lib/lifecycle/delete.h"

namespace kontrakt {

/// How a chain of separate steps ends truly after cleaning up (--exit-with-verdict), from the verdicts that delete read
/// before it deleted and the statuses in the chain's report: a failed verdict is 1; passed, the worst status recorded,
/// a step that began and never ended counting as 7; no verdict or no namespace, the first status that is not 0, else 8.
Result<void> ChainStatus(const DeleteReport& deleted, const doc::Json& report);

}  // namespace kontrakt
