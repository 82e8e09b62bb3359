#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <curl/curl.h>

#include "lib/net/curl_sockets.h"
#include "lib/net/curl_transport.h"

namespace kontrakt::net {

/// What every transfer of a transport is set up with.
struct CurlSettings {
  CurlOptions options;
  std::string proxy_http;  ///< as libcurl wants it, or empty
  std::string proxy_https;
};

/// One exchange under way in libcurl.
///
/// Threads: confined to its lane's, once begun.
class CurlTransfer {
 public:
  using Clock = std::chrono::steady_clock;

  CurlTransfer(Transport::Ticket ticket, Request request, Transport::Completion done);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  /// Makes the easy handle. kInternal when libcurl refuses an option.
  Result<void> Prepare(const CurlSettings& settings, std::shared_ptr<const TlsConfig> tls, CurlSockets& sockets);
  /// What came of it.
  Result<Response> Finish(CURLcode code);
  void Complete(Result<Response> result) { done_(std::move(result)); }

  CURL* handle() const { return easy_; }
  Transport::Ticket ticket() const { return ticket_; }
  const Request& request() const { return request_; }
  Clock::time_point start_at() const { return start_at_; }
  /// When it is to end for want of movement; never while it waits for its own source or sink.
  std::optional<Clock::time_point> idle_end() const;
  /// Whether its source or sink can't go on now.
  bool IsPaused() const { return paused_; }
  /// Goes on where source and sink can again. Whether it did.
  bool ResumeIfReady();
  /// The connection it was sent on, once it was.
  std::optional<ConnectionPorts> connection() const { return connection_; }
  Clock::time_point sent_at() const { return sent_at_; }
  Error IdleError() const;

 private:
  static std::size_t OnHeader(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t OnBody(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t OnSource(char* buffer, std::size_t size, std::size_t count, void* self);
  static int OnConnected(void* self, char* peer_ip, char* local_ip, int peer_port, int local_port);

  void TakeHeader(std::string_view line);
  Result<void> TakeBody(std::string_view piece);
  Result<std::size_t> GiveBody(char* buffer, std::size_t room);
  CURLcode SetRequest(bool bulk);
  CURLcode SetTrust(const CurlSettings& settings);
  CURLcode SetConnection(const CurlSettings& settings);
  bool BuildHeaders();

  Transport::Ticket ticket_;
  Request request_;
  Transport::Completion done_;
  Clock::time_point start_at_;
  CURL* easy_ = nullptr;
  curl_slist* headers_ = nullptr;
  curl_slist* connect_to_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::shared_ptr<const TlsConfig> tls_;
  std::string unsent_;  ///< of the last piece from the source
  Response response_;
  bool body_began_ = false;
  bool paused_ = false;
  std::optional<Error> error_;  ///< from a sink or source, or of ours
  std::optional<ConnectionPorts> connection_;
  Clock::time_point begun_at_;
  Clock::time_point sent_at_;
  Clock::time_point moved_at_;
};

}  // namespace kontrakt::net
