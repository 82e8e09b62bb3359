#include "lib/oci/session.h"

#include <algorithm>

#include <fmt/format.h>

#include "lib/base/base64.h"
#include "lib/oci/errors.h"

namespace kontrakt::oci {
namespace {

constexpr int kMostRounds = 4;  // probe, token, refused token, token with what the challenge adds
constexpr int kMostRedirects = 10;
constexpr int kMostThrottled = 5;
constexpr std::size_t kMostLinks = 8;  // repositories that one token is asked for beside its own
constexpr std::chrono::seconds kLongestPause{30};
constexpr std::chrono::seconds kProbe{3};

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Go's and nginx's words for http sent to a TLS port.
bool SaysHttpsWanted(const net::Response& response) {
  return response.status == 400 && (response.body.find("to an HTTPS server") != std::string::npos ||
                                    response.body.find("sent to HTTPS port") != std::string::npos);
}

std::optional<Challenge> Choose(const net::Response& response) {
  const std::vector<Challenge> challenges = ParseChallenges(response.headers.GetAll("WWW-Authenticate"));
  for (std::string_view scheme : {std::string_view("bearer"), std::string_view("basic")}) {
    const auto found = std::find_if(challenges.begin(), challenges.end(),
                                    [&](const Challenge& challenge) { return challenge.scheme == scheme; });
    if (found != challenges.end()) {
      return *found;
    }
  }
  return std::nullopt;
}

}  // namespace

/// What one attempt brought along.
struct Session::Shown {
  enum class Kind : unsigned char { kNothing, kBasic, kBearer, kFixed };
  Kind kind = Kind::kNothing;
  std::string header;
  std::string token;
  bool fresh = false;
};

struct Session::Followed {
  net::Response response;
  bool at_registry = true;  ///< not from a host that a redirect led to
};

Session::Session(std::shared_ptr<Network> network, Keychain keychain)
    : network_(std::move(network)), keychain_(std::move(keychain)), tokens_(network_->transport()) {}

Result<net::Response> Session::Send(const Call& call, const Bound& bound) {
  KT_ASSIGN(const std::shared_ptr<Host> host, network_->hosts().Get(call.repository.registry));
  ScopeSet scopes = call.scopes;
  for (int round = 1;; ++round) {
    Shown shown;
    KT_ASSIGN(Followed followed, SendOnce(*host, call, scopes, shown, bound));
    net::Response& response = followed.response;
    if (SaysHttpsWanted(response)) {
      if (host->Upgrade()) {
        continue;
      }
      return InvalidInput(fmt::format("registry {} speaks https, and http was asked for", host->name()))
          .SetHint(fmt::format("leave out --plain-http {}", host->name()));
    }
    // A body that was streamed can't be sent again: whoever streams asks something small before.
    const bool final = response.status != 401 || !followed.at_registry || call.request.source || round == kMostRounds;
    if (final || !TakeChallenge(*host, response, shown, scopes)) {
      return std::move(response);
    }
  }
}

Result<Session::Followed> Session::SendOnce(Host& host, const Call& call, const ScopeSet& scopes, Shown& shown,
                                            const Bound& bound) {
  // Before the decision what to show, so that whoever waited here shows what the first was asked for.
  KT_ASSIGN(const bool first, host.BeginFirst(bound));
  Result<Shown> authorized = Authorize(host, call, scopes, bound);
  if (!authorized) {
    if (first) {
      host.EndFirst(false);
    }
    return std::move(authorized.error());
  }
  shown = std::move(*authorized);
  Result<Followed> followed = Follow(host, call, shown, bound);
  if (first) {
    if (followed && followed->at_registry && followed->response.status == 401) {
      if (auto challenge = Choose(followed->response)) {
        host.SetChallenge(std::move(*challenge));
      }
    }
    host.EndFirst(followed.ok());
  }
  if (!followed && !host.HasAnswered()) {
    return ExplainFailure(std::move(followed.error()), host, bound);
  }
  return followed;
}

bool Session::TakeChallenge(Host& host, const net::Response& response, const Shown& shown, ScopeSet& scopes) {
  std::optional<Challenge> challenge = Choose(response);
  if (!challenge || shown.kind == Shown::Kind::kFixed) {
    return false;
  }
  const bool is_bearer = challenge->scheme == "bearer";
  const std::string asked_scope = challenge->Get("scope");
  host.SetChallenge(std::move(*challenge));
  switch (shown.kind) {
    case Shown::Kind::kNothing:
      return true;
    case Shown::Kind::kBasic:
      return is_bearer;
    case Shown::Kind::kBearer:
      break;
    case Shown::Kind::kFixed:
      return false;
  }
  tokens_.Forget(shown.token);
  if (!is_bearer || !shown.fresh) {
    return true;
  }
  ScopeSet wider = scopes;
  wider.AddText(asked_scope);
  if (wider == scopes) {
    return false;  // a token server answers with what it may give, not with what was asked
  }
  scopes = std::move(wider);
  return true;
}

Result<Credential> Session::CredentialFor(const Repository& repository, const Bound& bound) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = credentials_.find(repository); found != credentials_.end()) {
      return found->second;
    }
  }
  Credential credential;
  // A docker config on this machine knows the name that this machine dials.
  const std::string dialled = CanonicalRegistry(network_->hosts().DialledHost(repository.registry));
  if (dialled != repository.registry) {
    KT_ASSIGN(credential, keychain_.Find(Repository{dialled, repository.path}, bound));
  }
  if (credential.empty()) {
    KT_ASSIGN(credential, keychain_.Find(repository, bound));
  }
  const std::lock_guard lock(mutex_);
  return credentials_.emplace(repository, std::move(credential)).first->second;
}

