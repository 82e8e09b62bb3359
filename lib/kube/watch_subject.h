#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/retry.h"
#include "lib/doc/json_scan.h"
#include "lib/kube/line_splitter.h"
#include "lib/kube/status.h"
#include "lib/kube/watch.h"
#include "lib/net/http.h"

namespace kontrakt::kube {

/// The request that a followed collection wants to send next.
struct WatchRequest {
  std::string path;  ///< with its query
  std::string accept;
  bool is_list = false;  ///< one answer instead of a stream
  std::chrono::milliseconds delay{0};
  std::chrono::milliseconds timeout{0};
};

/// How one collection is followed: what to ask, what the answers mean, what to do when they end. Sends nothing itself.
///
/// Threads: confined to one.
class WatchSubjectState {
 public:
  using Clock = std::chrono::steady_clock;
  using Sink = std::function<void(WatchEvent)>;

  WatchSubjectState(std::size_t number, WatchSubject subject, WatchTimings timings);

  /// What to send, from now on.
  WatchRequest Next(Clock::time_point now);
  /// A piece of the stream. False once the stream has reported its own end: call TakeEnd without waiting for it.
  bool TakePiece(std::string_view piece, const Sink& sink);
  /// The request has ended, or is to end. Then either failed() or Next() says how it goes on.
  void TakeEnd(Result<net::Response> result, Clock::time_point now, const Sink& sink);
  /// Ends for good with that error.
  void Fail(Error error, const Sink& sink);

  bool failed() const { return failed_; }
  /// The server answered 401 and the credentials should be refreshed before Next. Says so once.
  bool TakeUnauthorized() { return std::exchange(unauthorized_, false); }

 private:
  enum class Mode { kStreamingList, kList, kWatch };
  /// The last state of an object, kept for the event that tells of its end.
  struct Known {
    std::string uid;
    std::string resource_version;
    std::string raw;
  };

  bool TakeLine(std::string_view line, const Sink& sink);
  void TakeObject(const doc::ObjectHead& head, std::string_view raw, const Sink& sink);
  void TakeDeleted(const doc::ObjectHead& head, std::string_view raw, const Sink& sink);
  void TakeList(const net::Response& response, Clock::time_point now, const Sink& sink);
  void TakeStatus(const Status& status, Clock::time_point now, const Sink& sink);
  void FinishList(const std::string& resource_version, const Sink& sink);
  void BeginList();
  void RetryLater(std::chrono::milliseconds at_least);
  void Emit(EventType type, std::string_view raw, const Sink& sink);
  std::string Query(Mode mode, int timeout_seconds) const;

  const std::size_t number_;
  const WatchSubject subject_;
  const WatchTimings timings_;
  std::minstd_rand random_;
  Backoff backoff_;
  Mode mode_ = Mode::kStreamingList;
  bool streaming_list_works_ = true;
  bool consistent_ = false;  ///< the cache's own version may be older than what we have seen
  bool failed_ = false;
  bool unauthorized_ = false;
  int unauthorized_in_a_row_ = 0;
  std::optional<Status> reported_;  ///< by an ERROR event
  std::string resource_version_;
  std::map<std::string, Known> known_;
  std::set<std::string> listed_;
  LineSplitter lines_;
  Clock::time_point started_;
  std::chrono::milliseconds delay_{0};
};

}  // namespace kontrakt::kube
