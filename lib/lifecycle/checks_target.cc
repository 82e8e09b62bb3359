#include "lib/lifecycle/checks_target.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "lib/base/digest.h"
#include "lib/doc/json.h"
#include "lib/oci/reference.h"

namespace kontrakt {
namespace {

using doc::Json;

/// An index may hold indexes; deeper ones than this are nobody's.
constexpr int kDeepestIndex = 4;

const Json* FindByName(const Json& pod, std::initializer_list<std::string_view> list, const std::string& name) {
  for (const Json& entry : doc::ArrayAt(pod, list)) {
    if (doc::StringAt(entry, {"name"}) == name)
      return &entry;
  }
  return nullptr;
}

const Json* ContainerOf(const Json& pod, const std::string& name) {
  const Json* found = FindByName(pod, {"spec", "containers"}, name);
  return found != nullptr ? found : FindByName(pod, {"spec", "initContainers"}, name);
}

const Json* StatusOf(const Json& pod, const std::string& name) {
  const Json* found = FindByName(pod, {"status", "containerStatuses"}, name);
  return found != nullptr ? found : FindByName(pod, {"status", "initContainerStatuses"}, name);
}

std::string DigestOfImage(const std::string& image) {
  const Result<oci::Reference> reference = oci::Reference::Parse(image);
  return reference ? reference->digest.ToString() : std::string();
}

/// One pod's part in a target's check.
class PodIdentity {
 public:
  PodIdentity(const Json& pod, const Target& target)
      : pod_(pod), target_(target), where_("pod/" + doc::StringAt(pod, {"metadata", "name"})) {}

  Result<CheckResult> Compare(TargetDigests& digests, const Bound& bound) {
    const Json* const container = ContainerOf(pod_, target_.container);
    if (container == nullptr)
      return Say(CheckResult::kFailed, "has no container " + target_.container);
    const std::string image = doc::StringAt(*container, {"image"});
    if (DigestOfImage(image) != target_.digest)
      return Say(CheckResult::kFailed, "names " + image + ", pinned is " + target_.digest);
    const Json* const status = StatusOf(pod_, target_.container);
    const std::string image_id = status == nullptr ? "" : doc::StringAt(*status, {"imageID"});
    if (image_id.empty())
      return Say(CheckResult::kUndecided, "has not started it yet");
    const std::string runs = DigestOfImageId(image_id);
    if (runs.empty())
      return Say(CheckResult::kNote, "runs imageID \"" + image_id + "\", which can't be compared with a digest");
    if (runs == target_.digest)
      return Say(CheckResult::kPassed, "runs " + runs);
    KT_ASSIGN_CONTEXT(const TargetDigests::Identity identity, digests.Compare(target_, image_id, bound),
                      "comparing what " + where_ + " runs with " + target_.Image());
    switch (identity) {
      case TargetDigests::Identity::kSame:
        return Say(CheckResult::kPassed, "runs " + runs + ", which is " + target_.digest + " by another name");
      case TargetDigests::Identity::kOther:
        return Say(CheckResult::kFailed, "runs " + runs + ", which is not the pinned " + target_.digest);
      case TargetDigests::Identity::kUnknown:
        break;
    }
    return Say(CheckResult::kNote,
               "names the pinned digest and reports imageID \"" + image_id + "\", which the registry does not know");
  }

  const std::string& message() const { return message_; }

 private:
  CheckResult Say(CheckResult result, const std::string& what) {
    message_ = where_ + " " + what;
    return result;
  }

