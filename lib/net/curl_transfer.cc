#include "lib/net/curl_transfer.h"

#include <algorithm>
#include <cstring>

#include "lib/base/strings.h"
#include "lib/net/curl_error.h"

namespace kontrakt::net {
namespace {

constexpr long kBulkBuffer = 256L << 10;

/// Sets options of one handle and remembers the first that libcurl refused.
class Options {
 public:
  explicit Options(CURL* easy) : easy_(easy) {}
  template <typename T>
  void Set(CURLoption option, T value) {
    const CURLcode code = curl_easy_setopt(easy_, option, value);
    if (first_ == CURLE_OK)
      first_ = code;
  }
  void SetText(CURLoption option, const std::string& text) { Set(option, text.empty() ? nullptr : text.c_str()); }
  /// `text` must live as long as the handle.
  void SetBlob(CURLoption option, const std::string& text) {
    if (text.empty())
      return;
    curl_blob blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};  // NOLINT: libcurl only reads it
    Set(option, &blob);
  }
  CURLcode first() const { return first_; }

 private:
  CURL* easy_;
  CURLcode first_ = CURLE_OK;
};

bool Append(curl_slist*& list, const std::string& text) {
  curl_slist* longer = curl_slist_append(list, text.c_str());
  if (longer == nullptr)
    return false;
  list = longer;
  return true;
}

std::string PeerOf(const Url& url) {
  return url.host + ":" + std::to_string(url.port);
}

}  // namespace

CurlTransfer::CurlTransfer(Transport::Ticket ticket, Request request, Transport::Completion done)
    : ticket_(ticket),
      request_(std::move(request)),
      done_(std::move(done)),
      start_at_(Clock::now() + request_.delay),
      begun_at_(start_at_),
      sent_at_(start_at_),
      moved_at_(start_at_) {}

CurlTransfer::~CurlTransfer() {
  if (easy_ != nullptr)
    curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
  curl_slist_free_all(connect_to_);
}

Result<void> CurlTransfer::Prepare(const CurlSettings& settings, std::shared_ptr<const TlsConfig> tls,
                                   CurlSockets& sockets) {
  begun_at_ = sent_at_ = moved_at_ = Clock::now();
  tls_ = std::move(tls);
  easy_ = curl_easy_init();
  if (easy_ == nullptr || !BuildHeaders())
    return Internal("libcurl: out of memory");
  CURLcode code = SetRequest(request_.lane == Lane::kBulk);
  if (code == CURLE_OK)
    code = SetConnection(settings);
  if (code == CURLE_OK)
    code = SetTrust(settings);
  if (code == CURLE_OK)
    code = sockets.Install(easy_);
  if (code != CURLE_OK)
    return Internal(std::string("libcurl: ") + curl_easy_strerror(code));
  return {};
}

bool CurlTransfer::BuildHeaders() {
  bool ok = true;
  for (const auto& [name, value] : request_.headers.fields()) {
    // "Name;" is how libcurl sends a field with an empty value; "Name:" would leave it out.
    ok = ok && Append(headers_, value.empty() ? name + ";" : name + ": " + value);
  }
  // What libcurl would add by itself.
  ok = ok && Append(headers_, "Expect:");
  if (!request_.headers.Get("Content-Type"))
    ok = ok && Append(headers_, "Content-Type:");
  if (!tls_->server_name.empty() && !request_.headers.Get("Host")) {
    ok = ok && Append(headers_, "Host: " + request_.url.Authority());
  }
  return ok;
}

CURLcode CurlTransfer::SetRequest(bool bulk) {
  Options set(easy_);
  set.Set(CURLOPT_PRIVATE, static_cast<void*>(this));
  set.Set(CURLOPT_ERRORBUFFER, error_text_.data());
  set.Set(CURLOPT_HTTPHEADER, headers_);
  set.Set(CURLOPT_HEADERFUNCTION, &CurlTransfer::OnHeader);
  set.Set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set.Set(CURLOPT_WRITEFUNCTION, &CurlTransfer::OnBody);
  set.Set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set.Set(CURLOPT_PREREQFUNCTION, &CurlTransfer::OnConnected);
  set.Set(CURLOPT_PREREQDATA, static_cast<void*>(this));
  set.Set(CURLOPT_TIMEOUT_MS, static_cast<long>(request_.timeout.count()));
  if (bulk) {
    set.Set(CURLOPT_BUFFERSIZE, kBulkBuffer);
    set.Set(CURLOPT_UPLOAD_BUFFERSIZE, kBulkBuffer);
  }
  if (request_.source) {
    set.Set(CURLOPT_UPLOAD, 1L);
    set.Set(CURLOPT_READFUNCTION, &CurlTransfer::OnSource);
    set.Set(CURLOPT_READDATA, static_cast<void*>(this));
    set.Set(CURLOPT_INFILESIZE_LARGE, request_.source_size ? static_cast<curl_off_t>(*request_.source_size) : -1);
  } else if (request_.body) {
    set.Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body->size()));
    set.Set(CURLOPT_POSTFIELDS, request_.body->data());
  } else if (request_.method == Method::kPost || request_.method == Method::kPut) {
    set.Set(CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t{0});
    set.Set(CURLOPT_POSTFIELDS, "");
  } else if (request_.method == Method::kHead) {
    set.Set(CURLOPT_NOBODY, 1L);
  }
  if (request_.method != Method::kHead) {
    set.SetText(CURLOPT_CUSTOMREQUEST, std::string(NameOf(request_.method)));
  }
  return set.first();
}

