#include "lib/net/tls.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>

namespace kontrakt::net {
namespace {

constexpr std::array<std::string_view, 2> kFolders = {"/etc/ssl/certs", "/etc/pki/tls/certs"};
constexpr std::array<std::string_view, 6> kFiles = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",                   // RHEL and Fedora
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // newer RHEL
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/var/lib/ca-certificates/ca-bundle.pem",             // newer SUSE
    "/etc/ssl/cert.pem",                                  // Alpine without the bundle
};

/// "5ed36f99.0": how OpenSSL finds an issuer in a folder. Others in it are never read.
bool IsHashName(std::string_view name) {
  return name.size() >= 10 && name[8] == '.' &&
         std::all_of(name.begin(), name.begin() + 8, [](unsigned char c) { return std::isxdigit(c) != 0; }) &&
         std::all_of(name.begin() + 9, name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool IsHashFolder(const std::string& path) {
  std::error_code failure;
  for (std::filesystem::directory_iterator entry(path, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    if (IsHashName(entry->path().filename().string()))
      return true;
  }
  return false;
}

}  // namespace

TrustStore FindTrustStore(const Environment& environment, const std::string& root) {
  TrustStore store;
  store.file = environment.Get("SSL_CERT_FILE").value_or("");
  store.folder = environment.Get("SSL_CERT_DIR").value_or("");
  if (!store.file.empty() || !store.folder.empty())
    return store;
  for (const std::string_view folder : kFolders) {
    const std::string path = root + std::string(folder);
    if (IsHashFolder(path)) {
      store.folder = path;
      return store;
    }
  }
  for (const std::string_view file : kFiles) {
    const std::string path = root + std::string(file);
    std::error_code failure;
    if (std::filesystem::is_regular_file(path, failure)) {
      store.file = path;
      return store;
    }
  }
  return store;
}

}  // namespace kontrakt::net
