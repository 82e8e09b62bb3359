#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/oci/auth.h"
#include "lib/oci/reference.h"

namespace kontrakt::oci {

/// One member of `auths`: whom it serves and what it holds, still encoded.
struct DockerConfigEntry {
  std::string key;   ///< as written: "https://index.docker.io/v1/", "*.gcr.io", "ghcr.io/team"
  std::string host;  ///< of the key, canonical, with its port; labels may be globs
  std::string path;  ///< of the key, without slashes at its ends; often empty
  std::string auth;  ///< base64 of user:password
  std::string username;
  std::string password;
  std::string identity_token;
  std::string registry_token;

  /// Whether it holds anything: docker leaves `{}` where a helper has the secret.
  bool HasContent() const;
  /// Whether the key's host pattern matches this host, label by label and port by port.
  bool ServesHost(std::string_view registry) const;
  /// Whether it serves this repository: the host, and the path at or below the key's.
  bool Serves(const Repository& repository) const;
};

/// A docker config.json, podman auth.json or pull secret.
///
/// Threads: immutable once parsed.
struct DockerConfig {
  std::string source;                          ///< for people
  std::vector<DockerConfigEntry> entries;      ///< longest path first, exact hosts before globs, longest key first
  std::map<std::string, std::string> helpers;  ///< canonical host → helper name
  std::string store;                           ///< helper of all other hosts; may be empty

  /// Accepts a config with `auths`, and the old .dockercfg whose members are the entries. kInvalidInput: no JSON
  /// object.
  static Result<DockerConfig> Parse(std::string_view text, const std::string& source);

  /// Decodes an entry. kInvalidInput when its `auth` is no base64 of user:password; the message names no secret.
  Result<Credential> Decode(const DockerConfigEntry& entry) const;
};

/// What a helper is asked for: Docker Hub by its old address, any other registry by its host.
std::string HelperServer(std::string_view registry);

}  // namespace kontrakt::oci
