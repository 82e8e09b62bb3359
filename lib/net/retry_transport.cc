#include "lib/net/retry_transport.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>

#include "lib/base/duration.h"

namespace kontrakt::net {
namespace {

bool Contains(const std::vector<int>& values, int value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

/// How long to wait before another attempt, or nothing when this result is final.
std::optional<std::chrono::milliseconds> PauseAfter(const RetryRules& rules, bool retryable,
                                                    const Result<Response>& result, Backoff& backoff) {
  if (!backoff.HasNext())
    return std::nullopt;
  if (!result) {
    const Error& error = result.error();
    if (error.code() != ErrorCode::kUnavailable)
      return std::nullopt;
    if (!retryable && error.reason() != kNotSent)
      return std::nullopt;
    return backoff.Next();
  }
  const int status = result->status;
  if (status == 429 || status >= 500) {
    if (const auto pause = RetryAfter(*result, rules.longest_retry_after))
      return std::max(*pause, backoff.Next());
  }
  const bool transient = status == 429 || status == 502 || status == 503 || status == 504;
  if (retryable && (transient || Contains(rules.also, status)))
    return backoff.Next();
  return std::nullopt;
}

/// One request and all its attempts.
struct Exchange {
  Exchange(Request wanted, Transport::Completion completion, const RetryPolicy& policy)
      : request(std::move(wanted)), done(std::move(completion)), backoff(policy) {}

  const Request request;
  const Transport::Completion done;
  const std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();

  std::mutex mutex;  ///< guards what follows
  Backoff backoff;
  std::optional<Transport::Ticket> inner_ticket;
  int ticket_attempt = 0;
  bool cancelled = false;
};

/// What outlives the decorator for the sake of late completions.
struct Exchanges {
  std::mutex mutex;
  std::condition_variable empty;
  std::map<Transport::Ticket, std::shared_ptr<Exchange>> by_ticket;
  Transport::Ticket next = 1;
};

class RetryTransport : public Transport {
 public:
  RetryTransport(Transport& inner, RetryRules rules) : inner_(inner), rules_(std::move(rules)) {}

  ~RetryTransport() override {
    std::vector<Ticket> tickets;
    std::unique_lock lock(exchanges_->mutex);
    for (const auto& [ticket, exchange] : exchanges_->by_ticket)
      tickets.push_back(ticket);
    lock.unlock();
    for (const Ticket ticket : tickets)
      Cancel(ticket);
    lock.lock();
    exchanges_->empty.wait(lock, [this] { return exchanges_->by_ticket.empty(); });
  }

  Ticket Start(Request request, Completion done) override {
    auto exchange = std::make_shared<Exchange>(std::move(request), std::move(done), rules_.policy);
    Ticket ticket = 0;
    {
      const std::lock_guard lock(exchanges_->mutex);
      ticket = exchanges_->next++;
      exchanges_->by_ticket.emplace(ticket, exchange);
    }
    Attempt(ticket, exchange, 1, exchange->request.delay);
    return ticket;
  }

  void Cancel(Ticket ticket) override {
    std::shared_ptr<Exchange> exchange;
    {
      const std::lock_guard lock(exchanges_->mutex);
      const auto found = exchanges_->by_ticket.find(ticket);
      if (found == exchanges_->by_ticket.end())
        return;
      exchange = found->second;
    }
    std::optional<Ticket> inner_ticket;
    {
      const std::lock_guard lock(exchange->mutex);
      exchange->cancelled = true;
      inner_ticket = exchange->inner_ticket;
    }
    if (inner_ticket)
      inner_.Cancel(*inner_ticket);
  }

 private:
  void Attempt(Ticket ticket, const std::shared_ptr<Exchange>& exchange, int attempt, std::chrono::milliseconds delay) {
    Request request = exchange->request;
    request.delay = delay;
    // No lock is held here: a double may complete within Start.
    const Ticket inner_ticket =
        inner_.Start(std::move(request), [this, ticket, exchange, attempt](Result<Response> result) {
          OnResult(ticket, exchange, attempt, std::move(result));
        });
    bool cancel = false;
    {
      const std::lock_guard lock(exchange->mutex);
      if (attempt < exchange->ticket_attempt)
        return;
      exchange->ticket_attempt = attempt;
      exchange->inner_ticket = inner_ticket;
      cancel = exchange->cancelled;
    }
    if (cancel)
      inner_.Cancel(inner_ticket);
  }

  void OnResult(Ticket ticket, const std::shared_ptr<Exchange>& exchange, int attempt, Result<Response> result) {
    std::optional<std::chrono::milliseconds> pause;
    if (!exchange->request.source && !exchange->request.sink) {
      const std::lock_guard lock(exchange->mutex);
      if (!exchange->cancelled)
        pause = PauseAfter(rules_, exchange->request.retryable, result, exchange->backoff);
    }
    if (pause) {
      Attempt(ticket, exchange, attempt + 1, *pause);
      return;
    }
    if (result)
      result->attempts = attempt;
    if (!result && attempt > 1 && result.error().code() == ErrorCode::kUnavailable) {
      const auto spent = std::chrono::steady_clock::now() - exchange->begun;
      result.error().AddContext("after " + std::to_string(attempt) + " attempts in " +
                                FormatDuration(std::chrono::duration_cast<std::chrono::milliseconds>(spent)));
    }
    exchange->done(std::move(result));
    const auto exchanges = exchanges_;
    const std::lock_guard lock(exchanges->mutex);
    exchanges->by_ticket.erase(ticket);
    if (exchanges->by_ticket.empty())
      exchanges->empty.notify_all();
  }

  Transport& inner_;
  const RetryRules rules_;
  const std::shared_ptr<Exchanges> exchanges_ = std::make_shared<Exchanges>();
};

}  // namespace

std::unique_ptr<Transport> MakeRetryTransport(Transport& inner, RetryRules rules) {
  return std::make_unique<RetryTransport>(inner, std::move(rules));
}

}  // namespace kontrakt::net
