#include "lib/kube/client_shared.h"

#include <cctype>

#include <unistd.h>

#include "lib/base/strings.h"
#include "lib/base/time.h"
#include "lib/doc/json.h"
#include "lib/kube/warning.h"
#include "lib/net/retry_transport.h"
#include "lib/net/tls.h"

namespace kontrakt::kube {
namespace {

constexpr RetryPolicy kFirstContact{3, std::chrono::milliseconds(200), std::chrono::milliseconds(1000), 2.0};

/// Over plain http everybody on the way could read a token, but nobody is on the way to this machine itself.
bool MayCarryCredentials(const net::Url& server) {
  const bool is_ipv4 = server.host.find_first_not_of("0123456789.") == std::string::npos;
  return server.scheme == "https" || server.host == "localhost" || server.host == "[::1]" ||
         (is_ipv4 && server.host.starts_with("127."));
}

/// Header field names take few characters; kube-apiserver decodes the others.
std::string EscapeExtraKey(const std::string& key) {
  return PercentEncode(ToLower(key));
}

net::TlsConfig TlsOf(const Connection& connection, const std::string& certificate, const std::string& key) {
  net::TlsConfig tls;
  tls.ca_pem = connection.ca_pem;
  tls.client_cert_pem = certificate;
  tls.client_key_pem = key;
  tls.insecure_skip_verify = connection.insecure_skip_tls_verify;
  tls.server_name = connection.tls_server_name;
  return tls;
}

}  // namespace

Client::Shared::Shared(Connection connection, ClientOptions options, net::Url server)
    : connection_(std::move(connection)),
      options_(std::move(options)),
      server_(std::move(server)),
      may_authorize_(MayCarryCredentials(server_)),
      credentials_(connection_, options_.environment, isatty(STDIN_FILENO) == 1),
      discovery_([this](const std::vector<std::string>& paths, const std::string& accept, const Bound& bound) {
        std::vector<net::Request> requests;
        for (const std::string& path : paths) {
          requests.push_back(Prepare(net::Method::kGet, path));
          requests.back().headers.Set("Accept", accept);
        }
        return ExchangeAll(std::move(requests), bound);
      }) {}

Result<std::shared_ptr<Client::Shared>> Client::Shared::Create(Connection connection, ClientOptions options) {
  KT_ASSIGN_CONTEXT(net::Url server, net::Url::Parse(connection.server), "server address");
  server.query.clear();
  const bool has_secret = !connection.token.empty() || !connection.token_file.empty() || !connection.username.empty() ||
                          connection.exec || !connection.client_cert_pem.empty();
  if (options.on_warning && !MayCarryCredentials(server) && has_secret) {
    options.on_warning("the API server's address is plain http: no credentials are sent there");
  }
  if (options.on_warning && connection.insecure_skip_tls_verify) {
    options.on_warning("the API server's certificate is not verified");
  }
  std::shared_ptr<Shared> shared(new Shared(std::move(connection), std::move(options), std::move(server)));
  KT_TRY(shared->OpenTransport());
  return shared;
}

Result<void> Client::Shared::OpenTransport() {
  transport_ = options_.transport;
  if (transport_ == nullptr) {
    net::CurlOptions curl;
    curl.tls = TlsOf(connection_, connection_.client_cert_pem, connection_.client_key_pem);
    curl.trust = net::FindTrustStore(options_.environment);
    curl.user_agent = options_.user_agent;
    const bool own_proxy = !connection_.proxy_url.empty();
    const net::ProxyConfig proxy{connection_.proxy_url, ""};
    curl.proxy_http = own_proxy ? proxy : net::ProxyConfig::OfEnvironment(options_.environment, "http");
    curl.proxy_https = own_proxy ? proxy : net::ProxyConfig::OfEnvironment(options_.environment, "https");
    KT_ASSIGN_CONTEXT(curl_, net::CurlTransport::Create(std::move(curl)), "context \"" + connection_.context + "\"");
    transport_ = curl_.get();
    shown_certificate_ = connection_.client_cert_pem;
  }
  net::RetryRules rules;
  rules.policy = options_.retry;
  steady_ = net::MakeRetryTransport(*transport_, rules);
  rules.policy = kFirstContact;
  rules.policy.attempts = std::min(rules.policy.attempts, options_.retry.attempts);
  rules.policy.first = std::min(rules.policy.first, options_.retry.first);
  first_contact_ = net::MakeRetryTransport(*transport_, rules);
  return {};
}

net::Request Client::Shared::Prepare(net::Method method, const std::string& path_and_query) const {
  net::Request request;
  request.method = method;
  const auto mark = path_and_query.find('?');
  request.url = server_.Join(path_and_query.substr(0, mark));
  if (mark != std::string::npos)
    request.url.query = path_and_query.substr(mark + 1);
  request.headers.Set("Accept", "application/json");
  if (connection_.request_timeout.count() > 0)
    request.timeout = connection_.request_timeout;
  return request;
}

void Client::Shared::AddIdentity(net::Request& request, const Identity& identity) {
  if (!may_authorize_)
    return;
  if (!identity.authorization.empty() && !request.headers.Get("Authorization")) {
    request.headers.Set("Authorization", identity.authorization);
  }
  if (!connection_.as.empty()) {
    request.headers.Set("Impersonate-User", connection_.as);
    if (!connection_.as_uid.empty())
      request.headers.Set("Impersonate-Uid", connection_.as_uid);
    for (const std::string& group : connection_.as_groups)
      request.headers.Add("Impersonate-Group", group);
    for (const auto& [key, values] : connection_.as_extra) {
      for (const std::string& value : values) {
        request.headers.Add("Impersonate-Extra-" + EscapeExtraKey(key), value);
      }
    }
  }
  if (!curl_)
    return;
  const std::lock_guard lock(mutex_);
  if (shown_certificate_ == identity.client_cert_pem)
    return;
  shown_certificate_ = identity.client_cert_pem;
  curl_->SetTls(TlsOf(connection_, identity.client_cert_pem, identity.client_key_pem));
}

Result<std::uint64_t> Client::Shared::Authorize(net::Request& request, const Bound& bound) {
  requests_.fetch_add(1);
  if (!may_authorize_)
    return std::uint64_t{0};
  KT_ASSIGN(const Identity identity, credentials_.Current(bound));
  AddIdentity(request, identity);
  return identity.generation;
}

std::vector<Result<net::Response>> Client::Shared::SendOnce(const std::vector<net::Request>& requests,
                                                            const Identity& identity, const Bound& bound) {
  std::vector<net::Request> authorized = requests;
  for (net::Request& request : authorized)
    AddIdentity(request, identity);
  requests_.fetch_add(authorized.size());
  net::Transport& sender = contacted_ ? *steady_ : *first_contact_;
  auto responses = net::SendAll(sender, std::move(authorized), options_.in_flight, bound);
  for (const auto& response : responses) {
    if (response)
      Observe(*response);
  }
  return responses;
}

std::vector<Result<net::Response>> Client::Shared::ExchangeAll(std::vector<net::Request> requests, const Bound& bound) {
  Identity identity;
  if (may_authorize_) {
    auto current = credentials_.Current(bound);
    if (!current)
      return std::vector<Result<net::Response>>(requests.size(), Result<net::Response>(current.error()));
    identity = std::move(*current);
  }
  auto responses = SendOnce(requests, identity, bound);
  // A 401 never carried anything out, so even a POST may be sent again.
  std::vector<std::size_t> rejected;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    if (responses[i] && responses[i]->status == 401)
      rejected.push_back(i);
  }
  if (rejected.empty() || !may_authorize_ || !credentials_.Reject(identity.generation))
    return responses;
  auto fresh = credentials_.Current(bound);
  std::vector<net::Request> again;
  for (const std::size_t i : rejected) {
    if (!fresh)
      responses[i] = fresh.error();
    again.push_back(std::move(requests[i]));
  }
  if (!fresh)
    return responses;
  auto second = SendOnce(again, *fresh, bound);
  for (std::size_t i = 0; i < rejected.size(); ++i)
    responses[rejected[i]] = std::move(second[i]);
  return responses;
}

