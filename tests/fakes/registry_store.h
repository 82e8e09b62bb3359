#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/doc/json.h"

namespace kontrakt::fakes {

struct StoredManifest {
  std::string digest;
  std::string media_type;
  std::string bytes;
};

/// What a registry holds: blobs by digest, and per repository which of them it may serve, its manifests and tags.
///
/// Threads: any.
class RegistryStore {
 public:
  /// Returns the digest.
  std::string AddBlob(const std::string& repository, std::string bytes);
  std::optional<std::string> Blob(const std::string& repository, const std::string& digest) const;
  /// Of whatever repository.
  std::optional<std::string> AnyBlob(const std::string& digest) const;
  bool HasBlob(const std::string& repository, const std::string& digest) const;
  /// False where `from` does not have it.
  bool Mount(const std::string& digest, const std::string& from, const std::string& to);

  StoredManifest AddManifest(const std::string& repository, const std::string& media_type, std::string bytes);
  void Tag(const std::string& repository, const std::string& tag, const std::string& digest);
  void Untag(const std::string& repository, const std::string& tag);
  /// By tag or digest.
  std::optional<StoredManifest> Manifest(const std::string& repository, const std::string& reference) const;
  /// Empty: no such tag.
  std::string DigestOf(const std::string& repository, const std::string& tag) const;
  bool HasRepository(const std::string& repository) const;
  std::vector<std::string> Tags(const std::string& repository) const;
  std::vector<StoredManifest> Referrers(const std::string& repository, const std::string& subject) const;
  /// Digests that a manifest names and that the repository lacks.
  std::vector<std::string> Missing(const std::string& repository, const doc::Json& manifest) const;

 private:
  struct Repository {
    std::set<std::string> blobs;
    std::map<std::string, StoredManifest> manifests;
    std::map<std::string, std::string> tags;
  };
  mutable std::mutex mutex_;
  std::map<std::string, std::string> blobs_;
  std::map<std::string, Repository> repositories_;
};

}  // namespace kontrakt::fakes
