#include "lib/net/curl_sockets.h"

#include <cstring>
#include <optional>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace kontrakt::net {
namespace {

constexpr long kKeepAliveIdleSeconds = 20;
constexpr long kKeepAliveIntervalSeconds = 5;
constexpr int kKeepAliveProbes = 3;
constexpr unsigned int kUserTimeoutMilliseconds = 30'000;

int PortOf(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return ntohs(v4.sin_port);
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  return ntohs(v6.sin6_port);
}

std::optional<ConnectionPorts> PortsOf(int socket) {
  sockaddr_storage local{};
  sockaddr_storage peer{};
  socklen_t local_size = sizeof local;
  socklen_t peer_size = sizeof peer;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&local), &local_size) != 0)
    return std::nullopt;
  if (getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0)
    return std::nullopt;
  return ConnectionPorts{PortOf(local), PortOf(peer)};
}

std::chrono::milliseconds SilenceOf(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
    return std::chrono::milliseconds(0);
  return std::chrono::milliseconds(info.tcpi_last_data_recv);
}

}  // namespace

CURLcode CurlSockets::Install(CURL* easy) {
  CURLcode first = CURLE_OK;
  const auto keep = [&first](CURLcode code) {
    if (first == CURLE_OK)
      first = code;
  };
  keep(curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &CurlSockets::Open));
  keep(curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this));
  keep(curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &CurlSockets::Close));
  keep(curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this));
  keep(curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, &CurlSockets::Configure));
  keep(curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L));
  keep(curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, kKeepAliveIdleSeconds));
  keep(curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, kKeepAliveIntervalSeconds));
  return first;
}

bool CurlSockets::CutIfSilent(const ConnectionPorts& ports, std::chrono::milliseconds silence) {
  for (const curl_socket_t socket : open_) {
    if (PortsOf(socket) != ports || SilenceOf(socket) < silence)
      continue;
    // Not close: libcurl still owns the descriptor, and finds the end of the stream at its next look.
    shutdown(socket, SHUT_RDWR);
    return true;
  }
  return false;
}

void CurlSockets::CutAllBut(const std::set<ConnectionPorts>& used) {
  for (const curl_socket_t socket : open_) {
    const auto ports = PortsOf(socket);
    if (ports && !used.contains(*ports))
      shutdown(socket, SHUT_RDWR);
  }
}

curl_socket_t CurlSockets::Open(void* self, curlsocktype /*purpose*/, struct curl_sockaddr* address) {
  const int descriptor = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (descriptor < 0)
    return CURL_SOCKET_BAD;
  static_cast<CurlSockets*>(self)->open_.insert(descriptor);
  return descriptor;
}

int CurlSockets::Configure(void* /*self*/, curl_socket_t socket, curlsocktype /*purpose*/) {
  // Best effort: without them a dead peer is noticed later, by the request's timeout.
  setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &kKeepAliveProbes, sizeof kKeepAliveProbes);
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUserTimeoutMilliseconds, sizeof kUserTimeoutMilliseconds);
  return CURL_SOCKOPT_OK;
}

int CurlSockets::Close(void* self, curl_socket_t socket) {
  static_cast<CurlSockets*>(self)->open_.erase(socket);
  return close(socket);
}

}  // namespace kontrakt::net
