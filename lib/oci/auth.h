#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/environment.h"
#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/doc/json_fwd.h"
#include "lib/oci/reference.h"

namespace kontrakt::oci {

/// What to show a registry. Empty: anonymous.
struct Credential {
  std::string username;
  std::string password;
  std::string identity_token;  ///< exchanged by POST (oauth2)
  std::string registry_token;  ///< used verbatim as Bearer
  std::string source;          ///< for people: "~/.docker/config.json", "helper ecr-login", "secret ns/name"
  bool empty() const { return username.empty() && identity_token.empty() && registry_token.empty(); }
};

/// Finds credentials for repositories: docker config files with auths, credHelpers and credsStore, podman's auth.json,
/// and dockerconfigjson texts from Kubernetes pull secrets (host globs, port, path prefix; longest key first).
///
/// Order: explicit --registry-config, REGISTRY_AUTH_FILE, DOCKER_CONFIG, $HOME/.docker/config.json,
/// /tekton/creds/.docker/config.json, XDG podman files; folders may hold config.json or .dockerconfigjson.
///
/// Threads: immutable once made, but helpers run as programs: any thread may call Find.
class Keychain {
 public:
  /// Reads no network. kInvalidInput with the file when one is broken; a missing one is skipped unless it was named.
  static Result<Keychain> Load(const Environment& environment, const std::string& explicit_file = "");
  /// Credentials of a Secret's `.dockerconfigjson` or `.dockercfg` text, searched after all others.
  Result<void> AddDockerConfigJson(std::string_view text, const std::string& source);

  /// Anonymous when nothing matches; an error when a helper is missing, fails or prints rubbish.
  Result<Credential> Find(const Repository& repository, const Bound& bound) const;
  /// A docker config JSON with only the entries that serve these hosts (helpers asked, so that it stands alone).
  Result<std::string> ExportFor(const std::vector<std::string>& hosts, const Bound& bound) const;

 private:
  struct Source;
  std::vector<Source> sources_;
  Environment environment_;

 public:
  Keychain();
  ~Keychain();
  Keychain(const Keychain&);
  Keychain(Keychain&&) noexcept;
  Keychain& operator=(Keychain&&) noexcept;
};

/// One challenge of a WWW-Authenticate header (RFC 9110 §11.6.1); keys and scheme in lower case.
struct Challenge {
  std::string scheme;
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string Get(std::string_view key) const;
};
std::vector<Challenge> ParseChallenges(const std::vector<std::string>& headers);

}  // namespace kontrakt::oci