Result<net::Response> Client::Shared::Exchange(net::Request request, const Bound& bound) {
  std::vector<net::Request> requests;
  requests.push_back(std::move(request));
  return std::move(ExchangeAll(std::move(requests), bound).front());
}

void Client::Shared::Observe(const net::Response& response) {
  contacted_ = true;
  if (const auto date = response.headers.Get("Date")) {
    if (const auto time = ParseHttpDate(*date)) {
      server_time_ = std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
    }
  }
  if (!options_.on_warning)
    return;
  for (const std::string& field : response.headers.GetAll("Warning")) {
    for (const std::string& text : WarningTexts(field)) {
      bool is_new = false;
      {
        const std::lock_guard lock(mutex_);
        is_new = warnings_.insert(text).second;
      }
      if (is_new)
        options_.on_warning(text);
    }
  }
}

std::uint64_t Client::Shared::RequestCount() const {
  return curl_ ? curl_->Counts().requests : requests_.load();
}

Result<doc::Json> ObjectOf(Result<net::Response> response) {
  if (!response)
    return std::move(response.error());
  if (!response->ok())
    return ToError(DecodeStatus(*response));
  KT_ASSIGN_CONTEXT(doc::Json object, doc::ParseJson(response->body), "answer of " + response->url.Authority());
  return object;
}

}  // namespace kontrakt::kube
