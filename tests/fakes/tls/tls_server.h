#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/fakes/tls/certificates.h"

namespace kontrakt::fakes {

/// What a TlsServer was asked.
struct TlsRequest {
  std::string method;
  std::string path;
  std::string authority;                       ///< Host or :authority
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::string server_name;  ///< of the TLS handshake
  std::string client_name;  ///< common name of the client's certificate, or empty
  int connection = 0;       ///< from 1
};

struct TlsAnswer {
  int status = 200;
  std::string body;
  bool hold = false;  ///< not before Release()
};

/// An HTTPS server on 127.0.0.1 that speaks HTTP/2 (nghttp2) or HTTP/1.1, for what plain HttpServer can't show:
/// streams that share a connection, certificates, connections that fall silent.
///
/// Threads: the handler runs on one thread per connection. All methods may be called from any thread.
class TlsServer {
 public:
  struct Options {
    CertifiedKey identity{};
    bool http2 = true;
    std::string client_ca{};  ///< PEM; clients must show a certificate of it
    std::uint32_t max_streams = 100;
  };
  using Handler = std::function<TlsAnswer(const TlsRequest&)>;

  TlsServer(Options options, Handler handler);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  int port() const { return port_; }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  std::vector<TlsRequest> Requests() const;
  int Connections() const { return connections_; }
  /// Waits until that many requests have come. False when they have not within ten seconds.
  bool WaitForRequests(std::size_t count) const;
  /// Streams that clients have reset.
  int Resets() const { return resets_; }
  bool WaitForResets(int count) const;
  /// Sends what is held, now and from now on.
  void Release();
  /// Open connections neither read nor write any more, and stay open: a peer that is gone.
  void FreezeConnections();

 private:
  class Connection;
  friend class Http2Session;
  friend class Http1Session;

  void Accept();
  TlsAnswer Answer(TlsRequest request);
  void CountReset();

  const Options options_;
  const Handler handler_;
  void* context_ = nullptr;  ///< SSL_CTX
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> released_{false};
  std::atomic<int> frozen_up_to_{0};
  std::atomic<int> connections_{0};
  std::atomic<int> resets_{0};
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<TlsRequest> requests_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace kontrakt::fakes
