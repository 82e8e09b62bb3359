#include "lib/oci/token.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "lib/base/base64.h"
#include "lib/base/strings.h"
#include "lib/doc/json.h"
#include "lib/oci/errors.h"

namespace kontrakt::oci {
namespace {

constexpr std::chrono::seconds kShortestLife{60};  // the spec's default, and what shorter answers are taken for
constexpr std::chrono::seconds kRenewEarly{5};
constexpr std::size_t kAnswerLimit = std::size_t{64} << 10;
constexpr int kMostRedirects = 3;

bool IsInside(std::uint32_t address, std::uint32_t network, int bits) {
  return (address >> (32 - bits)) == (network >> (32 - bits));
}

bool IsInternal4(std::uint32_t address) {
  return IsInside(address, 0x7f000000, 8) || IsInside(address, 0x0a000000, 8) || IsInside(address, 0xac100000, 12) ||
         IsInside(address, 0xc0a80000, 16) || IsInside(address, 0xa9fe0000, 16) || IsInside(address, 0, 8);
}

/// Loopback, link-local or private, by name or literal address; names are not resolved.
bool IsInternalHost(const std::string& host) {
  if (host == "localhost" || host.ends_with(".localhost")) {
    return true;
  }
  std::string literal = host;
  if (literal.starts_with('[') && literal.ends_with(']')) {
    literal = literal.substr(1, literal.size() - 2);
  }
  in_addr four{};
  if (inet_pton(AF_INET, literal.c_str(), &four) == 1) {
    return IsInternal4(ntohl(four.s_addr));
  }
  in6_addr six{};
  if (inet_pton(AF_INET6, literal.c_str(), &six) != 1) {
    return false;
  }
  if (IN6_IS_ADDR_V4MAPPED(&six)) {
    std::uint32_t last = 0;
    std::memcpy(&last, &six.s6_addr[12], sizeof last);
    return IsInternal4(ntohl(last));
  }
  return IN6_IS_ADDR_LOOPBACK(&six) || IN6_IS_ADDR_UNSPECIFIED(&six) || IN6_IS_ADDR_LINKLOCAL(&six) ||
         (six.s6_addr[0] & 0xfe) == 0xfc;
}

std::string FormEncode(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    body += (body.empty() ? "" : "&") + PercentEncode(name) + "=" + PercentEncode(value);
  }
  return body;
}

/// The OAuth 2 form: identity tokens can be shown in no other way.
net::Request PostForm(const net::Url& realm, const TokenRequest& request) {
  net::Request post;
  post.method = net::Method::kPost;
  post.url = realm;
  post.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  std::vector<std::pair<std::string, std::string>> fields = {
      {"grant_type", "refresh_token"},
      {"service", request.challenge.Get("service")},
      {"client_id", "kontrakt"},
      {"refresh_token", request.credential.identity_token},
  };
  if (!request.scopes.empty()) {
    fields.emplace_back("scope", Join(request.scopes.ToStrings(), " "));
  }
  post.body = std::make_shared<const std::string>(FormEncode(fields));
  return post;
}

net::Request GetForm(const net::Url& realm, const TokenRequest& request) {
  net::Request get;
  get.url = realm;
  const auto add = [&](std::string_view name, std::string_view value) { get.url = get.url.WithQuery(name, value); };
  if (const std::string service = request.challenge.Get("service"); !service.empty()) {
    add("service", service);
  }
  for (const std::string& scope : request.scopes.ToStrings()) {
    add("scope", scope);
  }
  if (!request.credential.username.empty()) {
    add("account", request.credential.username);
    get.headers.Add("Authorization",
                    "Basic " + Base64Encode(request.credential.username + ":" + request.credential.password));
  }
  return get;
}

Error TokenServerError(const net::Response& response, const net::Url& realm, const TokenRequest& request) {
  Error error = ErrorOf(response, "token server " + realm.Authority());
  // A token server that refuses is about who asks (invalid_grant is 400), and 404 is about itself, not about an image.
  if (response.status == 400) {
    error.SetCode(ErrorCode::kDenied);
  } else if (response.status == 404) {
    error.SetCode(ErrorCode::kInvalidInput);
  }
  if (error.code() == ErrorCode::kDenied) {
    const std::string registry = request.asked.Authority();
    error.SetHint(request.credential.empty()
                      ? fmt::format("no credentials for {} were found; log in with docker login {}", registry, registry)
                      : fmt::format("the credentials of {} were refused", request.credential.source));
  }
  return error;
}

}  // namespace

