#pragma once

#include <chrono>
#include <optional>

#include "lib/base/error.h"

namespace kontrakt {

/// How long a refusal of the API server is worth repeating in a namespace that was made a moment ago, or nullopt when
/// it is final. Several transient failures arrive as 403, 404, 409 and 500.
std::optional<std::chrono::milliseconds> PassesWithin(const Error& error);

}  // namespace kontrakt
