#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "lib/base/check.h"
#include "lib/doc/json.h"
#include "lib/net/curl_transport.h"

namespace kontrakt::fakes {

inline constexpr const char* kApplyType = "application/apply-patch+yaml";
inline constexpr const char* kMergeType = "application/merge-patch+json";

/// A plain client for the tests of the fakes: one request at a time, over real connections.
class Asking {
 public:
  explicit Asking(std::string base) : base_(std::move(base)) {
    auto transport = net::CurlTransport::Create({});
    KT_CHECK(transport.has_value());
    transport_ = std::move(*transport);
  }

  net::Response Ask(net::Method method, const std::string& path, const std::string& body = "",
                    const std::string& type = "application/json", net::Headers headers = {}) {
    auto result = Try(method, path, body, type, std::move(headers));
    return result ? std::move(*result) : net::Response{};
  }

  Result<net::Response> Try(net::Method method, const std::string& path, const std::string& body = "",
                            const std::string& type = "application/json", net::Headers headers = {}) {
    net::Request request;
    request.method = method;
    request.url = *net::Url::Parse(path.rfind("http", 0) == 0 ? path : base_ + path);
    request.headers = std::move(headers);
    if (!body.empty()) {
      request.body = std::make_shared<const std::string>(body);
      request.headers.Set("Content-Type", type);
    }
    return net::Send(*transport_, std::move(request), {{}, Deadline::After(std::chrono::seconds(20))});
  }

  doc::Json Json(net::Method method, const std::string& path, const doc::Json& body = nullptr,
                 const std::string& type = "application/json") {
    const net::Response response = Ask(method, path, body.is_null() ? "" : body.dump(), type);
    return doc::Json::parse(response.body, nullptr, false);
  }

  net::Transport& transport() { return *transport_; }

 private:
  const std::string base_;
  std::unique_ptr<net::CurlTransport> transport_;
};

}  // namespace kontrakt::fakes