void ScopeSet::Add(std::string_view repository_path, Access access) {
  std::set<std::string>& actions = actions_["repository:" + std::string(repository_path)];
  actions.insert("pull");
  if (access == Access::kPush) {
    actions.insert("push");
  }
}

void ScopeSet::AddText(std::string_view scopes) {
  for (const std::string& scope : Split(scopes, ' ')) {
    // A repository's name may hold a colon (host:port), so the parts are split from both ends.
    const std::size_t first = scope.find(':');
    const std::size_t last = scope.rfind(':');
    if (first == std::string::npos || first == last) {
      continue;
    }
    std::set<std::string>& actions = actions_[scope.substr(0, last)];
    for (const std::string& action : Split(scope.substr(last + 1), ',')) {
      if (!action.empty()) {
        actions.insert(action);
      }
    }
  }
}

void ScopeSet::AddAll(const ScopeSet& other) {
  for (const auto& [resource, actions] : other.actions_) {
    actions_[resource].insert(actions.begin(), actions.end());
  }
}

bool ScopeSet::Covers(const ScopeSet& other) const {
  return std::all_of(other.actions_.begin(), other.actions_.end(), [&](const auto& wanted) {
    const auto found = actions_.find(wanted.first);
    return found != actions_.end() &&
           std::includes(found->second.begin(), found->second.end(), wanted.second.begin(), wanted.second.end());
  });
}

std::vector<std::string> ScopeSet::ToStrings() const {
  std::vector<std::string> scopes;
  for (const bool pushing : {true, false}) {
    for (const auto& [resource, actions] : actions_) {
      if (actions.contains("push") == pushing) {
        scopes.push_back(resource + ":" + Join({actions.begin(), actions.end()}, ","));
      }
    }
  }
  return scopes;
}

Result<net::Url> ResolveRealm(const net::Url& asked, const Challenge& challenge) {
  const std::string realm = challenge.Get("realm");
  if (realm.empty()) {
    return InvalidInput(fmt::format("registry {} asks for a token but names no token server", asked.Authority()));
  }
  KT_ASSIGN_CONTEXT(net::Url url, asked.Resolve(realm), "token server of registry " + asked.Authority());
  if (asked.scheme == "https" && url.scheme != "https") {
    return Denied(
        fmt::format("registry {} sends credentials to {} without encryption", asked.Authority(), url.Authority()));
  }
  if (IsInternalHost(url.host) && !IsInternalHost(asked.host) && url.Origin() != asked.Origin()) {
    return Denied(
        fmt::format("registry {} sends credentials to the internal address {}", asked.Authority(), url.Authority()));
  }
  return url;
}

TokenSource::Key TokenSource::KeyOf(const TokenRequest& request) {
  const Credential& credential = request.credential;
  return {request.asked.Origin() + " " + request.challenge.Get("service"),
          credential.username + '\0' + credential.password + '\0' + credential.identity_token};
}

std::string TokenSource::CachedLocked(const Key& key, const ScopeSet& scopes) {
  std::vector<Kept>& tokens = kept_[key];
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(tokens, [&](const Kept& token) { return token.until <= now; });
  const auto found =
      std::find_if(tokens.begin(), tokens.end(), [&](const Kept& token) { return token.scopes.Covers(scopes); });
  return found == tokens.end() ? std::string() : found->text;
}

