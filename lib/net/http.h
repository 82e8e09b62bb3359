#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/net/url.h"

namespace kontrakt::net {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete };
std::string_view NameOf(Method method);

/// Header fields in order; names compare without case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}
  void Add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void Set(std::string_view name, std::string value);
  void Remove(std::string_view name);
  std::optional<std::string> Get(std::string_view name) const;
  std::vector<std::string> GetAll(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// Which connections a request may use. Streams (watches, log follows) and bulk bodies never make a short request wait.
enum class Lane {
  kShort,   ///< HTTP/2 multiplexed where the server speaks it
  kStream,  ///< a connection pool of its own, no total timeout
  kBulk,    ///< blob up- and downloads: HTTP/1.1, since HTTP/2 uploads loop busily in libcurl
};

/// Gives the next piece of a request body; an empty string ends it. Called on the transport's thread.
using BodySource = std::function<Result<std::string>(std::size_t at_most)>;
/// Takes a piece of a response body. Called on the transport's thread; an error ends the transfer with that error.
/// Not called for bodies of answers other than 2xx, which are collected in Response::body.
using BodySink = std::function<Result<void>(std::string_view piece)>;

struct Request {
  Method method = Method::kGet;
  Url url;
  Headers headers;
  std::shared_ptr<const std::string> body;   ///< shared, so that a retry sends the same bytes
  BodySource source;                         ///< instead of `body`; such a request is never retried by a decorator
  std::optional<std::uint64_t> source_size;  ///< of `source`, in bytes
  BodySink sink;                             ///< instead of Response::body
  /// Back pressure, asked on the transport's thread before `source` or `sink` is called: false pauses the transfer. It
  /// is asked again whenever something of its lane has moved, and every 50 ms. Only for Lane::kBulk.
  std::function<bool()> can_send;
  std::function<bool()> can_receive;
  Lane lane = Lane::kShort;
  std::chrono::milliseconds timeout{60'000};        ///< for the whole exchange; 0 = none
  std::chrono::milliseconds idle_timeout{0};        ///< ends a transfer on which nothing moves; 0 = none
  std::chrono::milliseconds delay{0};               ///< do not start before this has passed
  std::size_t body_limit = std::size_t{256} << 20;  ///< of Response::body; more is kInvalidInput
  bool retryable = false;  ///< may be sent again after a lost reply (idempotent, or of no harm when done twice)
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;
  int http_version = 0;  ///< 1 or 2
  Url url;               ///< asked
  int attempts = 1;
  bool ok() const { return status >= 200 && status < 300; }
};

/// Delay-seconds or an HTTP-date of a Retry-After header (RFC 9110 §10.2.3), at most `longest`.
std::optional<std::chrono::milliseconds> RetryAfter(const Response& response, std::chrono::milliseconds longest);

}  // namespace kontrakt::net
