#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace kontrakt {

/// Reads a Go duration ("1h2m3.5s", "300ms") or a bare integer of seconds. Negative values, an empty
/// text and anything else are kInvalidInput.
Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

/// "350ms", "4.2s", "2m05s", "1h02m": short, for a person.
std::string FormatDuration(std::chrono::milliseconds duration);

}  // namespace kontrakt