bool TokenSource::IsUnderWay(const Key& key, const ScopeSet& scopes) const {
  return std::any_of(under_way_.begin(), under_way_.end(),
                     [&](const auto& fetch) { return fetch.first == key && fetch.second.Covers(scopes); });
}

std::string TokenSource::Cached(const TokenRequest& request) {
  const std::lock_guard lock(mutex_);
  return CachedLocked(KeyOf(request), request.scopes);
}

Result<TokenSource::Token> TokenSource::Get(const TokenRequest& request, const Bound& bound) {
  const Key key = KeyOf(request);
  std::unique_lock lock(mutex_);
  while (true) {
    if (const std::string text = CachedLocked(key, request.scopes); !text.empty()) {
      return Token{text, false};
    }
    if (!IsUnderWay(key, request.scopes)) {
      break;
    }
    KT_TRY(bound.Check("a token of " + request.asked.Authority()));
    const auto pause = bound.deadline.Remaining(std::chrono::minutes(1)) + std::chrono::milliseconds(1);
    arrived_.wait_for(lock, bound.stop, pause, [&] { return !IsUnderWay(key, request.scopes); });
  }
  const auto fetch = under_way_.emplace(key, request.scopes).first;
  lock.unlock();
  Result<Kept> fetched = Fetch(request, bound);
  lock.lock();
  under_way_.erase(fetch);
  arrived_.notify_all();
  KT_TRY(fetched);
  std::string text = fetched->text;
  kept_[key].push_back(std::move(*fetched));
  return Token{std::move(text), true};
}

void TokenSource::Forget(const std::string& token) {
  const std::lock_guard lock(mutex_);
  for (auto& [key, tokens] : kept_) {
    std::erase_if(tokens, [&](const Kept& kept) { return kept.text == token; });
  }
}

Result<TokenSource::Kept> TokenSource::Fetch(const TokenRequest& request, const Bound& bound) {
  KT_ASSIGN(const net::Url realm, ResolveRealm(request.asked, request.challenge));
  const bool has_identity = !request.credential.identity_token.empty();
  net::Request ask = has_identity ? PostForm(realm, request) : GetForm(realm, request);
  ask.body_limit = kAnswerLimit;
  ask.retryable = true;
  Result<net::Response> response = net::Send(transport_, ask, bound);
  for (int i = 0; response && response->status >= 300 && response->status < 400 && i < kMostRedirects; ++i) {
    // Only within the token server: what we show it is for nobody else.
    KT_ASSIGN(net::Url next, ask.url.Resolve(response->headers.Get("Location").value_or("")));
    if (next.Origin() != ask.url.Origin()) {
      return Denied(
          fmt::format("token server {} redirects to {}, which was not asked for", realm.Authority(), next.Authority()));
    }
    ask.url = std::move(next);
    response = net::Send(transport_, ask, bound);
  }
  if (!response) {
    return WithContext(std::move(response.error()), "asking token server " + realm.Authority());
  }
  if (!response->ok()) {
    return TokenServerError(*response, realm, request);
  }
  const Result<doc::Json> answer = doc::ParseJson(response->body);
  if (!answer || !answer->is_object()) {
    return InvalidInput(fmt::format("token server {} answered with no JSON", realm.Authority()));
  }
  std::string text = doc::StringAt(*answer, {"token"});
  if (text.empty()) {
    text = doc::StringAt(*answer, {"access_token"});
  }
  if (text.empty()) {
    return InvalidInput(fmt::format("token server {} answered without a token", realm.Authority()));
  }
  // issued_at is left aside: it is the server's clock, and ours decides when we renew.
  const std::chrono::seconds life{std::min<std::int64_t>(doc::IntAt(*answer, {"expires_in"}), 86'400)};
  return Kept{request.scopes, std::move(text),
              std::chrono::steady_clock::now() + std::max(life, kShortestLife) - kRenewEarly};
}

}  // namespace kontrakt::oci
