#include "lib/base/library_versions.h"

#include <fmt/core.h>
#include <openssl/crypto.h>

namespace kontrakt {

std::map<std::string, std::string> LibraryVersions() {
  constexpr int kMajor = 10'000;
  constexpr int kMinor = 100;
  return {
      {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
      {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / kMajor, FMT_VERSION / kMinor % kMinor, FMT_VERSION % kMinor)},
  };
}

}  // namespace kontrakt
