#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/doc/json_fwd.h"
#include "lib/lifecycle/checks.h"
#include "lib/lifecycle/inventory.h"
#include "lib/oci/registry.h"

namespace kontrakt {

/// The digest that a container's imageID names ("docker.io/library/nginx@sha256:…", "docker-pullable://…", or the bare
/// digest of a config); empty where it can't be told: runtimes write it as they like.
std::string DigestOfImageId(std::string_view image_id);

/// Tells whether what runs is the pinned image, although a runtime may name it by its manifest, the index around that,
/// its config, or by another manifest of the same config that it has pulled before (seen with containerd 2, which keeps
/// images by their config and reports whichever digest it learned first).
///
/// Asks the registry once for each image, and only when something else than the pinned digest is named.
///
/// Threads: confined to one.
class TargetDigests {
 public:
  enum class Identity : unsigned char {
    kSame,
    kOther,
    kUnknown  ///< the registry of the target does not know what is named
  };

  explicit TargetDigests(const oci::Registry& registry) : registry_(registry) {}

  /// Errors as Registry::FetchManifest of the pinned image, which must be there.
  Result<Identity> Compare(const Target& target, const std::string& image_id, const Bound& bound);

 private:
  /// An image by its digests: of itself and all below it, and of the configs among these.
  struct Known {
    std::set<std::string> all;
    std::set<std::string> configs;
  };

  Result<const Known*> Learn(const oci::Repository& repository, const std::string& digest, const Bound& bound);
  Result<void> Collect(const oci::Repository& repository, const oci::Manifest& manifest, int depth, Known& known,
                       const Bound& bound) const;

  const oci::Registry& registry_;
  std::map<std::string, Known> known_;  // by "repository@digest"
};

/// Whether a target is what was pinned: every pod of it names the pinned digest, and what runs is that digest, part of
/// it, or can't be told (a note). Undecided as long as no pod has started it. Compares digests, never repositories.
/// Fails when the registry is needed and does not answer.
Result<Check> CheckTarget(const Board& board, const InventoryItem& item, const Target& target, TargetDigests& digests,
                          const Bound& bound);

}  // namespace kontrakt
