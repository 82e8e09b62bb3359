#pragma once

#include <optional>
#include <string>

#include "lib/base/environment.h"
#include "lib/base/result.h"

namespace kontrakt::net {

/// What to trust and what to show, for the hosts of one transport. PEM texts, never temporary files.
struct TlsConfig {
  std::string ca_pem{};  ///< anchors instead of the system's; leaf and intermediate count too
  std::string client_cert_pem{};
  std::string client_key_pem{};
  bool insecure_skip_verify = false;
  std::string server_name{};  ///< checked and sent as SNI instead of the URL's host
};

/// The system's trust store as libcurl wants it: SSL_CERT_FILE, SSL_CERT_DIR, else the usual paths of Debian, RHEL,
/// SUSE and Alpine. A folder (CAPATH) is preferred: it costs 1.5 ms where the bundle costs 20.
struct TrustStore {
  std::string file{};
  std::string folder{};
};
/// `root` is put before the usual paths: another root folder than ours.
TrustStore FindTrustStore(const Environment& environment, const std::string& root = "");

}  // namespace kontrakt::net
