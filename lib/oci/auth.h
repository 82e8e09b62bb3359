#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/environment.h"
#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/oci/challenge.h"
#include "lib/oci/reference.h"

namespace kontrakt::oci {

/// What to show a registry. Empty: anonymous.
///
/// Threads: a value.
struct Credential {
  std::string username;
  std::string password;
  std::string identity_token;  ///< exchanged by POST (oauth2)
  std::string registry_token;  ///< used verbatim as Bearer
  std::string source;          ///< for people: "~/.docker/config.json", "helper ecr-login", "secret ns/name"
  bool empty() const { return username.empty() && identity_token.empty() && registry_token.empty(); }
  friend bool operator==(const Credential&, const Credential&) = default;
};

class CredentialHelpers;
struct DockerConfig;

/// Finds credentials for repositories: docker config files with auths, credHelpers and credsStore, podman's auth.json,
/// and dockerconfigjson texts from Kubernetes pull secrets (host globs, port, path prefix; longest key first).
///
/// Order: an explicit --registry-config alone; else REGISTRY_AUTH_FILE alone; else the folder DOCKER_CONFIG or
/// $HOME/.docker, /tekton/creds/.docker, $XDG_RUNTIME_DIR and $XDG_CONFIG_HOME (or $HOME/.config) containers/auth.json.
/// Folders may hold config.json or .dockerconfigjson. The first source that has something for a repository decides.
///
/// Threads: immutable once made, but helpers run as programs: any thread may call Find and ExportFor. A helper is asked
/// once a host, also by many threads.
class Keychain {
 public:
  /// Reads no network. kInvalidInput with the file when one is broken; a missing one is skipped unless it was named.
  static Result<Keychain> Load(const Environment& environment, const std::string& explicit_file = "");
  /// Credentials of a Secret's `.dockerconfigjson` or `.dockercfg` text, searched after all others.
  Result<void> AddDockerConfigJson(std::string_view text, const std::string& source);

  /// Anonymous when nothing matches. kInvalidInput when a helper is missing or prints rubbish, or an entry that
  /// matches is broken; kDenied when a helper fails.
  Result<Credential> Find(const Repository& repository, const Bound& bound) const;
  /// A docker config JSON with only the entries that serve these hosts (helpers asked, so that it stands alone).
  Result<std::string> ExportFor(const std::vector<std::string>& hosts, const Bound& bound) const;

  Keychain();
  ~Keychain();
  Keychain(const Keychain&);
  Keychain(Keychain&&) noexcept;
  Keychain& operator=(const Keychain&);
  Keychain& operator=(Keychain&&) noexcept;

 private:
  Result<bool> AddFile(const std::string& path);
  /// `named`: someone asked for this folder, so that one without access is an error.
  Result<bool> AddFolder(const std::string& folder, bool named);

  std::vector<std::shared_ptr<const DockerConfig>> sources_;
  std::shared_ptr<CredentialHelpers> helpers_;
};

}  // namespace kontrakt::oci
