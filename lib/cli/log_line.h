#pragma once

#include <string>
#include <string_view>

namespace kontrakt::cli {

/// `text` such that no CI system reads a command in it: `##[…]` and `##vso[…]` (Azure), `##teamcity[…]`, and a line
/// that starts with `::` (GitHub) are broken by a space. CI systems obey what they find in a log, and a log holds what
/// the software under test prints.
std::string BreakCiCommands(std::string_view text);

/// "web/smoke-abc | line": a line of a container's log as we show it.
std::string LogLine(std::string_view source, std::string_view line);

}  // namespace kontrakt::cli
