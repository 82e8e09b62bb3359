#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/net/transport.h"
#include "lib/oci/auth.h"
#include "lib/oci/challenge.h"

namespace kontrakt::oci {

/// What a request will do, which decides the token's scope.
enum class Access : unsigned char { kPull, kPush };

/// What a bearer token must allow: actions on resources ("repository:team/web" → pull, push).
///
/// Threads: a value.
class ScopeSet {
 public:
  ScopeSet() = default;
  ScopeSet(std::string_view repository_path, Access access) { Add(repository_path, access); }
  /// kPush adds pull too.
  void Add(std::string_view repository_path, Access access);
  /// "repository:path:pull,push", several separated by spaces, as challenges carry them. Malformed ones are ignored.
  void AddText(std::string_view scopes);
  void AddAll(const ScopeSet& other);
  bool Covers(const ScopeSet& other) const;
  /// "repository:path:pull,push"; those with push first, since some token servers read only the first.
  std::vector<std::string> ToStrings() const;
  bool empty() const { return actions_.empty(); }
  friend bool operator==(const ScopeSet&, const ScopeSet&) = default;
  friend auto operator<=>(const ScopeSet&, const ScopeSet&) = default;

 private:
  std::map<std::string, std::set<std::string>> actions_;
};

/// Whom to ask for a token, as whom, and for what.
struct TokenRequest {
  net::Url asked;         ///< the registry's URL that answered 401
  Challenge challenge;    ///< a bearer challenge: realm, service
  Credential credential;  ///< empty: an anonymous token
  ScopeSet scopes;
};

/// Where to get a token from, checked: an https registry must not send us to http, nor a public one to a loopback,
/// link-local or private address. kDenied says so; kInvalidInput when the challenge has no usable realm.
Result<net::Url> ResolveRealm(const net::Url& asked, const Challenge& challenge);

/// Fetches bearer tokens and keeps them, one a (registry, credential, scopes), until shortly before they expire by our
/// own clock. A token for more than what is asked for serves too.
///
/// GET with Basic, or the OAuth 2 POST for identity tokens. Errors: kDenied (the credentials are refused),
/// kUnavailable, kInvalidInput (no JSON, no token).
///
/// Threads: any; many that need one token cause one request. `transport` must outlive it.
class TokenSource {
 public:
  explicit TokenSource(net::Transport& transport) : transport_(transport) {}

  struct Token {
    std::string text;
    bool fresh = false;  ///< fetched for this call, not taken from the cache
  };
  Result<Token> Get(const TokenRequest& request, const Bound& bound);
  /// A token that serves these scopes, if one is at hand.
  std::string Cached(const TokenRequest& request);
  /// The registry refused it: never hand it out again.
  void Forget(const std::string& token);

 private:
  using Key = std::pair<std::string, std::string>;  ///< registry's origin and service; whose
  struct Kept {
    ScopeSet scopes;
    std::string text;
    std::chrono::steady_clock::time_point until;
  };
  static Key KeyOf(const TokenRequest& request);
  std::string CachedLocked(const Key& key, const ScopeSet& scopes);
  bool IsUnderWay(const Key& key, const ScopeSet& scopes) const;
  Result<Kept> Fetch(const TokenRequest& request, const Bound& bound);

  net::Transport& transport_;
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::map<Key, std::vector<Kept>> kept_;
  std::set<std::pair<Key, ScopeSet>> under_way_;
};

}  // namespace kontrakt::oci
