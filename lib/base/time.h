#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace kontrakt {

/// Wall-clock time, as Kubernetes writes it.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

WallTime NowWall();

/// RFC 3339 with an optional fraction and any offset ("2026-01-02T03:04:05.678Z").
Result<WallTime> ParseRfc3339(std::string_view text);
/// The Date header's IMF-fixdate (RFC 9110 §5.6.7).
Result<WallTime> ParseHttpDate(std::string_view text);
/// "2026-01-02T03:04:05Z", in whole seconds.
std::string FormatRfc3339(WallTime time);

}  // namespace kontrakt
