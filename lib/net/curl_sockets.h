#pragma once

#include <chrono>
#include <compare>
#include <set>

#include <curl/curl.h>

namespace kontrakt::net {

/// The two ports of a TCP connection, enough to find its socket among ours.
struct ConnectionPorts {
  int local = 0;
  int peer = 0;
  friend auto operator<=>(const ConnectionPorts&, const ConnectionPorts&) = default;
};

/// The sockets that libcurl holds open in one lane. libcurl gives requests to a half-open connection again and again
/// and has no call that closes one, but a socket that is shut down ends it for good.
///
/// Threads: confined to the lane's. Must outlive the multi handle, which closes sockets to the very end.
class CurlSockets {
 public:
  /// Makes `easy` open and close its sockets here, with keep-alive probes. The first code that is not CURLE_OK.
  CURLcode Install(CURL* easy);
  /// Shuts the connection down if no byte has come on it for `silence`. Whether it did.
  bool CutIfSilent(const ConnectionPorts& ports, std::chrono::milliseconds silence);
  /// Shuts down every connection whose ports are not in `used`.
  void CutAllBut(const std::set<ConnectionPorts>& used);

 private:
  static curl_socket_t Open(void* self, curlsocktype purpose, struct curl_sockaddr* address);
  static int Configure(void* self, curl_socket_t socket, curlsocktype purpose);
  static int Close(void* self, curl_socket_t socket);

  std::set<curl_socket_t> open_;
};

}  // namespace kontrakt::net
