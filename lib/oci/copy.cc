#include "lib/oci/copy.h"

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "lib/base/task_group.h"
#include "lib/oci/errors.h"
#include "lib/oci/transfer.h"
#include "lib/oci/upload.h"

namespace kontrakt::oci {
namespace {

constexpr std::size_t kShortInFlight = 8;  // mounts, HEADs and manifests at a time
constexpr std::size_t kDeepest = 8;        // indexes within indexes
constexpr std::size_t kMostManifests = 10'000;

/// One copy under way.
class Copying {
 public:
  Copying(const Registry& registry, Session& session, Repository source, Repository destination, std::size_t in_flight,
          const Bound& bound)
      : registry_(registry),
        session_(session),
        source_(std::move(source)),
        destination_(std::move(destination)),
        in_flight_(in_flight),
        bound_(bound),
        same_registry_(session.SameRegistry(source_, destination_)) {}

  Result<CopiedContent> Run(const Reference& source) {
    session_.Link(source_, destination_);
    KT_ASSIGN(Manifest top, registry_.FetchManifest(source, Access::kPull, bound_));
    if (source_ == destination_) {
      return CopiedContent{std::move(top), {}, true};
    }
    if (!same_registry_) {
      KT_ASSIGN(const bool present, IsManifestThere(top.digest));
      if (present) {
        return CopiedContent{std::move(top), {}, true};
      }
    }
    KT_TRY(FetchChildren(top));
    KT_TRY(CopyBlobs(top));
    KT_TRY(PutChildren());
    return CopiedContent{std::move(top), counts(), false};
  }

 private:
  /// What stands one level below another; the same manifest may stand on several.
  using Level = std::map<Digest, Manifest>;

  /// A blob whose bytes must travel, by way of an upload that may be open already.
  struct Waiting {
    Descriptor blob;
    std::optional<net::Url> location;
  };

  Registry::CopyCounts counts() const {
    Registry::CopyCounts counts;
    counts.manifests = manifests_;
    counts.blobs_mounted = mounted_;
    counts.blobs_present = present_;
    counts.blobs_copied = copied_;
    counts.bytes_copied = bytes_;
    return counts;
  }

  Result<bool> IsManifestThere(const Digest& digest) {
    const Result<Resolved> resolved = registry_.Resolve(Reference{destination_, "", digest}, Access::kPush, bound_);
    if (resolved) {
      return true;
    }
    // Some registries answer 403 for what is not there; whether we may write is told by the first write.
    const ErrorCode code = resolved.error().code();
    if (code == ErrorCode::kNotFound || resolved.error().http_status() == 403) {
      return false;
    }
    return WithContext(resolved.error(), "looking into " + destination_.ToString());
  }

  Result<void> FetchChildren(const Manifest& top) {
    std::vector<Descriptor> wanted = top.manifests;
    std::size_t total = 0;
    while (!wanted.empty()) {
      total += wanted.size();
      if (levels_.size() == kDeepest || total > kMostManifests) {
        return InvalidInput(fmt::format("index {} names more than can be copied", top.digest.ToString()));
      }
      levels_.emplace_back();
      KT_TRY(FetchLevel(levels_.back(), wanted));
      wanted.clear();
      for (const auto& [digest, manifest] : levels_.back()) {
        wanted.insert(wanted.end(), manifest.manifests.begin(), manifest.manifests.end());
      }
    }
    return {};
  }

  Result<void> FetchLevel(Level& level, const std::vector<Descriptor>& wanted) {
    std::set<Digest> seen;
    std::mutex mutex;
    TaskGroup group(kShortInFlight, bound_.stop);
    for (const Descriptor& child : wanted) {
      if (!seen.insert(child.digest).second) {
        continue;
      }
      group.Add([&, child](std::stop_token stop) -> Result<void> {
        KT_ASSIGN_CONTEXT(Manifest manifest,
                          registry_.FetchChild(source_, child, Bound{std::move(stop), bound_.deadline}),
                          "reading child manifest " + child.digest.ToString());
        const std::lock_guard lock(mutex);
        level.emplace(child.digest, std::move(manifest));
        return {};
      });
    }
    return group.Wait();
  }

