#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "lib/kube/client.h"
#include "lib/kube/credentials.h"
#include "lib/kube/discovery.h"
#include "lib/kube/serial_worker.h"
#include "lib/net/curl_transport.h"
#include "lib/net/url.h"

namespace kontrakt::kube {

/// What all copies of a client share: one identity, one pool of connections, one discovery cache. Sends requests with
/// credentials; knows nothing of objects.
///
/// Threads: any.
struct Client::Shared {
 public:
  static Result<std::shared_ptr<Shared>> Create(Connection connection, ClientOptions options);

  const Connection& connection() const { return connection_; }
  const ClientOptions& options() const { return options_; }
  Discovery& discovery() { return discovery_; }
  /// What watches and log follows use, whose requests are repeated by their own rules.
  net::Transport& transport() { return *transport_; }
  /// For what must not run on a transport's thread.
  SerialWorker& worker() { return worker_; }

  /// A request for a path below the server ("/api/v1/pods?limit=5"), without credentials.
  net::Request Prepare(net::Method method, const std::string& path_and_query) const;
  /// Adds who we are, refreshing it where due. The generation is what Reject takes.
  Result<std::uint64_t> Authorize(net::Request& request, const Bound& bound);
  /// The server answered 401 to that generation. Whether another try makes sense.
  bool Reject(std::uint64_t generation) { return credentials_.Reject(generation); }

  /// Sends with credentials, repeats by code, refreshes them once after a 401. Any status is an answer.
  Result<net::Response> Exchange(net::Request request, const Bound& bound);
  /// Many at a time, in order.
  std::vector<Result<net::Response>> ExchangeAll(std::vector<net::Request> requests, const Bound& bound);

  /// Notes warnings and the server's clock.
  void Observe(const net::Response& response);
  std::int64_t server_time() const { return server_time_.load(); }
  std::uint64_t RequestCount() const;

 private:
  Shared(Connection connection, ClientOptions options, net::Url server);
  Result<void> OpenTransport();
  std::vector<Result<net::Response>> SendOnce(const std::vector<net::Request>& requests, const Identity& identity,
                                              const Bound& bound);
  void AddIdentity(net::Request& request, const Identity& identity);

  const Connection connection_;
  const ClientOptions options_;
  const net::Url server_;
  const bool may_authorize_;
  Credentials credentials_;
  Discovery discovery_;
  std::unique_ptr<net::CurlTransport> curl_;
  net::Transport* transport_ = nullptr;
  std::unique_ptr<net::Transport> first_contact_;  ///< gives up sooner: the address may simply be wrong
  std::unique_ptr<net::Transport> steady_;
  std::atomic<bool> contacted_{false};
  std::atomic<std::int64_t> server_time_{0};
  std::atomic<std::uint64_t> requests_{0};
  std::mutex mutex_;  ///< guards the two below
  std::set<std::string> warnings_;
  std::string shown_certificate_;
  SerialWorker worker_;  ///< the last member: its tasks use the others
};

/// The object in an answer, or the Error of a failed one.
Result<doc::Json> ObjectOf(Result<net::Response> response);

}  // namespace kontrakt::kube
