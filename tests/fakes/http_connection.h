#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/fault.h"
#include "tests/fakes/http_message.h"

namespace kontrakt::fakes {

/// One accepted TCP connection, read request by request.
///
/// Threads: one reads and writes; any may call Shutdown.
class HttpConnection {
 public:
  /// Takes the descriptor over.
  HttpConnection(int descriptor, int number) : descriptor_(descriptor), number_(number) {}
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  int number() const { return number_; }
  /// The request line and header fields of the next request. False at the end of the connection or of its patience.
  bool ReadHead(HttpRequest& request);
  /// The body that the head announced, plain or chunked; answers `Expect: 100-continue` first.
  bool ReadBody(HttpRequest& request);
  /// False once the peer or the server has ended the connection.
  bool Write(std::string_view bytes);
  /// Whether the peer has closed its side or the server is stopping; waits up to `patience` for that to happen.
  bool IsGone(std::chrono::milliseconds patience = std::chrono::milliseconds(0)) const;
  /// Ends both directions, so that a blocked read or write returns.
  void Shutdown();

 private:
  bool ReadLine(std::string& line);
  bool ReadExactly(std::size_t size, std::string& bytes);
  bool Fill();

  const int descriptor_;
  const int number_;
  std::string buffer_;
  std::atomic<bool> ended_ = false;
};

/// Answers one request, whole or as a stream, and lets faults spoil it on the way.
///
/// Threads: confined to the connection's.
class ResponseWriter {
 public:
  ResponseWriter(HttpConnection& connection, const HttpRequest& request, std::vector<Fault> faults,
                 std::function<void(int)> on_status);

  /// The whole answer, with Content-Length.
  void Send(HttpResponse response);
  /// Begins a chunked answer. False once the peer is gone.
  bool Begin(int status, HttpHeaders headers);
  bool Write(std::string_view piece);
  void End();
  bool IsGone() const { return broken_ || connection_.IsGone(); }

  bool answered() const { return answered_; }
  /// Whether the connection may carry another request.
  bool reusable() const { return answered_ && !broken_; }

 private:
  const Fault* Met(FaultKind kind) const;
  std::string Head(int status, const HttpHeaders& headers) const;

  HttpConnection& connection_;
  const HttpRequest& request_;
  const std::vector<Fault> faults_;
  const std::function<void(int)> on_status_;
  std::size_t streamed_ = 0;
  bool answered_ = false;
  bool broken_ = false;
};

/// "Sun, 06 Nov 1994 08:49:37 GMT" of now plus some seconds.
std::string HttpDate(long offset_seconds);

}  // namespace kontrakt::fakes