  void CollectBlobs(const Manifest& manifest, std::map<Digest, Descriptor>& blobs) const {
    const auto add = [&](const Descriptor& blob) {
      if (!blob.IsForeignLayer() && !session_.IsKnown(destination_, blob.digest)) {
        blobs.emplace(blob.digest, blob);
      }
    };
    if (manifest.config) {
      add(*manifest.config);
    }
    for (const Descriptor& layer : manifest.layers) {
      add(layer);
    }
  }

  /// First what needs no bytes, many at a time; then the rest, a few at a time, since each holds a pipe.
  Result<void> CopyBlobs(const Manifest& top) {
    std::map<Digest, Descriptor> blobs;
    CollectBlobs(top, blobs);
    for (const Level& level : levels_) {
      for (const auto& [digest, manifest] : level) {
        CollectBlobs(manifest, blobs);
      }
    }
    std::mutex mutex;
    std::vector<Waiting> left;
    TaskGroup look(kShortInFlight, bound_.stop);
    for (const auto& [digest, blob] : blobs) {
      look.Add([&, wanted = blob](std::stop_token stop) -> Result<void> {
        std::optional<net::Url> location;
        KT_ASSIGN(const bool done, SettleWithoutBytes(wanted, location, Bound{std::move(stop), bound_.deadline}));
        if (!done) {
          const std::lock_guard lock(mutex);
          left.push_back(Waiting{wanted, std::move(location)});
        }
        return {};
      });
    }
    KT_TRY(look.Wait());
    TaskGroup stream(in_flight_, bound_.stop);
    for (const Waiting& waiting : left) {
      stream.Add([this, &waiting](std::stop_token stop) -> Result<void> {
        KT_TRY(TransferBlob(session_, source_, waiting.blob, destination_, waiting.location,
                            Bound{std::move(stop), bound_.deadline}));
        copied_ += 1;
        bytes_ += waiting.blob.size;
        return {};
      });
    }
    return stream.Wait();
  }

  /// Mounts a blob or finds it there. False when its bytes must travel, by way of `location` where one is open already.
  Result<bool> SettleWithoutBytes(const Descriptor& blob, std::optional<net::Url>& location, const Bound& bound) {
    std::optional<Repository> from;
    if (same_registry_) {
      from = source_;
    } else {
      from = session_.KnownElsewhere(destination_, blob.digest);
    }
    if (from) {
      KT_ASSIGN_CONTEXT(MountAnswer answer, TryMount(session_, *from, destination_, blob.digest, bound),
                        "mounting blob " + blob.digest.ToString());
      if (answer.mounted) {
        session_.Remember(destination_, blob.digest);
        mounted_ += 1;
        return true;
      }
      location = std::move(answer.location);
    }
    KT_ASSIGN_CONTEXT(const bool there, IsBlobPresent(session_, destination_, blob.digest, bound),
                      "looking for blob " + blob.digest.ToString());
    if (!there) {
      return false;
    }
    if (location) {
      CancelUpload(session_, destination_, *location, bound);
    }
    session_.Remember(destination_, blob.digest);
    present_ += 1;
    return true;
  }

  Result<void> PutChildren() {
    std::set<Digest> put;
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
      TaskGroup group(kShortInFlight, bound_.stop);
      for (const auto& [digest, manifest] : *level) {
        if (!put.insert(digest).second) {
          continue;
        }
        group.Add([this, &child = manifest](std::stop_token stop) -> Result<void> {
          KT_TRY(registry_.PutManifest(destination_, "", child, Bound{std::move(stop), bound_.deadline}));
          manifests_ += 1;
          return {};
        });
      }
      KT_TRY(group.Wait());
    }
    return {};
  }

  const Registry& registry_;
  Session& session_;
  const Repository source_;
  const Repository destination_;
  const std::size_t in_flight_;
  const Bound& bound_;
  const bool same_registry_;
  std::vector<Level> levels_;
  std::atomic<std::uint64_t> manifests_{0};
  std::atomic<std::uint64_t> mounted_{0};
  std::atomic<std::uint64_t> present_{0};
  std::atomic<std::uint64_t> copied_{0};
  std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace

Result<CopiedContent> CopyContent(const Registry& registry, Session& session, const Reference& source,
                                  const Repository& destination, std::size_t in_flight, const Bound& bound) {
  return Copying(registry, session, source.repository, destination, in_flight, bound).Run(source);
}

}  // namespace kontrakt::oci
