#pragma once

#include <map>
#include <string>

namespace kontrakt::net {

/// Name and version of each third-party library that HTTP runs on, for --version. Threads: any.
std::map<std::string, std::string> LibraryVersions();

}  // namespace kontrakt::net
