#pragma once

#include <map>
#include <string>

namespace kontrakt {

/// Name and version of each third-party library that this one runs with, for --version. Threads: any.
std::map<std::string, std::string> LibraryVersions();

}  // namespace kontrakt
