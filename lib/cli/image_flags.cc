#include "lib/cli/image_flags.h"

#include <utility>

#include "lib/cli/option_set.h"

namespace kontrakt::cli {

void ImageFlags::AddTo(OptionSet& set) {
  const auto group = set.Group("Images");
  set.Add("image", "image to use in place of another: OLD=REPO, OLD=REPO:TAG, OLD=:TAG, OLD=REPO@DIGEST", &image)
      .Value("OLD=NEW");
  set.Add("image-map", "images by name: a JSON object, lines NAME=REPO@DIGEST, or a report", &image_map).Value("FILE");
  set.Add("any-image-key", "look for images under any key named image", &any_image_key);
}

Result<manifest::ImageRules> ImageFlags::Resolve(const manifest::Variables& variables) const {
  manifest::ImageRules rules;
  for (const std::string& text : image) {
    Result<std::pair<std::string, std::string>> rule = manifest::ParseImageRule(text);
    if (!rule) {
      return WithContext(std::move(rule.error()), "--image");
    }
    rules.set.push_back(std::move(*rule));
  }
  if (!image_map.empty()) {
    KT_ASSIGN(rules.map, manifest::ReadImageMap(image_map));
  }
  rules.ko_docker_repo = variables.ko_docker_repo;
  rules.source_reference = variables.source_reference;
  rules.any_key = any_image_key ? manifest::AnyImageKey::kYes : manifest::AnyImageKey::kNo;
  return rules;
}

}  // namespace kontrakt::cli
