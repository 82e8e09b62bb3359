#include "lib/kube/serial_worker.h"

#include <utility>

namespace kontrakt::kube {

SerialWorker::~SerialWorker() {
  std::jthread thread;
  {
    const std::lock_guard lock(mutex_);
    thread = std::move(thread_);
  }
  thread.request_stop();
}

void SerialWorker::Add(Task task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    if (!thread_.joinable())
      thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
  }
  wake_.notify_one();
}

void SerialWorker::Run(const std::stop_token& stop) {
  while (true) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !tasks_.empty(); }) || stop.stop_requested())
        return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task(stop);
  }
}

}  // namespace kontrakt::kube
