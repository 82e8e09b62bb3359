#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/net/transport.h"
#include "lib/oci/auth.h"
#include "lib/oci/network.h"
#include "lib/oci/token.h"

namespace kontrakt::oci {

/// One request to a registry, before it is known where that is and what it must be shown.
struct Call {
  net::Method method = net::Method::kGet;
  Repository repository;
  std::string path;  ///< below /v2/<repository>/: "manifests/latest"
  std::vector<std::pair<std::string, std::string>> query;
  std::optional<net::Url> location;  ///< instead of path and query: an upload's address
  ScopeSet scopes;
  net::Request request;  ///< all but method, URL and Authorization
};

/// What requests of one client share: credentials, tokens, which repositories are used together.
///
/// Send follows redirects by hand, without credentials to other hosts and never from https to http, and answers a 401
/// by what it asks for. It returns the last answer whatever its status; errors are failures below HTTP, of the token
/// server, or of a credential helper.
///
/// Threads: any.
class Session {
 public:
  Session(std::shared_ptr<Network> network, Keychain keychain);

  Result<net::Response> Send(const Call& call, const Bound& bound);
  /// The error that an answer stands for, with what can be done about missing or insufficient credentials.
  Error ToError(const net::Response& response, const Repository& repository) const;

  /// Blobs of `source` will be mounted in `destination`: tokens for one are asked for both from the start.
  void Link(const Repository& source, const Repository& destination);
  bool SameRegistry(const Repository& a, const Repository& b) const;

  /// Remembers that a blob exists in a repository, and tells where on that registry one was seen.
  void Remember(const Repository& repository, const Digest& blob);
  bool IsKnown(const Repository& repository, const Digest& blob) const;
  std::optional<Repository> KnownElsewhere(const Repository& repository, const Digest& blob) const;

  Network& network() { return *network_; }
  const std::shared_ptr<Network>& shared_network() const { return network_; }
  const Keychain& keychain() const { return keychain_; }

 private:
  struct Shown;
  struct Followed;
  Result<Credential> CredentialFor(const Repository& repository, const Bound& bound);
  ScopeSet WithLinks(const Call& call, const ScopeSet& scopes, const Credential& credential, const Bound& bound);
  Result<Shown> Authorize(const Host& host, const Call& call, const ScopeSet& scopes, const Bound& bound);
  Result<Shown> ShowToken(const Host& host, const Call& call, const ScopeSet& scopes, const Challenge& challenge,
                          const Credential& credential, const Bound& bound);
  bool TakeChallenge(Host& host, const net::Response& response, const Shown& shown, ScopeSet& scopes);
  Result<Followed> SendOnce(Host& host, const Call& call, const ScopeSet& scopes, Shown& shown, const Bound& bound);
  Result<Followed> Follow(const Host& host, const Call& call, const Shown& shown, const Bound& bound);
  Result<net::Url> NextUrl(const net::Response& response, const net::Url& current) const;
  Error ExplainFailure(Error error, const Host& host, const Bound& bound);

  std::shared_ptr<Network> network_;
  Keychain keychain_;
  TokenSource tokens_;
  mutable std::mutex mutex_;  ///< guards what follows
  std::map<Repository, Credential> credentials_;
  std::map<Repository, std::set<Repository>> linked_;   ///< in both directions
  std::set<std::pair<Repository, Repository>> mounts_;  ///< destination, source
  std::map<std::pair<std::string, Digest>, std::set<Repository>> blobs_;
};

}  // namespace kontrakt::oci