ScopeSet Session::WithLinks(const Call& call, const ScopeSet& scopes, const Credential& credential,
                            const Bound& bound) {
  std::set<Repository> linked;
  std::set<std::pair<Repository, Repository>> mounts;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = linked_.find(call.repository); found != linked_.end()) {
      linked = found->second;
    }
    mounts = mounts_;
  }
  ScopeSet wider = scopes;
  std::size_t taken = 0;
  for (const Repository& other : linked) {
    // One token is one identity: repositories with other credentials keep tokens of their own.
    const Result<Credential> theirs = CredentialFor(other, bound);
    if (!theirs || *theirs != credential || ++taken > kMostLinks) {
      continue;
    }
    const bool other_is_destination = mounts.contains({other, call.repository});
    wider.Add(other.path, other_is_destination ? Access::kPush : Access::kPull);
    if (!other_is_destination) {
      wider.Add(call.repository.path, Access::kPush);
    }
  }
  return wider;
}

Result<Session::Shown> Session::Authorize(const Host& host, const Call& call, const ScopeSet& scopes,
                                          const Bound& bound) {
  // An upload's address may lie on another host, which must not see what the registry is shown.
  if (call.location && call.location->Origin() != host.base().Origin()) {
    return Shown{};
  }
  KT_ASSIGN(const Credential credential, CredentialFor(call.repository, bound));
  if (!credential.registry_token.empty()) {
    return Shown{Shown::Kind::kFixed, "Bearer " + credential.registry_token, "", false};
  }
  const std::optional<Challenge> challenge = host.challenge();
  if (!challenge) {
    return Shown{};
  }
  if (challenge->scheme == "bearer") {
    return ShowToken(host, call, scopes, *challenge, credential, bound);
  }
  if (credential.username.empty()) {
    return Shown{Shown::Kind::kBasic, "", "", false};  // nothing to show; a second 401 is final
  }
  return Shown{Shown::Kind::kBasic, "Basic " + Base64Encode(credential.username + ":" + credential.password), "",
               false};
}

Result<Session::Shown> Session::ShowToken(const Host& host, const Call& call, const ScopeSet& scopes,
                                          const Challenge& challenge, const Credential& credential,
                                          const Bound& bound) {
  TokenRequest request{host.base(), challenge, credential, scopes};
  const auto shown = [](const std::string& token, bool fresh) {
    return Shown{Shown::Kind::kBearer, "Bearer " + token, token, fresh};
  };
  if (const std::string token = tokens_.Cached(request); !token.empty()) {
    return shown(token, false);
  }
  request.scopes = WithLinks(call, scopes, credential, bound);
  Result<TokenSource::Token> token = tokens_.Get(request, bound);
  if (!token && token.error().code() == ErrorCode::kDenied && request.scopes != scopes) {
    // Some token servers refuse all where they could grant a part.
    request.scopes = scopes;
    token = tokens_.Get(request, bound);
  }
  KT_TRY(token);
  return shown(token->text, token->fresh);
}

Result<net::Url> Session::NextUrl(const net::Response& response, const net::Url& current) const {
  const std::string location = response.headers.Get("Location").value_or("");
  if (location.empty()) {
    return InvalidInput(fmt::format("{} redirects to nowhere", current.Authority()));
  }
  KT_ASSIGN_CONTEXT(net::Url next, current.Resolve(location), "following a redirect of " + current.Authority());
  if (current.scheme == "https" && next.scheme == "http" && !network_->hosts().IsPlain(next.Authority())) {
    return Denied(fmt::format("{} redirects to {} without encryption", current.Authority(), next.Authority()));
  }
  return next;
}

