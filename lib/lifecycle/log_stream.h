#pragma once

#include <map>
#include <memory>
#include <string>

#include "lib/doc/json_fwd.h"
#include "lib/kube/log_follow.h"
#include "lib/lifecycle/board.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/wait.h"

namespace kontrakt {

/// Follows the logs of a kontrakt's tests (or of all its pods) while it is waited for, and hands each line to progress
/// as "name/pod" (with "/container" where a pod has several).
///
/// Threads: confined to one; lines arrive at the Progress from the transport's thread.
class LogStream {
 public:
  LogStream(const Context& context, std::string kontrakt, Logs logs);
  ~LogStream();
  /// Starts followers for containers that run or have ended, tells those that ended.
  void Update(const Board& board);
  /// Gives what is still on its way up to `longest` to arrive.
  void Drain(std::chrono::milliseconds longest, const Bound& bound);

 private:
  void UpdatePod(const std::string& namespace_name, const doc::Json& pod);
  const Context& context_;
  std::string kontrakt_;
  Logs logs_;
  std::map<std::string, std::unique_ptr<kube::LogFollower>> followers_;  // by pod uid and container
};

}  // namespace kontrakt
