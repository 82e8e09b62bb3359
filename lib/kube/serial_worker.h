#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace kontrakt::kube {

/// Runs tasks one after another on a thread of its own, begun by the first: for what a transport's thread must not do
/// itself, such as waiting for a credential plugin.
///
/// Threads: any may call Add. Destruction requests a stop, waits for the running task and drops the others; must not
/// happen on its own thread.
class SerialWorker {
 public:
  using Task = std::function<void(std::stop_token)>;

  SerialWorker() = default;
  ~SerialWorker();
  SerialWorker(const SerialWorker&) = delete;
  SerialWorker& operator=(const SerialWorker&) = delete;

  void Add(Task task);

 private:
  void Run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Task> tasks_;
  std::jthread thread_;
};

}  // namespace kontrakt::kube
