#pragma once

#include <string>
#include <string_view>

#include "lib/base/environment.h"
#include "lib/base/result.h"
#include "lib/net/url.h"

namespace kontrakt::net {

/// A proxy as kubeconfigs and environments name it.
struct ProxyConfig {
  std::string url{};       ///< http, https or socks5 (names are resolved at the proxy); empty = none
  std::string no_proxy{};  ///< hosts, domains and CIDRs, comma separated

  /// HTTPS_PROXY/HTTP_PROXY/NO_PROXY in either case, as Go reads them: ALL_PROXY is not read, and localhost and
  /// loopback addresses are never sent to a proxy of the environment.
  static ProxyConfig OfEnvironment(const Environment& environment, std::string_view scheme);
  /// Whether requests for `target` go through it. `no_proxy` entries: `*`, `host` (and its subdomains), `.domain`,
  /// `*.domain`, an address, a CIDR, each but the CIDR with an optional `:port`.
  bool AppliesTo(const Url& target) const;
  /// The URL as libcurl wants it: a scheme always, socks5 with names resolved at the proxy. kInvalidInput for any other
  /// scheme or a URL without a host. Empty when there is no proxy.
  Result<std::string> CurlUrl() const;
};

}  // namespace kontrakt::net
