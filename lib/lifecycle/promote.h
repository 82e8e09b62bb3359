#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/digest.h"
#include "lib/base/progress.h"
#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/oci/registry.h"

namespace kontrakt {

/// A place for an image: a tag of a repository, or the repository alone where the tag is empty.
struct Destination {
  oci::Repository repository;
  std::string tag;
  std::string ToString() const { return repository.ToString() + (tag.empty() ? "" : ":" + tag); }
  friend bool operator==(const Destination&, const Destination&) = default;
  friend auto operator<=>(const Destination&, const Destination&) = default;
};

/// One image and where it is to go. `source` has a digest.
struct PromotionItem {
  std::string kontrakt;   ///< empty when there was no run
  std::string object;     ///< "deployment/web"
  std::string container;  ///< of that object
  oci::Reference source;
  std::vector<Destination> destinations;
};

struct PromotionOptions {
  bool no_overwrite = false;                  ///< a tag that points to something else stays
  std::optional<Digest> if_tag_is;            ///< a tag moves only from this digest
  bool dry_run = false;                       ///< look, and write nothing
  std::vector<std::string> require_platform;  ///< "os/arch" or "os/arch/variant" that each image must have
  /// Asked when all is copied and checked, right before the first tag moves; its error keeps all of them.
  std::function<Result<void>()> before_first_tag;
};

enum class PromotionState : unsigned char { kPlanned, kThere, kMoved };
std::string_view NameOf(PromotionState state);

/// One image at one destination.
struct Promotion {
  std::string kontrakt;
  std::string object;
  std::string container;
  oci::Reference source;
  Destination destination;
  Digest previous;  ///< what the tag pointed to; empty where it did not exist
  PromotionState state = PromotionState::kPlanned;
};

struct PromotionOutcome {
  std::vector<Promotion> promotions;  ///< in the order of the items
  oci::Registry::CopyCounts copied;
};

/// Gives every item its destinations, or none of them anything: all images, tags and guards are looked at, and all
/// content is copied, before the first tag moves. What points there already is left alone, so it is safe to run again
/// after any end. Registries have no compare-and-swap for tags: guards are checked before and read again after.
///
/// One HEAD a tag, side by side; in the same repository then one GET an image and one PUT a tag; elsewhere
/// Registry::CopyContent. Errors: kConflict (a guard, two images for one tag), kNotFound (an image), kDenied,
/// kUnavailable, kInvalidInput (a platform is missing); after the first tag the context names those that moved.
Result<PromotionOutcome> Promote(const oci::Registry& registry, const std::vector<PromotionItem>& items,
                                 const PromotionOptions& options, Progress& progress, const Bound& bound);

}  // namespace kontrakt
