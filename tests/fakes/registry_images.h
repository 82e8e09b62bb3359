#pragma once

#include <string>
#include <vector>

#include "tests/fakes/registry_store.h"

namespace kontrakt::fakes {

/// A small image for tests.
struct ImageSpec {
  std::string seed = "image";  ///< makes its bytes, and so its digests, its own
  int layers = 2;
  std::string os = "linux";
  std::string architecture = "amd64";
  bool docker = false;  ///< Docker's media types instead of OCI's
};

/// Puts an image into a repository, blobs included; the empty tag gives it none.
StoredManifest PushImage(RegistryStore& store, const std::string& repository, const std::string& tag,
                         const ImageSpec& spec = {});
/// An index over one image for each architecture, with an attestation manifest for the first as BuildKit makes it where
/// `attested`.
StoredManifest PushIndex(RegistryStore& store, const std::string& repository, const std::string& tag,
                         const std::string& seed, const std::vector<std::string>& architectures = {"amd64", "arm64"},
                         bool attested = false);
/// An artifact that refers to `subject`.
StoredManifest PushReferrer(RegistryStore& store, const std::string& repository, const StoredManifest& subject,
                            const std::string& artifact_type, const std::string& content);

}  // namespace kontrakt::fakes
