#include "lib/kube/log_follow.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "lib/base/retry.h"
#include "lib/kube/client_shared.h"
#include "lib/kube/line_splitter.h"
#include "lib/kube/log_position.h"
#include "lib/kube/path_builder.h"
#include "lib/kube/status.h"

namespace kontrakt::kube {
namespace {

/// Streams of a container that has ended are tried that often more when they fail.
constexpr int kAttemptsAfterEnd = 3;
constexpr std::chrono::seconds kAuthorization{60};

}  // namespace

/// Shared with callbacks under way. What is not atomic is guarded by `mutex`. The client is only touched with `sending`
/// held, or with `mutex` held and not closed: after that its owner may be gone.
struct LogFollower::State : std::enable_shared_from_this<State> {
  State(Client::Shared& with, Target of, LineSink to, RetryPolicy pauses)
      : shared(with), target(std::move(of)), line(std::move(to)), backoff(pauses) {}

  Client::Shared& shared;
  const Target target;
  std::atomic<bool> done{false};
  std::stop_source stop;

  std::mutex sending;  ///< held while a request is made; before `mutex`, where both are
  std::mutex mutex;
  LineSink line;
  Backoff backoff;
  LineSplitter lines;
  LogPosition position;
  bool closed = false;
  bool container_ended = false;
  bool streaming = false;    ///< answered, not only asked
  bool last_stream = false;  ///< begun after the container had ended: its end is the end
  int failures_after_end = 0;
  int unauthorized_in_a_row = 0;
  std::uint64_t request = 0;  ///< number of the one under way; what others bring is stale
  std::uint64_t identity = 0;
  std::optional<net::Transport::Ticket> ticket;

  std::string Path() const {
    PathBuilder path(ObjectKey{Pods(), target.namespace_name, target.pod}.Path() + "/log");
    path.AddUnlessEmpty("container", target.container).Add("follow", "true").Add("timestamps", "true");
    path.AddUnlessEmpty("sinceTime", position.SinceTime());
    return path.text();
  }

  /// Asks for the stream on the client's worker, since credentials may have to be fetched first. With `mutex` held.
  void Begin(std::chrono::milliseconds delay, std::optional<std::uint64_t> rejected) {
    shared.worker().Add([self = shared_from_this(), delay, rejected](const std::stop_token&) {
      const std::lock_guard lock(self->sending);
      self->Send(delay, rejected);
    });
  }

  void Send(std::chrono::milliseconds delay, std::optional<std::uint64_t> rejected) {
    net::Request wanted;
    std::uint64_t id = 0;
    {
      const std::lock_guard lock(mutex);
      if (closed)
        return;
      wanted = shared.Prepare(net::Method::kGet, Path());
      id = ++request;
      last_stream = container_ended;
      streaming = false;
      lines.Clear();
      position.BeginStream();
    }
    const bool hopeless = rejected && !shared.Reject(*rejected);
    wanted.headers.Set("Accept", "*/*");
    wanted.lane = net::Lane::kStream;
    wanted.timeout = std::chrono::milliseconds(0);
    wanted.delay = delay;
    wanted.retryable = true;
    const auto authorized = shared.Authorize(wanted, Bound{stop.get_token(), Deadline::After(kAuthorization)});
    if (hopeless || !authorized) {
      done = true;
      return;
    }
    wanted.sink = [self = shared_from_this(), id](std::string_view piece) { return self->TakePiece(id, piece); };
    {
      const std::lock_guard lock(mutex);
      identity = *authorized;
    }
    // Without `mutex`: a double may complete within the call.
    const auto started = shared.transport().Start(
        std::move(wanted), [self = shared_from_this(), id](Result<net::Response> end) { self->TakeEnd(id, end); });
    const std::lock_guard lock(mutex);
    if (id != request)
      return;
    ticket = started;
  }

  Result<void> TakePiece(std::uint64_t id, std::string_view piece) {
    const std::lock_guard lock(mutex);
    if (closed || id != request)
      return Cancelled("the log is no longer followed");
    streaming = true;
    unauthorized_in_a_row = 0;
    backoff.Reset();
    lines.Add(piece, [this](std::string_view text) {
      Give(text);
      return true;
    });
    return {};
  }

  void Give(std::string_view text) {
    if (const auto fresh = position.Take(text))
      line(*fresh);
  }

  void TakeEnd(std::uint64_t id, const Result<net::Response>& end) {
    const std::lock_guard lock(mutex);
    if (closed || id != request)
      return;
    ticket.reset();
    const bool whole = end && end->ok();
    // A last line without a line feed is given only where nothing can follow it.
    if (whole && last_stream && !lines.rest().empty())
      Give(lines.rest());
    if (whole ? last_stream : IsFinal(end)) {
      done = true;
      return;
    }
    std::optional<std::uint64_t> rejected;
    if (end && end->status == 401)
      rejected = identity;
    std::chrono::milliseconds delay = backoff.Next();
    if (container_ended && !last_stream)
      delay = std::chrono::milliseconds(0);
    Begin(delay, rejected);
  }

  /// Whether a stream that failed is not to be tried again.
  bool IsFinal(const Result<net::Response>& end) {
    if (container_ended && last_stream && ++failures_after_end >= kAttemptsAfterEnd)
      return true;
    if (!end) {
      const ErrorCode code = end.error().code();
      return code != ErrorCode::kUnavailable && code != ErrorCode::kTimeout;
    }
    switch (end->status) {
      case 400:  // the container waits to start
        return container_ended && last_stream;
      case 401:
        return ++unauthorized_in_a_row > 1;
      case 403:
      case 404:
        return true;
      default:
        return end->status < 500 && end->status != 429;
    }
  }
};

LogFollower::LogFollower(Client client, Target target, LineSink line, RetryPolicy pauses)
    : client_(std::move(client)),
      state_(std::make_shared<State>(*client_.shared(), std::move(target), std::move(line), pauses)) {
  const std::lock_guard lock(state_->mutex);
  state_->Begin(std::chrono::milliseconds(0), std::nullopt);
}

LogFollower::~LogFollower() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->closed = true;
  }
  state_->stop.request_stop();
  std::optional<net::Transport::Ticket> ticket;
  {
    const std::lock_guard sending(state_->sending);
    const std::lock_guard lock(state_->mutex);
    ticket = state_->ticket;
  }
  if (ticket)
    client_.shared()->transport().Cancel(*ticket);
}

void LogFollower::ContainerEnded() {
  std::optional<net::Transport::Ticket> waiting;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->container_ended)
      return;
    state_->container_ended = true;
    if (state_->done)
      return;
    if (state_->streaming && state_->ticket) {
      state_->last_stream = true;
      return;
    }
    // It waits for its next attempt, or for an answer. What a request from now on gets is whole.
    waiting = std::exchange(state_->ticket, std::nullopt);
    ++state_->request;
    state_->Begin(std::chrono::milliseconds(0), std::nullopt);
  }
  if (waiting)
    client_.shared()->transport().Cancel(*waiting);
}

bool LogFollower::IsDone() const {
  return state_->done;
}

}  // namespace kontrakt::kube
