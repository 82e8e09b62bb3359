#include "tests/fakes/http_server.h"

#include <algorithm>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/check.h"

namespace kontrakt::fakes {

HttpServer::HttpServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  KT_CHECK(listener_ >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  KT_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  KT_CHECK(listen(listener_, 256) == 0);
  KT_CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

HttpServer::~HttpServer() {
  Stop();
}

void HttpServer::Stop() {
  if (stopping_.exchange(true)) {
    return;
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  DropConnections();
  // Nobody adds to the list any more, and connection threads never touch it.
  for (Served& served : served_) {
    served.thread.join();
  }
  const std::lock_guard lock(mutex_);
  served_.clear();
}

void HttpServer::DropConnections() {
  const std::lock_guard lock(mutex_);
  for (Served& served : served_) {
    served.connection.Shutdown();
  }
}

void HttpServer::JoinFinished() {
  std::list<Served> finished;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = served_.begin(); it != served_.end();) {
      const auto next = std::next(it);
      if (it->finished) {
        finished.splice(finished.end(), served_, it);
      }
      it = next;
    }
  }
  for (Served& served : finished) {
    served.thread.join();
  }
}

void HttpServer::Accept() {
  while (!stopping_) {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) {
      if (stopping_ || (errno != EINTR && errno != ECONNABORTED)) {
        return;
      }
      continue;
    }
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    JoinFinished();
    const std::lock_guard lock(mutex_);
    Served& served = served_.emplace_back(descriptor, ++connections_);
    served.thread = std::thread([this, &served] {
      Serve(served.connection);
      served.connection.Shutdown();
      served.finished = true;
    });
  }
}

void HttpServer::Serve(HttpConnection& connection) {
  while (!stopping_ && ServeOne(connection)) {
  }
}

bool HttpServer::ServeOne(HttpConnection& connection) {
  auto entry = std::make_shared<LoggedRequest>();
  HttpRequest request;
  if (!connection.ReadHead(request)) {
    return false;
  }
  std::vector<Fault> faults = faults_.Next(request);
  const auto met = [&faults](FaultKind kind) {
    return std::find_if(faults.begin(), faults.end(), [kind](const Fault& fault) { return fault.kind == kind; });
  };
  const bool dropped = met(FaultKind::kDropBefore) != faults.end();
  const bool complete = !dropped && connection.ReadBody(request);
  entry->request = request;
  entry->connection = connection.number();
  {
    const std::lock_guard lock(mutex_);
    log_.push_back(entry);
  }
  arrived_.notify_all();
  if (!complete) {
    return false;
  }
  if (const auto delay = met(FaultKind::kDelay); delay != faults.end()) {
    // Ends early when either side gives up.
    connection.IsGone(delay->delay);
  }
  const auto answer = met(FaultKind::kAnswer);
  std::optional<HttpResponse> canned;
  if (answer != faults.end()) {
    canned = answer->answer;
  }
  ResponseWriter writer(connection, request, faults, [this, entry](int status) {
    const std::lock_guard lock(mutex_);
    entry->status = status;
  });
  if (canned) {
    writer.Send(*canned);
  } else {
    handler_(request, writer);
  }
  return writer.reusable() && !EqualsIgnoringCase(request.Header("Connection"), "close");
}

std::vector<LoggedRequest> HttpServer::Requests() const {
  const std::lock_guard lock(mutex_);
  std::vector<LoggedRequest> copy;
  for (const auto& entry : log_) {
    copy.push_back(*entry);
  }
  return copy;
}

int HttpServer::CountLocked(std::string_view method, std::string_view path_glob) const {
  return static_cast<int>(std::count_if(log_.begin(), log_.end(), [&](const auto& entry) {
    return (method == "*" || entry->request.method == method) && MatchesGlob(path_glob, entry->request.path);
  }));
}

int HttpServer::CountRequests(std::string_view method, std::string_view path_glob) const {
  const std::lock_guard lock(mutex_);
  return CountLocked(method, path_glob);
}

bool HttpServer::WaitForRequests(std::string_view method, std::string_view path_glob, int count,
                                 std::chrono::milliseconds longest) const {
  std::unique_lock lock(mutex_);
  return arrived_.wait_for(lock, longest, [&] { return CountLocked(method, path_glob) >= count; });
}

void HttpServer::ClearLog() {
  const std::lock_guard lock(mutex_);
  log_.clear();
}

int HttpServer::Connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

}  // namespace kontrakt::fakes
