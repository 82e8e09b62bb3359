#include "lib/lifecycle/promote.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "lib/base/strings.h"
#include "lib/base/task_group.h"
#include "lib/lifecycle/image_platforms.h"

namespace kontrakt {
namespace {

constexpr std::size_t kTagsInFlight = 8;
constexpr std::size_t kCopiesInFlight = 3;

/// One destination, wanted by one or more items of one digest.
struct Place {
  Destination destination;
  oci::Reference source;
  Digest previous;  ///< what is there, empty where nothing is
  bool moved = false;

  bool IsDone() const { return previous == source.digest; }
};

/// An image that has to get into a repository.
struct Job {
  oci::Reference source;
  oci::Repository destination;
  oci::Manifest manifest;
  bool was_there = false;
};

oci::Reference ReferenceOf(const Destination& destination, const Digest& digest) {
  return destination.tag.empty() ? oci::Reference{destination.repository, "", digest}
                                 : oci::Reference{destination.repository, destination.tag, {}};
}

oci::Reference WithoutTag(oci::Reference reference) {
  reference.tag.clear();
  return reference;
}

class Promoting {
 public:
  Promoting(const oci::Registry& registry, const std::vector<PromotionItem>& items, const PromotionOptions& options,
            Progress& progress, const Bound& bound)
      : registry_(registry), items_(items), options_(options), progress_(progress), bound_(bound) {}

  Result<PromotionOutcome> Run() {
    KT_TRY(Collect());
    KT_TRY(Look());
    KT_TRY(CheckGuards());
    MakeJobs();
    KT_TRY(CheckPlatforms());
    if (options_.dry_run) {
      KT_TRY(CheckSources());
      return Report();
    }
    KT_TRY(FetchAndCopy());
    if (!jobs_.empty() && options_.before_first_tag) {
      KT_TRY(options_.before_first_tag());
    }
    if (IsGuarded() && copied_across_) {
      // Copying took its time: somebody may have moved a tag meanwhile.
      KT_TRY(Look());
      KT_TRY(CheckGuards());
    }
    KT_TRY(MoveTags());
    KT_TRY(ReadAgain());
    return Report();
  }

 private:
  bool IsGuarded() const { return options_.no_overwrite || options_.if_tag_is; }

  Result<void> Collect() {
    std::map<Destination, std::size_t> index;
    for (const PromotionItem& item : items_) {
      for (const Destination& destination : item.destinations) {
        const auto [found, is_new] = index.emplace(destination, places_.size());
        if (is_new) {
          places_.push_back(Place{destination, item.source, {}, false});
          registry_.WillCopy(item.source.repository, destination.repository);
        } else if (!destination.tag.empty() && places_[found->second].source.digest != item.source.digest) {
          return Conflict(fmt::format("{} and {} are both to be {}", places_[found->second].source.ToString(),
                                      item.source.ToString(), destination.ToString()))
              .SetHint("give each image a repository or tag of its own; --to HOST/PATH/ keeps their names apart");
        }
      }
    }
    return {};
  }

  Result<void> Look() {
    TaskGroup group(kTagsInFlight, bound_.stop);
    for (Place& place : places_) {
      group.Add(
          [this, &place](std::stop_token stop) { return LookAt(place, Bound{std::move(stop), bound_.deadline}); });
    }
    return group.Wait();
  }

  Result<void> LookAt(Place& place, const Bound& bound) {
    const oci::Reference reference = ReferenceOf(place.destination, place.source.digest);
    const Result<oci::Resolved> resolved = registry_.Resolve(reference, oci::Access::kPush, bound);
    if (resolved) {
      place.previous = resolved->digest;
      return {};
    }
    // Some registries answer 403 for a tag that is not there yet. The write will tell; a guard can't wait for it.
    const bool unknown = resolved.error().http_status() == 403 && !IsGuarded();
    if (resolved.error().code() == ErrorCode::kNotFound || unknown) {
      place.previous = Digest();
      return {};
    }
    return resolved.error();
  }

  Result<void> CheckGuards() const {
    std::vector<std::string> refused;
    for (const Place& place : places_) {
      if (place.destination.tag.empty() || place.IsDone()) {
        continue;
      }
      const std::string found = place.previous.empty() ? "nothing" : place.previous.ToString();
      if (options_.no_overwrite && !place.previous.empty()) {
        refused.push_back(fmt::format("{} points to {} already", place.destination.ToString(), found));
      } else if (options_.if_tag_is && place.previous != *options_.if_tag_is) {
        refused.push_back(fmt::format("{} points to {} and not to {}", place.destination.ToString(), found,
                                      options_.if_tag_is->ToString()));
      }
    }
    if (refused.empty()) {
      return {};
    }
    return Conflict(Join(refused, "; ")).SetReason("GuardRefused");
  }

  void MakeJobs() {
    std::set<std::pair<oci::Repository, Digest>> seen;
    for (const Place& place : places_) {
      if (!place.IsDone() && seen.emplace(place.destination.repository, place.source.digest).second) {
        jobs_.push_back(Job{WithoutTag(place.source), place.destination.repository, {}, false});
        copied_across_ = copied_across_ || place.source.repository != place.destination.repository;
      }
    }
  }

  Result<void> CheckSources() {
    TaskGroup group(kTagsInFlight, bound_.stop);
    for (const Job& job : jobs_) {
      group.Add([this, &job](std::stop_token stop) -> Result<void> {
        KT_TRY(registry_.Resolve(job.source, oci::Access::kPull, Bound{std::move(stop), bound_.deadline}));
        return {};
      });
    }
    return group.Wait();
  }

