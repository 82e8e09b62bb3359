#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/manifest/images.h"
#include "lib/manifest/variables.h"

namespace kontrakt::cli {

class OptionSet;

/// Which images take the place of others in manifests.
struct ImageFlags {
  std::vector<std::string> image;  ///< "old=new"
  std::string image_map;           ///< file
  bool any_image_key = false;

  void AddTo(OptionSet& set);
  /// Reads the image map. kUsage: no rule for images; else as manifest::ReadImageMap.
  Result<manifest::ImageRules> Resolve(const manifest::Variables& variables) const;
};

}  // namespace kontrakt::cli
