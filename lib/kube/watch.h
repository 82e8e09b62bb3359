#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/doc/json.h"
#include "lib/kube/client.h"

namespace kontrakt::kube {

enum class EventType : unsigned char {
  kUpserted,  ///< added or modified
  kDeleted,   ///< `object` is the last state seen
  kSynced,    ///< the first full view is complete; sent again after a new list
  kFailed,    ///< the watch ended for good; `error` says why
};

struct WatchEvent {
  std::size_t subject = 0;  ///< which of the set's subjects
  EventType type = EventType::kUpserted;
  doc::Json object;
  std::optional<Error> error;
};

/// One collection to follow.
struct WatchSubject {
  Resource resource{};
  std::string namespace_name{};  ///< empty: all, or cluster scope
  std::string label_selector{};
  std::string field_selector{};
  bool metadata_only = false;
};

/// The pauses of a watch. Their defaults are client-go's.
struct WatchTimings {
  std::chrono::milliseconds first_pause{800};  ///< after a failure, doubling
  std::chrono::milliseconds longest_pause{30'000};
  std::chrono::milliseconds shortest_interval{1'000};  ///< between two streams of one subject that ended cleanly
  std::chrono::milliseconds healthy{120'000};          ///< a stream that lasted so long forgets earlier failures
};

/// Follows several collections at once and yields one stream of events.
///
/// Each begins with a streaming list from the cache (resourceVersion=0, NotOlderThan; a plain list with the same and a
/// watch from there where the server has it off), goes on from the last resourceVersion or bookmark after a clean end,
/// lists anew after 410 in either form (objects that vanished meanwhile come as kDeleted), backs off after 429, 5xx and
/// refused connections (0.8 s doubling to 30 s), refreshes credentials once after 401. 403 and a vanished resource type
/// end the subject with kFailed. An event never carries managedFields.
///
/// Threads: Add and Next belong to one thread; destruction ends all streams.
class WatchSet {
 public:
  explicit WatchSet(Client client, WatchTimings timings = {});
  ~WatchSet();
  WatchSet(const WatchSet&) = delete;
  WatchSet& operator=(const WatchSet&) = delete;

  /// Begins to follow; the number identifies it in events.
  std::size_t Add(WatchSubject subject);
  void Remove(std::size_t subject);
  /// The next event, or nullopt when none came within `longest` or the bound ended (check the bound then).
  std::optional<WatchEvent> Next(std::chrono::milliseconds longest, const Bound& bound);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontrakt::kube
