#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "lib/base/result.h"

namespace kontrakt {

/// What one task's error does to the others.
enum class OnError { kStopAll, kContinue };

/// Bounded parallel work: at most `width` tasks run at a time, all are joined.
///
/// Threads: Add and Wait belong to one thread; tasks run on the group's own. With kStopAll the first error requests
/// a stop and tasks not yet begun are dropped.
class TaskGroup {
 public:
  using Task = std::function<Result<void>(std::stop_token)>;
  TaskGroup(std::size_t width, std::stop_token outer, OnError on_error = OnError::kStopAll);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void Add(Task task);
  /// Waits for all. The first error by time, if any; kCancelled when only a stop from outside kept tasks from
  /// beginning. Tasks may be added again afterwards.
  Result<void> Wait();

 private:
  void Work();
  std::size_t width_;
  OnError on_error_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> forward_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Task> queue_;
  std::size_t running_ = 0;
  bool closed_ = false;
  bool dropped_ = false;
  std::optional<Error> first_error_;
  std::vector<std::jthread> threads_;
};

}  // namespace kontrakt
