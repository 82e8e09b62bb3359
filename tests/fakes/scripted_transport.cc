#include "tests/fakes/scripted_transport.h"

#include <algorithm>
#include <utility>

#include "tests/fakes/http_message.h"

namespace kontrakt::fakes {
namespace {

std::string Describe(const net::Request& request) {
  return std::string(net::NameOf(request.method)) + " " + request.url.ToString();
}

Result<std::string> BodyOf(const net::Request& request) {
  if (!request.source) {
    return request.body ? *request.body : std::string();
  }
  std::string body;
  while (true) {
    KT_ASSIGN(const std::string piece, request.source(65536));
    if (piece.empty()) {
      return body;
    }
    body += piece;
  }
}

/// The answer as the request wants it: through its sink where it has one and the answer is a success.
Result<net::Response> Deliver(const net::Request& request, ScriptedTransport::Answer answer) {
  if (answer.error) {
    return *answer.error;
  }
  net::Response response = std::move(answer.response);
  response.url = request.url;
  if (answer.pieces.empty() && !response.body.empty()) {
    answer.pieces.push_back(std::exchange(response.body, {}));
  }
  for (const std::string& piece : answer.pieces) {
    if (request.sink && response.ok()) {
      KT_TRY(request.sink(piece));
    } else {
      response.body += piece;
    }
  }
  return response;
}

}  // namespace

ScriptedTransport::ScriptedTransport() : thread_([this] { Run(); }) {}

ScriptedTransport::~ScriptedTransport() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  for (auto& [ticket, pending] : hanging_) {
    pending.done(Error(ErrorCode::kCancelled, "the transport has ended"));
  }
  for (Pending& pending : queue_) {
    pending.done(Error(ErrorCode::kCancelled, "the transport has ended"));
  }
}

ScriptedTransport& ScriptedTransport::Expect(Answer answer) {
  const std::lock_guard lock(mutex_);
  script_.push_back({std::move(answer)});
  return *this;
}

ScriptedTransport& ScriptedTransport::Expect(net::Method method, std::string url, int status, std::string body,
                                             net::Headers headers) {
  Answer answer;
  answer.method = method;
  answer.url = std::move(url);
  answer.response.status = status;
  answer.response.body = std::move(body);
  answer.response.headers = std::move(headers);
  answer.response.http_version = 1;
  return Expect(std::move(answer));
}

ScriptedTransport& ScriptedTransport::ExpectError(net::Method method, std::string url, Error error) {
  Answer answer;
  answer.method = method;
  answer.url = std::move(url);
  answer.error = std::move(error);
  return Expect(std::move(answer));
}

net::Transport::Ticket ScriptedTransport::Start(net::Request request, Completion done) {
  const std::lock_guard lock(mutex_);
  const Ticket ticket = ++last_ticket_;
  queue_.push_back({ticket, std::move(request), std::move(done)});
  changed_.notify_all();
  return ticket;
}

void ScriptedTransport::Cancel(Ticket ticket) {
  Completion done;
  {
    const std::lock_guard lock(mutex_);
    if (const auto hanging = hanging_.find(ticket); hanging != hanging_.end()) {
      done = std::move(hanging->second.done);
      hanging_.erase(hanging);
    } else {
      const auto queued = std::find_if(queue_.begin(), queue_.end(),
                                       [ticket](const Pending& pending) { return pending.ticket == ticket; });
      if (queued == queue_.end()) {
        return;
      }
      done = std::move(queued->done);
      queue_.erase(queued);
    }
  }
  done(Error(ErrorCode::kCancelled, "the request was cancelled"));
}

void ScriptedTransport::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) {
      return;
    }
    Pending pending = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    Complete(std::move(pending));
    lock.lock();
  }
}

std::optional<ScriptedTransport::Answer> ScriptedTransport::Take(const net::Request& request, const std::string& body) {
  const std::lock_guard lock(mutex_);
  sent_.push_back({request, body});
  const std::string url = request.url.ToString();
  for (Scripted& scripted : script_) {
    const Answer& answer = scripted.answer;
    if ((answer.times == 0 || scripted.used < answer.times) && (!answer.method || *answer.method == request.method) &&
        MatchesGlob(answer.url, url)) {
      ++scripted.used;
      return answer;
    }
  }
  unexpected_.push_back(Describe(request));
  return std::nullopt;
}

void ScriptedTransport::Complete(Pending pending) {
  const Result<std::string> body = BodyOf(pending.request);
  if (!body) {
    pending.done(body.error());
    return;
  }
  std::optional<Answer> answer = Take(pending.request, *body);
  if (!answer) {
    pending.done(Error(ErrorCode::kInternal, "no answer is scripted for " + Describe(pending.request)));
    return;
  }
  if (answer->never) {
    const std::lock_guard lock(mutex_);
    const Ticket ticket = pending.ticket;
    hanging_.emplace(ticket, std::move(pending));
    return;
  }
  pending.done(Deliver(pending.request, std::move(*answer)));
}

std::vector<ScriptedTransport::Sent> ScriptedTransport::Requests() const {
  const std::lock_guard lock(mutex_);
  return sent_;
}

std::vector<std::string> ScriptedTransport::Unexpected() const {
  const std::lock_guard lock(mutex_);
  return unexpected_;
}

std::vector<std::string> ScriptedTransport::Unused() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> unused;
  for (const Scripted& scripted : script_) {
    if (scripted.answer.times > 0 && scripted.used < scripted.answer.times) {
      const Answer& answer = scripted.answer;
      unused.push_back((answer.method ? std::string(net::NameOf(*answer.method)) : "*") + " " + answer.url);
    }
  }
  return unused;
}

}  // namespace kontrakt::fakes
