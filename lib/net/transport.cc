#include "lib/net/transport.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace kontrakt::net {
namespace {

/// Where completions arrive from the transport's thread. Shared with them, so that a late one meets no ruin.
struct Arrivals {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::deque<std::pair<std::size_t, Result<Response>>> results;
};

/// Requests to one origin that still wait for their turn.
struct OriginQueue {
  enum class State { kUntried, kProbing, kOpen };
  State state = State::kUntried;
  std::deque<std::size_t> waiting;
};

class Batch {
 public:
  Batch(Transport& transport, std::vector<Request> requests, std::size_t in_flight, const Bound& bound,
        const std::function<void(std::size_t, const Result<Response>&)>& on_done)
      : transport_(transport),
        requests_(std::move(requests)),
        in_flight_(std::max<std::size_t>(in_flight, 1)),
        bound_(bound),
        on_done_(on_done),
        results_(requests_.size()) {
    for (std::size_t i = 0; i < requests_.size(); ++i)
      queues_[requests_[i].url.Origin()].waiting.push_back(i);
  }

  std::vector<Result<Response>> Run() {
    while (finished_ < requests_.size()) {
      if (auto ended = bound_.Check(What()); !ended) {
        GiveUp(ended.error());
        break;
      }
      StartMore();
      for (auto& [index, result] : Await())
        Take(index, std::move(result));
    }
    std::vector<Result<Response>> results;
    results.reserve(results_.size());
    for (auto& result : results_)
      results.push_back(std::move(*result));
    return results;
  }

 private:
  std::string What() const {
    const Url& url = requests_.front().url;
    return "an answer of " + url.Authority();
  }

  void StartMore() {
    for (auto& [origin, queue] : queues_) {
      while (!queue.waiting.empty() && tickets_.size() < in_flight_ && queue.state != OriginQueue::State::kProbing) {
        if (queue.state == OriginQueue::State::kUntried)
          queue.state = OriginQueue::State::kProbing;
        const std::size_t index = queue.waiting.front();
        queue.waiting.pop_front();
        StartOne(index);
      }
    }
  }

  void StartOne(std::size_t index) {
    Request request = std::move(requests_[index]);
    requests_[index].url = request.url;
    if (!bound_.deadline.IsNever()) {
      const auto left = std::max(bound_.deadline.Remaining(), std::chrono::milliseconds(1));
      request.timeout = request.timeout.count() == 0 ? left : std::min(request.timeout, left);
    }
    tickets_[index] = 0;
    const auto ticket = transport_.Start(std::move(request), [arrivals = arrivals_, index](Result<Response> result) {
      {
        const std::lock_guard lock(arrivals->mutex);
        arrivals->results.emplace_back(index, std::move(result));
      }
      arrivals->wake.notify_one();
    });
    tickets_[index] = ticket;
  }

  /// At least one arrival, or none when the bound has ended.
  std::deque<std::pair<std::size_t, Result<Response>>> Await() {
    std::unique_lock lock(arrivals_->mutex);
    const auto arrived = [this] { return !arrivals_->results.empty(); };
    if (const auto when = bound_.deadline.when()) {
      arrivals_->wake.wait_until(lock, bound_.stop, *when, arrived);
    } else {
      arrivals_->wake.wait(lock, bound_.stop, arrived);
    }
    return std::exchange(arrivals_->results, {});
  }

  void Take(std::size_t index, Result<Response> result) {
    tickets_.erase(index);
    OriginQueue& queue = queues_[requests_[index].url.Origin()];
    if (queue.state == OriginQueue::State::kProbing) {
      queue.state = OriginQueue::State::kOpen;
      if (!result && result.error().reason() == kNotSent)
        FailWaiting(queue, result.error());
    }
    Record(index, std::move(result));
  }

  void FailWaiting(OriginQueue& queue, const Error& error) {
    for (const std::size_t index : std::exchange(queue.waiting, {}))
      Record(index, error);
  }

  void Record(std::size_t index, Result<Response> result) {
    ++finished_;
    results_[index] = std::move(result);
    if (on_done_)
      on_done_(index, *results_[index]);
  }

  void GiveUp(const Error& error) {
    for (const auto& [index, ticket] : tickets_)
      transport_.Cancel(ticket);
    // An answer that came before the cancellation still counts.
    while (!tickets_.empty()) {
      std::unique_lock lock(arrivals_->mutex);
      arrivals_->wake.wait(lock, [this] { return !arrivals_->results.empty(); });
      auto results = std::exchange(arrivals_->results, {});
      lock.unlock();
      for (auto& [index, result] : results) {
        tickets_.erase(index);
        Record(index, result ? std::move(result) : Result<Response>(error));
      }
    }
    for (auto& [origin, queue] : queues_)
      FailWaiting(queue, error);
  }

  Transport& transport_;
  std::vector<Request> requests_;
  std::size_t in_flight_;
  const Bound& bound_;
  const std::function<void(std::size_t, const Result<Response>&)>& on_done_;
  std::vector<std::optional<Result<Response>>> results_;
  std::map<std::string, OriginQueue> queues_;
  std::map<std::size_t, Transport::Ticket> tickets_;
  std::size_t finished_ = 0;
  std::shared_ptr<Arrivals> arrivals_ = std::make_shared<Arrivals>();
};

}  // namespace

std::vector<Result<Response>> SendAll(Transport& transport, std::vector<Request> requests, std::size_t in_flight,
                                      const Bound& bound,
                                      const std::function<void(std::size_t, const Result<Response>&)>& on_done) {
  if (requests.empty())
    return {};
  return Batch(transport, std::move(requests), in_flight, bound, on_done).Run();
}

Result<Response> Send(Transport& transport, Request request, const Bound& bound) {
  std::vector<Request> requests;
  requests.push_back(std::move(request));
  return std::move(SendAll(transport, std::move(requests), 1, bound).front());
}

}  // namespace kontrakt::net
