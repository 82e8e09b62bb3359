#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
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

/// A bound that the test can stop.
class StopButton {
 public:
  StopButton() : source_(std::make_unique<std::stop_source>()), bound_(Patient()) {
    bound_.stop = source_->get_token();
  }
  void Press() { source_->request_stop(); }
  const Bound& bound() const { return bound_; }

 private:
  std::unique_ptr<std::stop_source> source_;
  Bound bound_;
};

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
