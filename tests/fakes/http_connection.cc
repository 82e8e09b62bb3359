#include "tests/fakes/http_connection.h"

#include <cerrno>
#include <charconv>
#include <ctime>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace kontrakt::fakes {
namespace {

constexpr std::size_t kLongestLine = 1 << 20;

std::string_view ReasonPhrase(int status) {
  static const std::pair<int, std::string_view> phrases[] = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {307, "Temporary Redirect"},
      {400, "Bad Request"},
      {403, "Forbidden"},
      {401, "Unauthorized"},
      {404, "Not Found"},
      {409, "Conflict"},
      {410, "Gone"},
      {422, "Unprocessable Entity"},
      {429, "Too Many Requests"},
      {500, "Internal Server Error"},
      {503, "Service Unavailable"},
  };
  for (const auto& [code, phrase] : phrases) {
    if (code == status) {
      return phrase;
    }
  }
  return "Status";
}

}  // namespace

std::string HttpDate(long offset_seconds) {
  const std::time_t now = std::time(nullptr) + offset_seconds;
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[64];
  const std::size_t length = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, length};
}

HttpConnection::~HttpConnection() {
  close(descriptor_);
}

void HttpConnection::Shutdown() {
  ended_ = true;
  shutdown(descriptor_, SHUT_RDWR);
}

bool HttpConnection::IsGone(std::chrono::milliseconds patience) const {
  if (ended_) {
    return true;
  }
  pollfd poll_entry{descriptor_, POLLRDHUP, 0};
  return poll(&poll_entry, 1, static_cast<int>(patience.count())) > 0 &&
         (poll_entry.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

bool HttpConnection::Fill() {
  char piece[16384];
  while (!ended_) {
    const ssize_t received = recv(descriptor_, piece, sizeof piece, 0);
    if (received > 0) {
      buffer_.append(piece, static_cast<std::size_t>(received));
      return true;
    }
    if (received == 0 || errno != EINTR) {
      return false;
    }
  }
  return false;
}

bool HttpConnection::ReadLine(std::string& line) {
  std::size_t end;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    if (buffer_.size() > kLongestLine || !Fill()) {
      return false;
    }
  }
  line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (!line.empty() && line.back() == '\r') {
    line.pop_back();
  }
  return true;
}

bool HttpConnection::ReadExactly(std::size_t size, std::string& bytes) {
  while (buffer_.size() < size) {
    if (!Fill()) {
      return false;
    }
  }
  bytes.append(buffer_, 0, size);
  buffer_.erase(0, size);
  return true;
}

bool HttpConnection::ReadHead(HttpRequest& request) {
  std::string line;
  do {
    if (!ReadLine(line)) {
      return false;
    }
  } while (line.empty());
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string::npos || first == last) {
    return false;
  }
  request.method = line.substr(0, first);
  ParseTarget(std::string_view(line).substr(first + 1, last - first - 1), request);
  while (ReadLine(line)) {
    if (line.empty()) {
      return true;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) {
      return false;
    }
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    request.headers.Add(line.substr(0, colon), begin == std::string::npos ? "" : line.substr(begin));
  }
  return false;
}

bool HttpConnection::ReadBody(HttpRequest& request) {
  if (EqualsIgnoringCase(request.Header("Expect"), "100-continue") && !Write("HTTP/1.1 100 Continue\r\n\r\n")) {
    return false;
  }
  if (EqualsIgnoringCase(request.Header("Transfer-Encoding"), "chunked")) {
    std::string line;
    while (ReadLine(line)) {
      std::size_t size = 0;
      if (std::from_chars(line.data(), line.data() + line.size(), size, 16).ec != std::errc{}) {
        return false;
      }
      if (size == 0) {
        return ReadLine(line);
      }
      if (!ReadExactly(size, request.body) || !ReadLine(line)) {
        return false;
      }
    }
    return false;
  }
  const std::string length = request.Header("Content-Length");
  std::size_t size = 0;
  std::from_chars(length.data(), length.data() + length.size(), size);
  return ReadExactly(size, request.body);
}

bool HttpConnection::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (ended_) {
      return false;
    }
    const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) {
        continue;
      }
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

ResponseWriter::ResponseWriter(HttpConnection& connection, const HttpRequest& request, std::vector<Fault> faults,
                               std::function<void(int)> on_status)
    : connection_(connection), request_(request), faults_(std::move(faults)), on_status_(std::move(on_status)) {}

const Fault* ResponseWriter::Met(FaultKind kind) const {
  for (const Fault& fault : faults_) {
    if (fault.kind == kind) {
      return &fault;
    }
  }
  return nullptr;
}

std::string ResponseWriter::Head(int status, const HttpHeaders& headers) const {
  std::string head = "HTTP/1.1 " + std::to_string(status) + " " + std::string(ReasonPhrase(status)) + "\r\n";
  if (!headers.Get("Date")) {
    head += "Date: " + HttpDate(0) + "\r\n";
  }
  for (const auto& [name, value] : headers.fields()) {
    head += name + ": " + value + "\r\n";
  }
  return head;
}

void ResponseWriter::Send(HttpResponse response) {
  answered_ = true;
  if (Met(FaultKind::kDropAfter)) {
    broken_ = true;
    return;
  }
  if (Met(FaultKind::kCorruptBody) && !response.body.empty()) {
    response.body.back() = response.body.back() == 'x' ? 'y' : 'x';
  }
  if (Met(FaultKind::kWrongDigest)) {
    response.headers.Set("Docker-Content-Digest", "sha256:" + std::string(64, '0'));
  }
  on_status_(response.status);
  std::string bytes = Head(response.status, response.headers);
  if (response.status != 204 && response.status != 304 && !response.headers.Get("Content-Length")) {
    bytes += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  }
  bytes += "\r\n";
  if (request_.method != "HEAD") {
    const Fault* half = Met(FaultKind::kHalfBody);
    const std::size_t part = half && half->cut_after > 0 ? half->cut_after : response.body.size() / 2;
    bytes += half ? response.body.substr(0, part) : response.body;
    broken_ = half != nullptr;
  }
  broken_ = !connection_.Write(bytes) || broken_;
}

bool ResponseWriter::Begin(int status, HttpHeaders headers) {
  answered_ = true;
  if (Met(FaultKind::kDropAfter)) {
    broken_ = true;
    return false;
  }
  on_status_(status);
  headers.Set("Transfer-Encoding", "chunked");
  broken_ = !connection_.Write(Head(status, headers) + "\r\n");
  return !broken_;
}

bool ResponseWriter::Write(std::string_view piece) {
  if (broken_ || piece.empty()) {
    return !broken_;
  }
  bool cut = false;
  if (const Fault* half = Met(FaultKind::kHalfBody)) {
    cut = streamed_ + piece.size() >= half->cut_after;
    if (cut) {
      piece = piece.substr(0, half->cut_after - streamed_);
    }
  }
  streamed_ += piece.size();
  if (!piece.empty()) {
    char size[20];
    const auto end = std::to_chars(size, size + sizeof size, piece.size(), 16).ptr;
    broken_ = !connection_.Write(std::string(size, end) + "\r\n" + std::string(piece) + "\r\n");
  }
  broken_ = broken_ || cut;
  return !broken_;
}

void ResponseWriter::End() {
  broken_ = broken_ || !connection_.Write("0\r\n\r\n");
}

}  // namespace kontrakt::fakes
