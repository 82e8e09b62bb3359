#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "lib/base/stop.h"
#include "lib/net/curl_transport.h"
#include "lib/net/http.h"
#include "lib/net/transport.h"

namespace kontrakt::net {

/// A bound far longer than any test takes, so that a hang fails instead of blocking.
inline Bound Patient() {
  Bound bound;
  bound.deadline = Deadline::After(std::chrono::seconds(20));
  return bound;
}

inline Request RequestTo(Method method, const std::string& url, std::string body = "") {
  Request request;
  request.method = method;
  request.url = *Url::Parse(url);
  if (!body.empty())
    request.body = std::make_shared<const std::string>(std::move(body));
  return request;
}

inline Request Get(const std::string& url) {
  return RequestTo(Method::kGet, url);
}

inline std::unique_ptr<CurlTransport> Transporting(CurlOptions options = {}) {
  auto transport = CurlTransport::Create(std::move(options));
  return transport ? std::move(*transport) : nullptr;
}

}  // namespace kontrakt::net