  Result<void> FetchAndCopy() {
    TaskGroup group(kCopiesInFlight, bound_.stop);
    std::mutex mutex;
    for (Job& job : jobs_) {
      group.Add([&, this](std::stop_token stop) -> Result<void> {
        const Bound bound{std::move(stop), bound_.deadline};
        if (job.source.repository == job.destination) {
          KT_ASSIGN(job.manifest, registry_.FetchManifest(job.source, oci::Access::kPush, bound));
          job.was_there = true;
          return {};
        }
        progress_.Detail(fmt::format("copying {} to {}", job.source.ToString(), job.destination.ToString()));
        KT_ASSIGN(oci::CopiedContent content, registry_.CopyContent(job.source, job.destination, bound));
        job.manifest = std::move(content.manifest);
        job.was_there = content.was_there;
        const std::lock_guard lock(mutex);
        Add(content.counts);
        return {};
      });
    }
    return group.Wait();
  }

  void Add(const oci::Registry::CopyCounts& counts) {
    copied_.manifests += counts.manifests;
    copied_.blobs_mounted += counts.blobs_mounted;
    copied_.blobs_present += counts.blobs_present;
    copied_.blobs_copied += counts.blobs_copied;
    copied_.bytes_copied += counts.bytes_copied;
  }

  Result<void> CheckPlatforms() const {
    if (options_.require_platform.empty()) {
      return {};
    }
    for (const Job& job : jobs_) {
      KT_ASSIGN(const oci::Manifest manifest, registry_.FetchManifest(job.source, oci::Access::kPull, bound_));
      KT_ASSIGN(const std::vector<oci::Platform> platforms,
                PlatformsOf(registry_, job.source.repository, manifest, bound_));
      for (const std::string& wanted : options_.require_platform) {
        if (!HasPlatform(platforms, wanted)) {
          return InvalidInput(fmt::format("{} has no platform {}", job.source.ToString(), wanted))
              .SetReason("PlatformMissing");
        }
      }
    }
    return {};
  }

  const Job* JobOf(const Place& place) const {
    const auto found = std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) {
      return job.destination == place.destination.repository && job.source.digest == place.source.digest;
    });
    return found == jobs_.end() ? nullptr : &*found;
  }

  Result<void> MoveTags() {
    TaskGroup group(kTagsInFlight, bound_.stop);
    for (Place& place : places_) {
      const Job* job = JobOf(place);
      if (place.IsDone() || job == nullptr) {
        continue;
      }
      group.Add([this, &place, job](std::stop_token stop) -> Result<void> {
        if (!place.destination.tag.empty() || !job->was_there) {
          KT_TRY(registry_.PutManifest(place.destination.repository, place.destination.tag, job->manifest,
                                       Bound{std::move(stop), bound_.deadline}));
        }
        place.moved = true;
        return {};
      });
    }
    Result<void> done = group.Wait();
    if (done) {
      return done;
    }
    std::vector<std::string> moved;
    for (const Place& place : places_) {
      if (place.moved) {
        moved.push_back(place.destination.ToString());
      }
    }
    if (moved.empty()) {
      return done;
    }
    return WithContext(std::move(done.error()), fmt::format("with {} moved already", Join(moved, ", ")));
  }

  Result<void> ReadAgain() {
    if (!IsGuarded()) {
      return {};
    }
    for (const Place& place : places_) {
      if (!place.moved || place.destination.tag.empty()) {
        continue;
      }
      KT_ASSIGN(const oci::Resolved now,
                registry_.Resolve(ReferenceOf(place.destination, {}), oci::Access::kPush, bound_));
      if (now.digest != place.source.digest) {
        return Conflict(fmt::format("{} was moved to {} by somebody else at the same time",
                                    place.destination.ToString(), now.digest.ToString()))
            .SetReason("GuardRefused");
      }
    }
    return {};
  }

  PromotionOutcome Report() const {
    PromotionOutcome outcome;
    outcome.copied = copied_;
    for (const PromotionItem& item : items_) {
      for (const Destination& destination : item.destinations) {
        const Place& place = *std::find_if(places_.begin(), places_.end(),
                                           [&](const Place& known) { return known.destination == destination; });
        Promotion promotion{item.kontrakt, item.object, item.container, item.source, destination, place.previous, {}};
        promotion.state = place.moved      ? PromotionState::kMoved
                          : place.IsDone() ? PromotionState::kThere
                                           : PromotionState::kPlanned;
        outcome.promotions.push_back(std::move(promotion));
      }
    }
    return outcome;
  }

  const oci::Registry& registry_;
  const std::vector<PromotionItem>& items_;
  const PromotionOptions& options_;
  Progress& progress_;
  const Bound& bound_;
  std::vector<Place> places_;
  std::vector<Job> jobs_;
  bool copied_across_ = false;
  oci::Registry::CopyCounts copied_;
};

}  // namespace

std::string_view NameOf(PromotionState state) {
  switch (state) {
    case PromotionState::kPlanned:
      return "planned";
    case PromotionState::kThere:
      return "there";
    case PromotionState::kMoved:
      return "promoted";
  }
  return "";
}

Result<PromotionOutcome> Promote(const oci::Registry& registry, const std::vector<PromotionItem>& items,
                                 const PromotionOptions& options, Progress& progress, const Bound& bound) {
  return Promoting(registry, items, options, progress, bound).Run();
}

}  // namespace kontrakt
