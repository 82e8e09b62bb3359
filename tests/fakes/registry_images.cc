#include "tests/fakes/registry_images.h"

#include "lib/doc/json.h"

namespace kontrakt::fakes {
namespace {

using doc::Json;

Json Descriptor(const std::string& media_type, const std::string& digest, std::size_t size) {
  return {{"mediaType", media_type}, {"digest", digest}, {"size", size}};
}

Json PutBlob(RegistryStore& store, const std::string& repository, const std::string& media_type,
             const std::string& bytes) {
  return Descriptor(media_type, store.AddBlob(repository, bytes), bytes.size());
}

StoredManifest PutManifest(RegistryStore& store, const std::string& repository, const std::string& tag,
                           const Json& manifest) {
  StoredManifest stored = store.AddManifest(repository, manifest["mediaType"].get<std::string>(), manifest.dump(2));
  if (!tag.empty()) {
    store.Tag(repository, tag, stored.digest);
  }
  return stored;
}

}  // namespace

StoredManifest PushImage(RegistryStore& store, const std::string& repository, const std::string& tag,
                         const ImageSpec& spec) {
  const std::string vendor = spec.docker ? "application/vnd.docker." : "application/vnd.oci.";
  const Json config = {{"os", spec.os},
                       {"architecture", spec.architecture},
                       {"config", {{"Labels", {{"seed", spec.seed}}}}},
                       {"rootfs", {{"type", "layers"}, {"diff_ids", Json::array()}}}};
  Json manifest = {{"schemaVersion", 2},
                   {"mediaType", vendor + (spec.docker ? "distribution.manifest.v2+json" : "image.manifest.v1+json")}};
  manifest["config"] = PutBlob(
      store, repository, vendor + (spec.docker ? "container.image.v1+json" : "image.config.v1+json"), config.dump());
  manifest["layers"] = Json::array();
  for (int i = 0; i < spec.layers; ++i) {
    const std::string bytes = spec.seed + " layer " + std::to_string(i) + " " + spec.architecture + "\n" +
                              std::string(1000, static_cast<char>('a' + i % 26));
    manifest["layers"].push_back(PutBlob(
        store, repository, vendor + (spec.docker ? "image.rootfs.diff.tar.gzip" : "image.layer.v1.tar+gzip"), bytes));
  }
  return PutManifest(store, repository, tag, manifest);
}

StoredManifest PushIndex(RegistryStore& store, const std::string& repository, const std::string& tag,
                         const std::string& seed, const std::vector<std::string>& architectures, bool attested) {
  Json index = {
      {"schemaVersion", 2}, {"mediaType", "application/vnd.oci.image.index.v1+json"}, {"manifests", Json::array()}};
  for (const std::string& architecture : architectures) {
    ImageSpec spec;
    spec.seed = seed;
    spec.architecture = architecture;
    const StoredManifest child = PushImage(store, repository, "", spec);
    Json descriptor = Descriptor(child.media_type, child.digest, child.bytes.size());
    descriptor["platform"] = {{"os", "linux"}, {"architecture", architecture}};
    index["manifests"].push_back(std::move(descriptor));
  }
  if (attested && !architectures.empty()) {
    ImageSpec spec;
    spec.seed = seed + " attestation";
    spec.layers = 1;
    spec.os = spec.architecture = "unknown";
    const StoredManifest child = PushImage(store, repository, "", spec);
    Json descriptor = Descriptor(child.media_type, child.digest, child.bytes.size());
    descriptor["platform"] = {{"os", "unknown"}, {"architecture", "unknown"}};
    descriptor["annotations"] = {{"vnd.docker.reference.type", "attestation-manifest"},
                                 {"vnd.docker.reference.digest", index["manifests"][0]["digest"]}};
    index["manifests"].push_back(std::move(descriptor));
  }
  return PutManifest(store, repository, tag, index);
}

StoredManifest PushReferrer(RegistryStore& store, const std::string& repository, const StoredManifest& subject,
                            const std::string& artifact_type, const std::string& content) {
  Json manifest = {{"schemaVersion", 2},
                   {"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                   {"artifactType", artifact_type}};
  manifest["config"] = PutBlob(store, repository, "application/vnd.oci.empty.v1+json", "{}");
  manifest["layers"] = Json::array({PutBlob(store, repository, artifact_type, content)});
  manifest["subject"] = Descriptor(subject.media_type, subject.digest, subject.bytes.size());
  return PutManifest(store, repository, "", manifest);
}

}  // namespace kontrakt::fakes
