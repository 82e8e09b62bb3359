#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/fakes/fault.h"
#include "tests/fakes/http_connection.h"
#include "tests/fakes/http_message.h"

namespace kontrakt::fakes {

/// A plain HTTP/1.1 server on 127.0.0.1 and a port that the kernel chose: keep-alive, chunked bodies in both
/// directions, several connections at once, faults as data, a log of what was asked.
///
/// Threads: the handler runs on one thread per connection. All methods may be called from any thread.
class HttpServer {
 public:
  using Handler = std::function<void(const HttpRequest&, ResponseWriter&)>;

  /// Listens from now on. A handler that answers nothing drops the connection.
  explicit HttpServer(Handler handler);
  /// Ends all connections and joins all threads.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return port_; }
  /// "127.0.0.1:41234".
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  /// "http://127.0.0.1:41234".
  std::string url() const { return "http://" + address(); }

  FaultPlan& faults() { return faults_; }

  /// What was asked, in order of arrival.
  std::vector<LoggedRequest> Requests() const;
  /// How many of those have that method ("*": any) and a path that matches the glob.
  int CountRequests(std::string_view method, std::string_view path_glob) const;
  /// Waits until that many have arrived. False when they have not within `longest`.
  bool WaitForRequests(std::string_view method, std::string_view path_glob, int count,
                       std::chrono::milliseconds longest = std::chrono::seconds(10)) const;
  void ClearLog();
  /// Connections accepted so far.
  int Connections() const;
  /// Ends every open connection, as a restart would; new ones are accepted.
  void DropConnections();
  /// Ends everything; nobody listens any more. The destructor does the same.
  void Stop();

 private:
  struct Served {
    explicit Served(int descriptor, int number) : connection(descriptor, number) {}
    HttpConnection connection;
    std::atomic<bool> finished = false;
    std::thread thread;
  };

  void Accept();
  void Serve(HttpConnection& connection);
  bool ServeOne(HttpConnection& connection);
  void JoinFinished();
  int CountLocked(std::string_view method, std::string_view path_glob) const;

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  FaultPlan faults_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  mutable std::condition_variable arrived_;
  std::vector<std::shared_ptr<LoggedRequest>> log_;
  std::list<Served> served_;
  int connections_ = 0;
  std::thread acceptor_;
};

}  // namespace kontrakt::fakes
