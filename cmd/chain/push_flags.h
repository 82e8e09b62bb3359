#pragma once

#include <string>

#include "lib/cli/option_set.h"
#include "lib/cli/output.h"
#include "lib/lifecycle/push.h"

namespace kontrakt {

/// Where tested images are promoted to, and what must not happen to a tag.
struct PushFlags {
  PushOptions options;
  std::string images_file;
  std::string image_url_file;
  std::string image_digest_file;

  void AddTo(cli::OptionSet& set);
  /// Writes IMAGES, and IMAGE_URL and IMAGE_DIGEST where there is exactly one image.
  Result<void> WriteFiles(const PushReport& report, cli::Output& out) const;
};

}  // namespace kontrakt