Result<Session::Followed> Session::Follow(const Host& host, const Call& call, const Shown& shown, const Bound& bound) {
  net::Request request = call.request;
  request.method = call.method;
  const net::Url base = host.base();
  request.url = call.location ? *call.location : base.Join(call.repository.path + "/" + call.path);
  for (const auto& [name, value] : call.query) {
    request.url = request.url.WithQuery(name, value);
  }
  if (!shown.header.empty()) {
    request.headers.Set("Authorization", shown.header);
  }
  const bool reads = call.method == net::Method::kGet || call.method == net::Method::kHead;
  bool at_registry = true;
  int throttled = 0;
  for (int redirects = 0;;) {
    KT_ASSIGN(net::Response response, net::Send(network_->transport(), request, bound));
    // The transport leaves streams alone; a sink has seen nothing of a refusal.
    if (request.sink && (response.status == 429 || response.status == 503) && throttled++ < kMostThrottled) {
      const auto pause = net::RetryAfter(response, kLongestPause);
      if (pause && SleepFor(*pause, bound)) {
        continue;
      }
    }
    if (!reads || !IsRedirect(response.status)) {
      return Followed{std::move(response), at_registry};
    }
    if (++redirects > kMostRedirects) {
      return InvalidInput(fmt::format("registry {} redirects in circles", host.name()));
    }
    KT_ASSIGN(request.url, NextUrl(response, request.url));
    at_registry = request.url.Origin() == base.Origin();
    if (!at_registry) {
      request.headers.Remove("Authorization");
    }
  }
}

Error Session::ExplainFailure(Error error, const Host& host, const Bound& bound) {
  const net::Url base = host.base();
  const bool may_be_plain = error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kInvalidInput ||
                            error.code() == ErrorCode::kDenied;
  if (base.scheme != "https" || !may_be_plain) {
    return error;
  }
  if (error.code() == ErrorCode::kDenied && error.message().find("certificate") != std::string::npos) {
    error.SetHint("trust the certificates of its authority by --registry-ca FILE");
  }
  net::Request probe;
  probe.method = net::Method::kHead;
  probe.url = base;
  probe.url.scheme = "http";
  probe.url.port = base.port == 443 ? 80 : base.port;
  probe.timeout = kProbe;
  const Result<net::Response> answer = net::Send(network_->once(), probe, bound);
  // A TLS port answers http with 400; a redirect there leads to https.
  if (answer && answer->status != 400 && !IsRedirect(answer->status)) {
    error.SetHint(fmt::format("{} speaks http without TLS: use --plain-http {}", host.name(), host.name()));
  }
  return error;
}

Error Session::ToError(const net::Response& response, const Repository& repository) const {
  Error error = ErrorOf(response, "registry " + repository.registry);
  if (response.status != 401 && response.status != 403) {
    return error;
  }
  const std::lock_guard lock(mutex_);
  const auto found = credentials_.find(repository);
  if (found == credentials_.end() || found->second.empty()) {
    return error.SetHint(fmt::format("no credentials for {} were found; log in with docker login {}",
                                     repository.registry, repository.registry));
  }
  return error.SetHint(fmt::format("the credentials of {} do not allow it", found->second.source));
}

void Session::Link(const Repository& source, const Repository& destination) {
  if (source == destination || !SameRegistry(source, destination)) {
    return;
  }
  const std::lock_guard lock(mutex_);
  linked_[source].insert(destination);
  linked_[destination].insert(source);
  mounts_.emplace(destination, source);
}

bool Session::SameRegistry(const Repository& a, const Repository& b) const {
  const HostTable& hosts = network_->hosts();
  return hosts.DialledHost(a.registry) == hosts.DialledHost(b.registry);
}

void Session::Remember(const Repository& repository, const Digest& blob) {
  const std::lock_guard lock(mutex_);
  blobs_[{network_->hosts().DialledHost(repository.registry), blob}].insert(repository);
}

bool Session::IsKnown(const Repository& repository, const Digest& blob) const {
  const std::lock_guard lock(mutex_);
  const auto found = blobs_.find({network_->hosts().DialledHost(repository.registry), blob});
  return found != blobs_.end() && found->second.contains(repository);
}

std::optional<Repository> Session::KnownElsewhere(const Repository& repository, const Digest& blob) const {
  const std::lock_guard lock(mutex_);
  const auto found = blobs_.find({network_->hosts().DialledHost(repository.registry), blob});
  if (found == blobs_.end() || found->second.contains(repository)) {
    return std::nullopt;
  }
  return *found->second.begin();
}

}  // namespace kontrakt::oci
