#include "tests/fakes/registry_store.h"

#include "lib/base/digest.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {

std::string RegistryStore::AddBlob(const std::string& repository, std::string bytes) {
  const std::string digest = Digest::Of(bytes).ToString();
  const std::lock_guard lock(mutex_);
  blobs_[digest] = std::move(bytes);
  repositories_[repository].blobs.insert(digest);
  return digest;
}

std::optional<std::string> RegistryStore::Blob(const std::string& repository, const std::string& digest) const {
  return HasBlob(repository, digest) ? AnyBlob(digest) : std::nullopt;
}

std::optional<std::string> RegistryStore::AnyBlob(const std::string& digest) const {
  const std::lock_guard lock(mutex_);
  const auto found = blobs_.find(digest);
  return found == blobs_.end() ? std::nullopt : std::optional<std::string>(found->second);
}

bool RegistryStore::HasBlob(const std::string& repository, const std::string& digest) const {
  const std::lock_guard lock(mutex_);
  const auto found = repositories_.find(repository);
  return found != repositories_.end() && found->second.blobs.contains(digest);
}

bool RegistryStore::Mount(const std::string& digest, const std::string& from, const std::string& to) {
  if (!HasBlob(from, digest)) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  repositories_[to].blobs.insert(digest);
  return true;
}

StoredManifest RegistryStore::AddManifest(const std::string& repository, const std::string& media_type,
                                          std::string bytes) {
  StoredManifest manifest{Digest::Of(bytes).ToString(), media_type, std::move(bytes)};
  const std::lock_guard lock(mutex_);
  repositories_[repository].manifests[manifest.digest] = manifest;
  return manifest;
}

void RegistryStore::Tag(const std::string& repository, const std::string& tag, const std::string& digest) {
  const std::lock_guard lock(mutex_);
  repositories_[repository].tags[tag] = digest;
}

void RegistryStore::Untag(const std::string& repository, const std::string& tag) {
  const std::lock_guard lock(mutex_);
  repositories_[repository].tags.erase(tag);
}

std::optional<StoredManifest> RegistryStore::Manifest(const std::string& repository,
                                                      const std::string& reference) const {
  const std::string digest = reference.find(':') == std::string::npos ? DigestOf(repository, reference) : reference;
  const std::lock_guard lock(mutex_);
  const auto found = repositories_.find(repository);
  if (found == repositories_.end()) {
    return std::nullopt;
  }
  const auto manifest = found->second.manifests.find(digest);
  return manifest == found->second.manifests.end() ? std::nullopt : std::optional<StoredManifest>(manifest->second);
}

std::string RegistryStore::DigestOf(const std::string& repository, const std::string& tag) const {
  const std::lock_guard lock(mutex_);
  const auto found = repositories_.find(repository);
  if (found == repositories_.end()) {
    return "";
  }
  const auto digest = found->second.tags.find(tag);
  return digest == found->second.tags.end() ? "" : digest->second;
}

bool RegistryStore::HasRepository(const std::string& repository) const {
  const std::lock_guard lock(mutex_);
  return repositories_.contains(repository);
}

std::vector<std::string> RegistryStore::Tags(const std::string& repository) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> tags;
  if (const auto found = repositories_.find(repository); found != repositories_.end()) {
    for (const auto& [tag, digest] : found->second.tags) {
      tags.push_back(tag);
    }
  }
  return tags;
}

std::vector<StoredManifest> RegistryStore::Referrers(const std::string& repository, const std::string& subject) const {
  const std::lock_guard lock(mutex_);
  std::vector<StoredManifest> referrers;
  if (const auto found = repositories_.find(repository); found != repositories_.end()) {
    for (const auto& [digest, manifest] : found->second.manifests) {
      const Json parsed = Json::parse(manifest.bytes, nullptr, false);
      if (Text(Object(parsed, "subject"), "digest") == subject) {
        referrers.push_back(manifest);
      }
    }
  }
  return referrers;
}

std::vector<std::string> RegistryStore::Missing(const std::string& repository, const Json& manifest) const {
  std::vector<std::string> missing;
  std::vector<std::string> blobs;
  for (const Json& layer : Array(manifest, "layers")) {
    blobs.push_back(Text(layer, "digest"));
  }
  if (Has(manifest, "config")) {
    blobs.push_back(Text(Object(manifest, "config"), "digest"));
  }
  for (const std::string& digest : blobs) {
    if (!HasBlob(repository, digest)) {
      missing.push_back(digest);
    }
  }
  for (const Json& child : Array(manifest, "manifests")) {
    if (!Manifest(repository, Text(child, "digest"))) {
      missing.push_back(Text(child, "digest"));
    }
  }
  return missing;
}

}  // namespace kontrakt::fakes
