#include "tests/fakes/tls/tls_server.h"

#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <nghttp2/nghttp2.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/check.h"

namespace kontrakt::fakes {
namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr int kTick = 10;  // milliseconds between looks at what other threads ask for

SSL_CTX* Context(void* context) {
  return static_cast<SSL_CTX*>(context);
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

X509* ReadCertificate(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  KT_CHECK(certificate != nullptr);
  return certificate;
}

int ChooseHttp2(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                unsigned int offered_size, void*) {
  static constexpr unsigned char kHttp2[] = "\x02h2";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, kHttp2, 3, offered, offered_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

SSL_CTX* MakeContext(const TlsServer::Options& options) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  X509* certificate = ReadCertificate(options.identity.certificate);
  KT_CHECK(SSL_CTX_use_certificate(context, certificate) == 1);
  X509_free(certificate);
  BIO* bio = BIO_new_mem_buf(options.identity.key.data(), static_cast<int>(options.identity.key.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  KT_CHECK(SSL_CTX_use_PrivateKey(context, key) == 1);
  EVP_PKEY_free(key);
  if (options.http2)
    SSL_CTX_set_alpn_select_cb(context, ChooseHttp2, nullptr);
  if (!options.client_ca.empty()) {
    X509* authority = ReadCertificate(options.client_ca);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority);
    X509_free(authority);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

/// Clients leave in the middle of an answer, and OpenSSL writes without MSG_NOSIGNAL.
void BlockBrokenPipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

std::string ClientName(SSL* ssl) {
  X509* certificate = SSL_get1_peer_certificate(ssl);
  if (certificate == nullptr)
    return {};
  char name[256] = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
  X509_free(certificate);
  return name;
}

}  // namespace

/// One accepted connection: TLS over a socket that never blocks for longer than a tick.
class TlsServer::Connection {
 public:
  Connection(TlsServer& server, int descriptor, int number)
      : server_(server), descriptor_(descriptor), number_(number) {
    fcntl(descriptor_, F_SETFL, O_NONBLOCK);
    ssl_ = SSL_new(Context(server.context_));
    SSL_set_fd(ssl_, descriptor_);
    SSL_set_accept_state(ssl_);
  }
  ~Connection() {
    SSL_free(ssl_);
    close(descriptor_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool Handshake() {
    while (Usable()) {
      const int code = SSL_do_handshake(ssl_);
      if (code == 1)
        return true;
      if (!Wait(code))
        return false;
    }
    return false;
  }

  /// Bytes that came; empty when none did within a tick; nullopt at the end.
  std::optional<std::string> Read() {
    if (!Usable())
      return std::nullopt;
    char buffer[16384];
    const int size = SSL_read(ssl_, buffer, sizeof buffer);
    if (size > 0)
      return std::string(buffer, static_cast<std::size_t>(size));
    if (!Wait(size))
      return std::nullopt;
    return std::string();
  }

  bool Write(std::string_view bytes) {
    while (!bytes.empty()) {
      const int size = SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
      if (size > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(size));
      } else if (!Usable() || !Wait(size)) {
        return false;
      }
    }
    return true;
  }

  /// False once the server stops. Stays inside as long as the connection is frozen.
  bool Usable() {
    while (!server_.stopping_ && number_ <= server_.frozen_up_to_)
      poll(nullptr, 0, kTick);
    return !server_.stopping_;
  }

  TlsRequest NewRequest() const {
    TlsRequest request;
    request.connection = number_;
    const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
    request.server_name = name == nullptr ? "" : name;
    request.client_name = ClientName(ssl_);
    return request;
  }

 private:
  bool Wait(int code) {
    const int why = SSL_get_error(ssl_, code);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
      return false;
    pollfd entry{descriptor_, static_cast<short>(why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT), 0};
    poll(&entry, 1, kTick);
    return true;
  }

  TlsServer& server_;
  const int descriptor_;
  const int number_;
  SSL* ssl_ = nullptr;
};

/// HTTP/2 on one connection.
class Http2Session {
 public:
  Http2Session(TlsServer& server, TlsServer::Connection& connection) : server_(server), connection_(connection) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, OnBegin);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnData);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, OnFrame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
    nghttp2_session_server_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry streams{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, server.options_.max_streams};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &streams, 1);
  }
  ~Http2Session() { nghttp2_session_del(session_); }
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  void Run() {
    while (Flush()) {
      const auto bytes = connection_.Read();
      if (!bytes)
        return;
      if (!bytes->empty() &&
          nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()) < 0)
        return;
      if (server_.released_)
        SendHeld();
    }
  }

 private:
  struct Stream {
    TlsRequest request;
    TlsAnswer answer;
    std::size_t sent = 0;
    bool held = false;
  };

  static Http2Session& Self(void* self) { return *static_cast<Http2Session*>(self); }

