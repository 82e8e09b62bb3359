#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/net/http.h"

namespace kontrakt::net {

/// Error::reason of a failure before anything of the request was sent: any method may be tried again.
inline constexpr std::string_view kNotSent = "NotSent";

/// Sends HTTP requests. The seam at which tests put a scripted double.
///
/// Any answer of a server is a Response, whatever its status; an Error is a failure below HTTP: kUnavailable
/// (resolve, connect, reset, TLS handshake cut), kTimeout, kCancelled, kDenied (a certificate that can't be trusted),
/// kInvalidInput (not HTTP, body over the limit) or what a sink or source returned.
///
/// Threads: any may call Start and Cancel. Completions, sinks and sources run on the transport's own thread, must not
/// block, and are never called after the transport's destruction, which cancels what is under way.
class Transport {
 public:
  using Completion = std::function<void(Result<Response>)>;
  using Ticket = std::uint64_t;

  virtual ~Transport() = default;
  /// Begins the exchange; `done` is called exactly once.
  virtual Ticket Start(Request request, Completion done) = 0;
  /// Ends it early: `done` gets kCancelled unless it has been called already. Unknown tickets are ignored.
  virtual void Cancel(Ticket ticket) = 0;
};

/// Sends one and waits for its end; kCancelled or kTimeout by the bound, whose deadline also shortens the timeout.
Result<Response> Send(Transport& transport, Request request, const Bound& bound);

/// Sends all, at most `in_flight` at a time, and waits. Results are in the order of the requests. The first request
/// to an origin is sent alone and the rest once it has answered, since libcurl otherwise opens a connection for each
/// (or queues behind failing connects); when it fails to connect, all fail with its error.
/// `on_done` (optional) sees each as it ends, on the caller's thread.
std::vector<Result<Response>> SendAll(Transport& transport, std::vector<Request> requests, std::size_t in_flight,
                                      const Bound& bound,
                                      const std::function<void(std::size_t, const Result<Response>&)>& on_done = {});

}  // namespace kontrakt::net