  const Json& pod_;
  const Target& target_;
  std::string where_;
  std::string message_;
};

/// Of several pods the worst counts; a note is worth more than a pass, less than what is open.
int RankOf(CheckResult result) {
  switch (result) {
    case CheckResult::kFailed:
      return 4;
    case CheckResult::kLost:
      return 3;
    case CheckResult::kUndecided:
      return 2;
    case CheckResult::kNote:
      return 1;
    case CheckResult::kPassed:
      return 0;
  }
  return 0;
}

}  // namespace

std::string DigestOfImageId(std::string_view image_id) {
  if (const std::size_t scheme = image_id.find("://"); scheme != std::string_view::npos)
    image_id.remove_prefix(scheme + 3);
  if (const std::size_t at = image_id.rfind('@'); at != std::string_view::npos)
    image_id.remove_prefix(at + 1);
  const Result<Digest> digest = Digest::Parse(image_id);
  return digest ? digest->ToString() : std::string();
}

Result<void> TargetDigests::Collect(const oci::Repository& repository, const oci::Manifest& manifest, int depth,
                                    Known& known, const Bound& bound) const {
  known.all.insert(manifest.digest.ToString());
  if (manifest.config) {
    known.all.insert(manifest.config->digest.ToString());
    known.configs.insert(manifest.config->digest.ToString());
  }
  for (const oci::Descriptor& child : manifest.manifests) {
    known.all.insert(child.digest.ToString());
    if (depth >= kDeepestIndex || !oci::IsManifestType(child.media_type))
      continue;
    // An index may name platforms that were never pushed; what does not exist does not run either.
    Result<oci::Manifest> fetched = registry_.FetchChild(repository, child, bound);
    if (!fetched && fetched.error().code() == ErrorCode::kNotFound)
      continue;
    if (!fetched)
      return std::move(fetched.error());
    KT_TRY(Collect(repository, *fetched, depth + 1, known, bound));
  }
  return {};
}

Result<const TargetDigests::Known*> TargetDigests::Learn(const oci::Repository& repository, const std::string& digest,
                                                         const Bound& bound) {
  const std::string image = repository.ToString() + "@" + digest;
  if (const auto found = known_.find(image); found != known_.end())
    return &found->second;
  KT_ASSIGN(Digest parsed, Digest::Parse(digest));
  const oci::Reference reference{repository, "", std::move(parsed)};
  KT_ASSIGN(const oci::Manifest manifest, registry_.FetchManifest(reference, oci::Access::kPull, bound));
  Known known;
  KT_TRY(Collect(repository, manifest, 0, known, bound));
  return &known_.emplace(image, std::move(known)).first->second;
}

Result<TargetDigests::Identity> TargetDigests::Compare(const Target& target, const std::string& image_id,
                                                       const Bound& bound) {
  const std::string digest = DigestOfImageId(image_id);
  if (digest == target.digest)
    return Identity::kSame;
  KT_ASSIGN(const oci::Repository repository, oci::Repository::Parse(target.repository));
  KT_ASSIGN(const Known* const pinned, Learn(repository, target.digest, bound));
  if (pinned->all.contains(digest))
    return Identity::kSame;
  std::vector<oci::Repository> places = {repository};
  const bool is_bare = image_id.find('@') == std::string_view::npos;
  const Result<oci::Reference> named = oci::Reference::Parse(image_id);
  // Our credentials go nowhere but to the registry that the target is in.
  if (!is_bare && named && named->repository != repository && registry_.SameRegistry(named->repository, repository))
    places.push_back(named->repository);
  for (const oci::Repository& place : places) {
    const Result<const Known*> other = Learn(place, digest, bound);
    if (!other) {
      const ErrorCode code = other.error().code();
      if (code == ErrorCode::kNotFound || code == ErrorCode::kDenied)
        continue;
      return other.error();
    }
    const bool shares = std::any_of((*other)->configs.begin(), (*other)->configs.end(),
                                    [&](const std::string& config) { return pinned->configs.contains(config); });
    return shares ? Identity::kSame : Identity::kOther;
  }
  // A config's digest says all there is to say; a manifest's may be of a registry that we can't ask.
  return is_bare ? Identity::kOther : Identity::kUnknown;
}

Result<Check> CheckTarget(const Board& board, const InventoryItem& item, const Target& target, TargetDigests& digests,
                          const Bound& bound) {
  Check check;
  check.kind = CheckKind::kTarget;
  check.name = "target " + target.object + " container " + target.container;
  check.object = target.object;
  check.location = {item.file, item.line, 0};
  const std::vector<const Json*> pods = CountedPods(board, item);
  check.message = "no pod of it is there";
  check.result = pods.empty() ? CheckResult::kUndecided : CheckResult::kPassed;
  bool first = true;
  for (const Json* pod : pods) {
    PodIdentity identity(*pod, target);
    KT_ASSIGN(const CheckResult result, identity.Compare(digests, bound));
    if (first || RankOf(result) > RankOf(check.result)) {
      check.result = result;
      check.message = identity.message();
    }
    first = false;
  }
  return check;
}

}  // namespace kontrakt