  static int OnBegin(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    Self(self).streams_[frame->hd.stream_id].request = Self(self).connection_.NewRequest();
    return 0;
  }

  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                      const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* self) {
    TlsRequest& request = Self(self).streams_[frame->hd.stream_id].request;
    const std::string field(reinterpret_cast<const char*>(name), name_size);
    std::string text(reinterpret_cast<const char*>(value), value_size);
    if (field == ":method") {
      request.method = std::move(text);
    } else if (field == ":path") {
      request.path = std::move(text);
    } else if (field == ":authority") {
      request.authority = std::move(text);
    } else {
      request.headers[field] = std::move(text);
    }
    return 0;
  }

  static int OnData(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size,
                    void* self) {
    Self(self).streams_[id].request.body.append(reinterpret_cast<const char*>(bytes), size);
    return 0;
  }

  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    if (frame->hd.type == NGHTTP2_RST_STREAM)
      Self(self).server_.CountReset();
    const bool is_request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (is_request && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
      Self(self).Answer(frame->hd.stream_id);
    return 0;
  }

  static int OnClose(nghttp2_session*, std::int32_t id, std::uint32_t, void* self) {
    Self(self).streams_.erase(id);
    return 0;
  }

  void Answer(std::int32_t id) {
    Stream& stream = streams_[id];
    stream.answer = server_.Answer(stream.request);
    stream.held = stream.answer.hold && !server_.released_;
    if (!stream.held)
      Submit(id, stream);
  }

  void SendHeld() {
    for (auto& [id, stream] : streams_) {
      if (std::exchange(stream.held, false))
        Submit(id, stream);
    }
  }

  void Submit(std::int32_t id, Stream& stream) {
    std::string name = ":status";
    std::string value = std::to_string(stream.answer.status);
    nghttp2_nv header{reinterpret_cast<std::uint8_t*>(name.data()), reinterpret_cast<std::uint8_t*>(value.data()),
                      name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
    nghttp2_data_provider provider{};
    provider.source.ptr = &stream;
    provider.read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* out, std::size_t room,
                                std::uint32_t* flags, nghttp2_data_source* source, void*) -> ssize_t {
      auto* from = static_cast<Stream*>(source->ptr);
      const std::size_t size = std::min(room, from->answer.body.size() - from->sent);
      std::memcpy(out, from->answer.body.data() + from->sent, size);
      from->sent += size;
      if (from->sent == from->answer.body.size())
        *flags |= NGHTTP2_DATA_FLAG_EOF;
      return static_cast<ssize_t>(size);
    };
    nghttp2_submit_response(session_, id, &header, 1, &provider);
  }

  bool Flush() {
    while (true) {
      const std::uint8_t* bytes = nullptr;
      const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
      if (size == 0)
        return true;
      if (size < 0 || !connection_.Write({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)}))
        return false;
    }
  }

  TlsServer& server_;
  TlsServer::Connection& connection_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, Stream> streams_;
};

/// HTTP/1.1 on one connection, with keep-alive and bodies of announced length.
class Http1Session {
 public:
  Http1Session(TlsServer& server, TlsServer::Connection& connection) : server_(server), connection_(connection) {}

  void Run() {
    while (true) {
      const auto head = TakeHead();
      if (!head)
        return;
      TlsRequest request = Parse(*head);
      const auto length = request.headers.find("content-length");
      const std::size_t size = length == request.headers.end() ? 0 : std::stoul(length->second);
      while (buffer_.size() < size) {
        if (!Fill())
          return;
      }
      request.body = buffer_.substr(0, size);
      buffer_.erase(0, size);
      const TlsAnswer answer = server_.Answer(std::move(request));
      while (answer.hold && !server_.released_) {
        if (!connection_.Usable())
          return;
        poll(nullptr, 0, kTick);
      }
      if (!connection_.Write("HTTP/1.1 " + std::to_string(answer.status) + " Answer\r\nContent-Length: " +
                             std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body))
        return;
    }
  }

 private:
  bool Fill() {
    const auto bytes = connection_.Read();
    if (bytes)
      buffer_ += *bytes;
    return bytes.has_value();
  }

  std::optional<std::string> TakeHead() {
    auto end = buffer_.find("\r\n\r\n");
    while (end == std::string::npos) {
      if (!Fill())
        return std::nullopt;
      end = buffer_.find("\r\n\r\n");
    }
    std::string head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    return head;
  }

  TlsRequest Parse(const std::string& head) const {
    TlsRequest request = connection_.NewRequest();
    const auto line_end = head.find("\r\n");
    const auto first = head.find(' ');
    const auto second = head.find(' ', first + 1);
    request.method = head.substr(0, first);
    request.path = head.substr(first + 1, second - first - 1);
    for (auto at = line_end + 2; at < head.size();) {
      const auto end = head.find("\r\n", at);
      const auto colon = head.find(':', at);
      request.headers[Lower(head.substr(at, colon - at))] = head.substr(colon + 2, end - colon - 2);
      at = end + 2;
    }
    request.authority = request.headers["host"];
    return request;
  }

  TlsServer& server_;
  TlsServer::Connection& connection_;
  std::string buffer_;
};

TlsServer::TlsServer(Options options, Handler handler) : options_(std::move(options)), handler_(std::move(handler)) {
  context_ = MakeContext(options_);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
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

TlsServer::~TlsServer() {
  stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  for (std::thread& thread : threads_)
    thread.join();
  SSL_CTX_free(Context(context_));
}

void TlsServer::Accept() {
  while (!stopping_) {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0)
      continue;
    const int number = ++connections_;
    threads_.emplace_back([this, descriptor, number] {
      BlockBrokenPipe();
      Connection connection(*this, descriptor, number);
      if (!connection.Handshake())
        return;
      if (options_.http2) {
        Http2Session(*this, connection).Run();
      } else {
        Http1Session(*this, connection).Run();
      }
    });
  }
}

TlsAnswer TlsServer::Answer(TlsRequest request) {
  TlsAnswer answer = handler_(request);
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
  }
  changed_.notify_all();
  return answer;
}

void TlsServer::CountReset() {
  {
    const std::lock_guard lock(mutex_);
    ++resets_;
  }
  changed_.notify_all();
}

std::vector<TlsRequest> TlsServer::Requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool TlsServer::WaitForRequests(std::size_t count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return requests_.size() >= count; });
}

bool TlsServer::WaitForResets(int count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return resets_ >= count; });
}

void TlsServer::Release() {
  released_ = true;
}

void TlsServer::FreezeConnections() {
  frozen_up_to_ = connections_.load();
}

}  // namespace kontrakt::fakes
