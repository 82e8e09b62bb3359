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

/// The digests under which runtimes may name what runs: of the pinned manifest or index, its children, and the configs.
///
/// Asks the registry once for each image, and only when something else than the pinned digest runs.
///
/// Threads: confined to one.
class TargetDigests {
 public:
  explicit TargetDigests(const oci::Registry& registry) : registry_(registry) {}

  /// Whether `digest` is that of the target or part of it. Errors as Registry::FetchManifest.
  Result<bool> IsPartOf(const Target& target, const std::string& digest, const Bound& bound);

 private:
  Result<void> Collect(const oci::Repository& repository, const oci::Manifest& manifest, int depth,
                       std::set<std::string>& digests, const Bound& bound) const;

  const oci::Registry& registry_;
  std::map<std::string, std::set<std::string>> known_;  // by image
};

/// Whether a target is what was pinned: every pod of it names the pinned digest, and what runs is that digest, part of
/// it, or can't be told (a note). Undecided as long as no pod has started it. Compares digests, never repositories.
/// Fails when the registry is needed and does not answer.
Result<Check> CheckTarget(const Board& board, const InventoryItem& item, const Target& target, TargetDigests& digests,
                          const Bound& bound);

}  // namespace kontrakt
