#include "lib/lifecycle/image_platforms.h"

#include <algorithm>

#include "lib/doc/json.h"

namespace kontrakt {

Result<std::vector<oci::Platform>> PlatformsOf(const oci::Registry& registry, const oci::Repository& repository,
                                               const oci::Manifest& manifest, const Bound& bound) {
  std::vector<oci::Platform> platforms;
  for (const oci::Descriptor& child : manifest.manifests) {
    if (child.platform && child.platform->os != "unknown") {
      platforms.push_back(*child.platform);
    }
  }
  if (manifest.is_index || !manifest.config) {
    return platforms;
  }
  KT_ASSIGN(const std::string text, registry.FetchBlob(repository, *manifest.config, bound));
  KT_ASSIGN_CONTEXT(const doc::Json config, doc::ParseJson(text), "configuration of " + manifest.digest.ToString());
  platforms.push_back(oci::Platform{doc::StringAt(config, {"os"}), doc::StringAt(config, {"architecture"}),
                                    doc::StringAt(config, {"variant"})});
  return platforms;
}

bool HasPlatform(const std::vector<oci::Platform>& platforms, std::string_view wanted) {
  return std::any_of(platforms.begin(), platforms.end(), [&](const oci::Platform& platform) {
    return platform.ToString() == wanted || platform.os + "/" + platform.architecture == wanted;
  });
}

}  // namespace kontrakt
