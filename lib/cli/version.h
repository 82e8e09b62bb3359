#pragma once

#include <string_view>

namespace kontrakt::cli {

/// The release this was built from, as in "0.1.0".
/// Threads: any.
std::string_view Version();

/// The commit this was built from, twelve hexadecimal digits, or "unknown" outside a checkout.
/// Threads: any.
std::string_view Commit();

}  // namespace kontrakt::cli
