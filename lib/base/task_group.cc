#include "lib/base/task_group.h"

#include <algorithm>
#include <utility>

#include "lib/base/check.h"

namespace kontrakt {

TaskGroup::TaskGroup(std::size_t width, std::stop_token outer, OnError on_error)
    : width_(std::max<std::size_t>(width, 1)),
      on_error_(on_error),
      forward_(std::move(outer), [this] { stop_.request_stop(); }) {}

TaskGroup::~TaskGroup() {
  if (threads_.empty())
    return;
  stop_.request_stop();
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake_.notify_all();
  threads_.clear();  // joins
}

void TaskGroup::Add(Task task) {
  std::unique_lock lock(mutex_);
  KT_CHECK(!closed_);
  queue_.push_back(std::move(task));
  // A thread more only while those there may all be busy: short lists need no full set of threads.
  const bool spawn = threads_.size() < width_ && threads_.size() < running_ + queue_.size();
  lock.unlock();
  wake_.notify_one();
  if (spawn)
    threads_.emplace_back([this] { Work(); });
}

Result<void> TaskGroup::Wait() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake_.notify_all();
  threads_.clear();  // joins
  const std::lock_guard lock(mutex_);
  closed_ = false;
  if (first_error_)
    return *first_error_;
  if (dropped_)
    return Cancelled("stopped before all work was begun");
  return {};
}

void TaskGroup::Work() {
  const std::stop_token stop = stop_.get_token();
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty())
      return;
    Task task = std::move(queue_.front());
    queue_.pop_front();
    if (stop.stop_requested()) {
      dropped_ = true;
      continue;
    }
    ++running_;
    lock.unlock();
    Result<void> result = task(stop);
    task = nullptr;  // what it captured ends before the group counts it as done
    lock.lock();
    --running_;
    if (result)
      continue;
    if (!first_error_)
      first_error_ = std::move(result.error());
    if (on_error_ == OnError::kStopAll) {
      lock.unlock();  // callbacks of the token run here and may call anything
      stop_.request_stop();
      lock.lock();
    }
  }
}

}  // namespace kontrakt
