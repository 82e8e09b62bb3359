#pragma once

#include <string>
#include <string_view>

namespace kontrakt::cli {

/// Leaves one line where Kubernetes looks for a container's last words. Only into a regular file that is there already
/// and may be written; anything else is left alone, since most processes have no such file.
void WriteTerminationLog(const std::string& path, std::string_view reason);

}  // namespace kontrakt::cli