CURLcode CurlTransfer::SetConnection(const CurlSettings& settings) {
  const CurlOptions& options = settings.options;
  const bool https = request_.url.scheme == "https";
  Url url = request_.url;
  Options set(easy_);
  if (!tls_->server_name.empty() && https) {
    // libcurl has no option for the name to send and check: it takes the URL's, so the real host is only dialled.
    const std::string dialled = url.host + ":" + std::to_string(url.port);
    url.host = tls_->server_name;
    if (!Append(connect_to_, url.host + ":" + std::to_string(url.port) + ":" + dialled))
      return CURLE_OUT_OF_MEMORY;
    set.Set(CURLOPT_CONNECT_TO, connect_to_);
  }
  set.SetText(CURLOPT_URL, url.ToString());
  set.Set(CURLOPT_PROTOCOLS_STR, "http,https");
  set.Set(CURLOPT_PATH_AS_IS, 1L);
  set.Set(CURLOPT_FOLLOWLOCATION, 0L);
  set.Set(CURLOPT_NOSIGNAL, 1L);
  set.Set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set.SetText(CURLOPT_USERAGENT, options.user_agent);
  set.Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  // HTTP/2 uploads make libcurl loop busily (prototypes: ten times the polls, three to six times the CPU).
  const bool may_multiplex = https && request_.lane != Lane::kBulk;
  set.Set(CURLOPT_HTTP_VERSION, static_cast<long>(may_multiplex ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  // Without it N first requests open N connections.
  set.Set(CURLOPT_PIPEWAIT, may_multiplex ? 1L : 0L);
  const ProxyConfig& proxy = https ? options.proxy_https : options.proxy_http;
  const bool proxied = proxy.AppliesTo(request_.url);
  // Always set, even to nothing: libcurl would read the environment otherwise, ALL_PROXY included.
  set.Set(CURLOPT_PROXY, proxied ? (https ? settings.proxy_https : settings.proxy_http).c_str() : "");
  set.Set(CURLOPT_NOPROXY, "");
  set.Set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  return set.first();
}

CURLcode CurlTransfer::SetTrust(const CurlSettings& settings) {
  const TrustStore& trust = settings.options.trust;
  Options set(easy_);
  set.Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set.Set(CURLOPT_SSL_VERIFYPEER, tls_->insecure_skip_verify ? 0L : 1L);
  set.Set(CURLOPT_SSL_VERIFYHOST, tls_->insecure_skip_verify ? 0L : 2L);
  // Both are set always, even to nothing: libcurl's built-in paths would be trusted beside our anchors.
  const bool own_anchors = !tls_->ca_pem.empty();
  set.SetText(CURLOPT_CAPATH, own_anchors ? std::string() : trust.folder);
  set.SetText(CURLOPT_CAINFO, own_anchors ? std::string() : trust.file);
  set.SetBlob(CURLOPT_CAINFO_BLOB, tls_->ca_pem);
  set.SetText(CURLOPT_PROXY_CAPATH, trust.folder);
  set.SetText(CURLOPT_PROXY_CAINFO, trust.file);
  if (!tls_->client_cert_pem.empty()) {
    set.Set(CURLOPT_SSLCERTTYPE, "PEM");
    set.Set(CURLOPT_SSLKEYTYPE, "PEM");
    set.SetBlob(CURLOPT_SSLCERT_BLOB, tls_->client_cert_pem);
    set.SetBlob(CURLOPT_SSLKEY_BLOB, tls_->client_key_pem);
  }
  return set.first();
}

std::size_t CurlTransfer::OnHeader(char* bytes, std::size_t size, std::size_t count, void* self) {
  static_cast<CurlTransfer*>(self)->TakeHeader(std::string_view(bytes, size * count));
  return size * count;
}

void CurlTransfer::TakeHeader(std::string_view line) {
  moved_at_ = Clock::now();
  if (line.starts_with("HTTP/")) {
    // Also ends an informational answer: the fields of a 103 are not those of the 200 after it.
    response_.headers = Headers();
    const auto space = line.find(' ');
    response_.status = 0;
    for (std::size_t i = space + 1; space != line.npos && i < line.size() && line[i] >= '0' && line[i] <= '9'; ++i) {
      response_.status = response_.status * 10 + (line[i] - '0');
      if (response_.status > 999)
        break;
    }
    return;
  }
  const auto colon = line.find(':');
  // Fields after the body are trailers, which nobody asked for.
  if (colon == std::string_view::npos || body_began_)
    return;
  response_.headers.Add(std::string(Trim(line.substr(0, colon))), std::string(Trim(line.substr(colon + 1))));
}

std::size_t CurlTransfer::OnBody(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  if (transfer->request_.can_receive && transfer->response_.ok() && !transfer->request_.can_receive()) {
    transfer->paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  const auto taken = transfer->TakeBody(std::string_view(bytes, size * count));
  if (taken)
    return size * count;
  transfer->error_ = taken.error();
  return 0;  // ends this stream and spares the others of its connection
}

Result<void> CurlTransfer::TakeBody(std::string_view piece) {
  moved_at_ = Clock::now();
  body_began_ = true;
  if (request_.sink && response_.ok())
    return request_.sink(piece);
  if (piece.size() > request_.body_limit - response_.body.size()) {
    return InvalidInput("the answer of " + PeerOf(request_.url) + " is larger than " +
                        std::to_string(request_.body_limit) + " bytes");
  }
  response_.body.append(piece);
  return {};
}

std::size_t CurlTransfer::OnSource(char* buffer, std::size_t size, std::size_t count, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  if (transfer->unsent_.empty() && transfer->request_.can_send && !transfer->request_.can_send()) {
    transfer->paused_ = true;
    return CURL_READFUNC_PAUSE;
  }
  const auto given = transfer->GiveBody(buffer, size * count);
  if (given)
    return *given;
  transfer->error_ = given.error();
  return CURL_READFUNC_ABORT;
}

Result<std::size_t> CurlTransfer::GiveBody(char* buffer, std::size_t room) {
  moved_at_ = Clock::now();
  if (unsent_.empty()) {
    KT_ASSIGN(unsent_, request_.source(room));
  }
  const std::size_t size = std::min(room, unsent_.size());
  std::memcpy(buffer, unsent_.data(), size);
  unsent_.erase(0, size);
  return size;
}

int CurlTransfer::OnConnected(void* self, char* /*peer_ip*/, char* /*local_ip*/, int peer_port, int local_port) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  // libcurl sends again by itself when a kept connection ends without an answer. The server may have done what the
  // first one asked, so only requests that may be repeated are.
  if (transfer->connection_ && !transfer->request_.retryable && transfer->request_.method != Method::kGet &&
      transfer->request_.method != Method::kHead) {
    transfer->error_ = Unavailable("connection to " + PeerOf(transfer->request_.url) +
                                   " lost before the answer; the request may have been carried out");
    return CURL_PREREQFUNC_ABORT;
  }
  transfer->connection_ = ConnectionPorts{local_port, peer_port};
  transfer->sent_at_ = transfer->moved_at_ = Clock::now();
  return CURL_PREREQFUNC_OK;
}

std::optional<CurlTransfer::Clock::time_point> CurlTransfer::idle_end() const {
  if (request_.idle_timeout.count() == 0 || paused_)
    return std::nullopt;
  return moved_at_ + request_.idle_timeout;
}

bool CurlTransfer::ResumeIfReady() {
  if (!paused_ || (request_.can_send && !request_.can_send()) || (request_.can_receive && !request_.can_receive()))
    return false;
  // First, since libcurl delivers what it holds back at once, which may pause again.
  paused_ = false;
  moved_at_ = Clock::now();
  curl_easy_pause(easy_, CURLPAUSE_CONT);
  return true;
}

Error CurlTransfer::IdleError() const {
  return TimedOut("waiting for " + PeerOf(request_.url) + ": nothing came for " +
                  std::to_string(request_.idle_timeout.count()) + "ms");
}

Result<Response> CurlTransfer::Finish(CURLcode code) {
  if (error_)
    return std::move(*error_);
  if (code != CURLE_OK) {
    CurlFailure failure;
    failure.code = code;
    failure.peer = PeerOf(request_.url);
    failure.detail = error_text_.data();
    failure.sent = connection_.has_value();
    failure.timed_out = request_.timeout.count() > 0 && Clock::now() - begun_at_ >= request_.timeout;
    curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &failure.os_error);
    curl_easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &failure.proxy_status);
    return ToError(failure);
  }
  long version = 0;
  curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
  response_.http_version = version == CURL_HTTP_VERSION_2_0 ? 2 : 1;
  response_.url = request_.url;
  return std::move(response_);
}

}  // namespace kontrakt::net
