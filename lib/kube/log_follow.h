#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/retry.h"
#include "lib/kube/client.h"

namespace kontrakt::kube {

/// Follows one container's log until it ends. Asks for timestamps; after a cut it goes on from the last one and drops
/// the lines already given, so that log rotation and idle time-outs lose and repeat nothing.
///
/// Threads: `line` is called on the client's transport thread and must not block. Destruction ends the stream.
class LogFollower {
 public:
  struct Target {
    std::string namespace_name;
    std::string pod;
    std::string container;
  };
  using LineSink = std::function<void(std::string_view line)>;

  /// `line` gets each line without its timestamp and line feed.
  /// `pauses` between attempts; its number of attempts does not count.
  LogFollower(Client client, Target target, LineSink line,
              RetryPolicy pauses = {1, std::chrono::seconds(1), std::chrono::seconds(10), 2.0});
  ~LogFollower();
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;

  /// Tells it that the container has ended: it then stops at the end of what is there instead of reconnecting.
  void ContainerEnded();
  bool IsDone() const;

 private:
  struct State;
  Client client_;
  std::shared_ptr<State> state_;
};

}  // namespace kontrakt::kube
