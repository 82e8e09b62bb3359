#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "lib/base/result.h"
#include "lib/net/proxy.h"
#include "lib/net/tls.h"
#include "lib/net/transport.h"

namespace kontrakt::net {

struct CurlOptions {
  TlsConfig tls{};
  TrustStore trust{};
  ProxyConfig proxy_http{};
  ProxyConfig proxy_https{};
  std::string user_agent{};
  std::chrono::milliseconds connect_timeout{10'000};
  int streams_per_connection = 100;  ///< kube-apiserver's limit
};

/// Counts what went over the wire.
struct TransferCounts {
  std::uint64_t requests = 0;
  std::uint64_t connections = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
};

/// libcurl's multi interface: HTTP/2 and keep-alive, one connection a host until its stream limit. Each lane has a pool
/// and a thread of its own, started by its first request. Never follows a redirect (callers decide, so that credentials
/// never cross hosts), never asks for compression. Half-open connections are cut by their socket once a request on them
/// has timed out, or the next requests would join them again.
///
/// Threads: see Transport; callbacks of one lane never overlap, those of different lanes may.
class CurlTransport : public Transport {
 public:
  /// kInvalidInput when a certificate, key or proxy can't be used.
  static Result<std::unique_ptr<CurlTransport>> Create(CurlOptions options);
  virtual TransferCounts Counts() const = 0;
  /// Closes idle connections and starts new ones with this identity (a rotated client certificate).
  virtual void SetTls(TlsConfig tls) = 0;
};

}  // namespace kontrakt::net
