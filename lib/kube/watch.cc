#include "lib/kube/watch.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

#include "lib/kube/client_shared.h"
#include "lib/kube/watch_subject.h"

namespace kontrakt::kube {
namespace {

constexpr std::chrono::seconds kFirstAuthorization{60};

/// What the transport's thread hands over: a piece of a stream, or its end.
struct Message {
  std::size_t subject = 0;
  std::uint64_t request = 0;
  std::string piece;
  std::optional<Result<net::Response>> end;
};

/// Shared with callbacks under way, so that a late one meets no ruin.
struct Inbox {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::deque<Message> messages;

  void Put(Message message) {
    {
      const std::lock_guard lock(mutex);
      messages.push_back(std::move(message));
    }
    wake.notify_one();
  }
};

struct Followed {
  WatchSubjectState state;
  std::uint64_t request = 0;  ///< number of the one under way; what others bring is stale
  net::Transport::Ticket ticket = 0;
  std::uint64_t identity = 0;
};

}  // namespace

struct WatchSet::State {
  State(Client for_client, WatchTimings with_timings) : client(std::move(for_client)), timings(with_timings) {}

  Client client;
  const WatchTimings timings;
  std::shared_ptr<Inbox> inbox = std::make_shared<Inbox>();
  std::map<std::size_t, Followed> subjects;
  std::deque<WatchEvent> ready;
  std::size_t next_subject = 0;
  std::uint64_t next_request = 1;

  WatchSubjectState::Sink IntoReady() {
    return [this](WatchEvent event) { ready.push_back(std::move(event)); };
  }

  void Start(std::size_t number, Followed& followed, const Bound& bound) {
    Client::Shared& shared = *client.shared();
    const WatchRequest wanted = followed.state.Next(WatchSubjectState::Clock::now());
    net::Request request = shared.Prepare(net::Method::kGet, wanted.path);
    request.headers.Set("Accept", wanted.accept);
    request.lane = wanted.is_list ? net::Lane::kShort : net::Lane::kStream;
    request.timeout = wanted.timeout;
    request.delay = wanted.delay;
    request.retryable = true;
    const auto identity = shared.Authorize(request, bound);
    if (!identity) {
      followed.state.Fail(identity.error(), IntoReady());
      return;
    }
    followed.identity = *identity;
    followed.request = next_request++;
    const std::uint64_t id = followed.request;
    if (!wanted.is_list) {
      request.sink = [to = inbox, number, id](std::string_view piece) -> Result<void> {
        to->Put({number, id, std::string(piece), std::nullopt});
        return {};
      };
    }
    followed.ticket = shared.transport().Start(std::move(request), [to = inbox, number, id](Result<net::Response> end) {
      to->Put({number, id, "", std::move(end)});
    });
  }

  void Take(Message message, const Bound& bound) {
    const auto found = subjects.find(message.subject);
    if (found == subjects.end() || found->second.request != message.request)
      return;
    Followed& followed = found->second;
    const auto sink = IntoReady();
    Result<net::Response> end = net::Response{};
    if (message.end) {
      if (*message.end)
        client.shared()->Observe(**message.end);
      end = std::move(*message.end);
    } else {
      if (followed.state.TakePiece(message.piece, sink))
        return;
      client.shared()->transport().Cancel(followed.ticket);
    }
    followed.state.TakeEnd(std::move(end), WatchSubjectState::Clock::now(), sink);
    GoOn(message.subject, followed, bound);
  }

  void GoOn(std::size_t number, Followed& followed, const Bound& bound) {
    followed.request = 0;
    const bool unauthorized = followed.state.TakeUnauthorized();
    if (unauthorized && !client.shared()->Reject(followed.identity)) {
      Error error = Denied("Unauthorized: the server did not accept the credentials");
      followed.state.Fail(std::move(error.SetHttpStatus(401).SetReason("Unauthorized")), IntoReady());
    }
    if (!followed.state.failed())
      Start(number, followed, bound);
  }

  /// Waits for messages until `until`. None when there were none or the bound ended.
  std::deque<Message> Await(std::chrono::steady_clock::time_point until, const Bound& bound) {
    std::unique_lock lock(inbox->mutex);
    inbox->wake.wait_until(lock, bound.stop, until, [this] { return !inbox->messages.empty(); });
    return std::exchange(inbox->messages, {});
  }
};

WatchSet::WatchSet(Client client, WatchTimings timings) : state_(std::make_shared<State>(std::move(client), timings)) {}

WatchSet::~WatchSet() {
  net::Transport& transport = state_->client.shared()->transport();
  for (auto& [number, followed] : state_->subjects)
    transport.Cancel(followed.ticket);
}

std::size_t WatchSet::Add(WatchSubject subject) {
  const std::size_t number = state_->next_subject++;
  WatchSubjectState fresh(number, std::move(subject), state_->timings);
  const auto added = state_->subjects.emplace(number, Followed{std::move(fresh), 0, 0, 0}).first;
  Bound bound;
  bound.deadline = Deadline::After(kFirstAuthorization);
  state_->Start(number, added->second, bound);
  return number;
}

void WatchSet::Remove(std::size_t subject) {
  const auto found = state_->subjects.find(subject);
  if (found == state_->subjects.end())
    return;
  state_->client.shared()->transport().Cancel(found->second.ticket);
  state_->subjects.erase(found);
  std::erase_if(state_->ready, [subject](const WatchEvent& event) { return event.subject == subject; });
}

std::optional<WatchEvent> WatchSet::Next(std::chrono::milliseconds longest, const Bound& bound) {
  auto until = std::chrono::steady_clock::now() + longest;
  if (const auto when = bound.deadline.when())
    until = std::min(until, *when);
  while (state_->ready.empty()) {
    auto messages = state_->Await(until, bound);
    if (messages.empty())
      return std::nullopt;
    for (Message& message : messages)
      state_->Take(std::move(message), bound);
  }
  WatchEvent event = std::move(state_->ready.front());
  state_->ready.pop_front();
  return event;
}

}  // namespace kontrakt::kube
