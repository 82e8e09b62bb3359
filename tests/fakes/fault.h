#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json_fwd.h"
#include "tests/fakes/http_message.h"

namespace kontrakt::fakes {

/// What goes wrong. Effects on the server's state take place unless the kind says otherwise.
enum class FaultKind {
  kDropBefore,   ///< the connection is closed once the head has been read; the request has no effect
  kDropAfter,    ///< the request takes effect, then the connection is closed without an answer
  kDelay,        ///< the answer comes late
  kAnswer,       ///< `answer` instead of the server's own; the request has no effect
  kHalfBody,     ///< the head and the first half of the body (of a stream: `cut_after` bytes), then the connection ends
  kCorruptBody,  ///< the last byte of the body differs from what its digest says
  kWrongDigest,  ///< Docker-Content-Digest names other content
};

/// One fault as data: which requests meet it, and what it does to them.
struct Fault {
  std::string method = "*";  ///< "*" or one method
  std::string path = "*";    ///< glob over the decoded path, or over path?query as sent when it contains a '?'
  int from = 1;              ///< the first matching request that meets it, counted from 1
  int count = 1;             ///< how many in a row; 0 = all from there on
  FaultKind kind = FaultKind::kDropBefore;
  std::chrono::milliseconds delay{0};  ///< of kDelay, at most 30 s
  HttpResponse answer{};               ///< of kAnswer
  std::size_t cut_after = 0;           ///< of kHalfBody: bytes of the body that are sent; 0 = half of them

  /// `{"method":"GET","path":"/v2/*","from":1,"count":2,"kind":"answer","status":429,"headers":{"Retry-After":"1"},
  ///   "body":"…"}`; kind is one of drop-before, drop-after, delay (with "ms"), answer, half-body (with "bytes"),
  /// corrupt-body, wrong-digest. A body that is no string is sent as JSON.
  static Result<Fault> Parse(const doc::Json& value);
};

/// Counts requests against each fault.
///
/// Threads: any.
class FaultPlan {
 public:
  void Add(Fault fault);
  void Clear();
  /// The faults that this request meets. Counts it.
  std::vector<Fault> Next(const HttpRequest& request);

 private:
  struct Counted {
    Fault fault;
    int seen = 0;
  };
  std::mutex mutex_;
  std::vector<Counted> faults_;
};

}  // namespace kontrakt::fakes
