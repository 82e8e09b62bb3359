#include "lib/lifecycle/pin.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "lib/base/strings.h"
#include "lib/base/task_group.h"
#include "lib/lifecycle/labels.h"
#include "lib/lifecycle/pod_metadata.h"
#include "lib/manifest/images.h"
#include "lib/oci/reference.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr std::size_t kLookups = 8;  ///< at a time

struct ContainerImage {
  std::string name;
  std::string pointer;  ///< of the image
  std::string image;
  bool init = false;
};

std::vector<ContainerImage> ContainersOf(const Json& value, const manifest::PodSpecPath& pod) {
  std::vector<ContainerImage> containers;
  for (const char* list : {"/containers", "/initContainers"}) {
    const Json::json_pointer pointer(pod.spec + list);
    if (!value.contains(pointer) || !value.at(pointer).is_array())
      continue;
    const Json& entries = value.at(pointer);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      containers.push_back({doc::StringAt(entries[i], {"name"}), pod.spec + list + "/" + std::to_string(i) + "/image",
                            doc::StringAt(entries[i], {"image"}), std::string_view(list) == "/initContainers"});
    }
  }
  return containers;
}

Error ErrorAt(const manifest::Object& object, const std::string& pointer, Error error) {
  return std::move(error.SetLocation(object.LocationAt(pointer)));
}

bool IsBelowRepo(const std::string& image, const std::optional<std::string>& repo) {
  if (!repo)
    return false;
  Result<oci::Reference> reference = oci::Reference::Parse(image);
  return reference && reference->repository.IsBelow(*repo);
}

/// The containers of one target object that are under test.
std::vector<ContainerImage> Chosen(const manifest::Object& object, const Json& value, const manifest::PodSpecPath& pod,
                                   const ApplyOptions& options, std::vector<Error>& problems) {
  std::vector<ContainerImage> all = ContainersOf(value, pod);
  const std::string named = AnnotationOf(value, pod, annotation::kTargetContainers);
  std::vector<ContainerImage> chosen;
  if (!named.empty()) {
    for (const std::string& part : Split(named, ',')) {
      const std::string name(Trim(part));
      const auto found = std::find_if(all.begin(), all.end(), [&](const ContainerImage& c) { return c.name == name; });
      if (found == all.end()) {
        problems.push_back(ErrorAt(object, pod.spec,
                                   InvalidInput("annotation kontrakt/target-containers names \"" + name + "\", which " +
                                                object.Describe() + " has not")));
        continue;
      }
      chosen.push_back(*found);
    }
    return chosen;
  }
  std::copy_if(all.begin(), all.end(), std::back_inserter(chosen), [&](const ContainerImage& container) {
    return IsBelowRepo(container.image, options.variables.ko_docker_repo);
  });
  if (!chosen.empty())
    return chosen;
  std::copy_if(all.begin(), all.end(), std::back_inserter(chosen), [](const ContainerImage& c) { return !c.init; });
  if (chosen.size() <= 1)
    return chosen;
  Error error = InvalidInput(object.Describe() + " is a target with " + std::to_string(chosen.size()) +
                             " containers: which of them are under test?");
  error.SetHint("name them in the annotation kontrakt/target-containers: a,b beside the label, or set KO_DOCKER_REPO");
  problems.push_back(ErrorAt(object, pod.spec, std::move(error)));
  return {};
}

std::vector<std::string> PushTargets(const Json& value, const manifest::PodSpecPath& pod) {
  std::vector<std::string> references;
  for (const std::string& part : Split(AnnotationOf(value, pod, annotation::kPushTo), ',')) {
    if (const std::string_view text = Trim(part); !text.empty())
      references.emplace_back(text);
  }
  return references;
}

/// Looks each distinct reference up once.
class Lookups {
 public:
  void Want(const std::string& image) { found_.emplace(image, std::nullopt); }

  void Run(const oci::Registry& registry, const Bound& bound) {
    TaskGroup group(kLookups, bound.stop, OnError::kContinue);
    for (auto& [image, slot] : found_) {
      group.Add([&registry, &bound, &image = image, &slot = slot](std::stop_token) -> Result<void> {
        Result<oci::Reference> reference = oci::Reference::Parse(image);
        if (!reference) {
          slot = Result<oci::Resolved>(std::move(reference.error()));
        } else {
          slot = registry.Resolve(*reference, oci::Access::kPull, bound);
        }
        return {};
      });
    }
    // Errors stay with their images; the group itself only fails when it is stopped.
    if (Result<void> done = group.Wait(); !done)
      stopped_ = std::move(done.error());
  }

  Result<oci::Resolved> Of(const std::string& image) const {
    const auto found = found_.find(image);
    if (found != found_.end() && found->second)
      return *found->second;
    return stopped_ ? *stopped_ : Cancelled("stopped");
  }

 private:
  std::map<std::string, std::optional<Result<oci::Resolved>>> found_;
  std::optional<Error> stopped_;
};

std::string ReferenceText(const Target& target) {
  if (!target.digest.empty())
    return target.repository + "@" + target.digest;
  return target.repository + (target.tag.empty() ? "" : ":" + target.tag);
}

}  // namespace

std::vector<UnpinnedTarget> FindTargets(const Plan& plan, const ApplyOptions& options, std::vector<Error>& problems) {
  std::vector<UnpinnedTarget> targets;
  for (std::size_t i = 0; i < plan.values.size(); ++i) {
    if (plan.inventory.items[i].role != Role::kTarget)
      continue;
    const manifest::Object& object = plan.kontrakt.objects[i];
    const auto pod = manifest::PodSpecOf(plan.values[i]);
    if (!pod)
      continue;
    for (const ContainerImage& container : Chosen(object, plan.values[i], *pod, options, problems)) {
      Result<oci::Reference> reference = oci::Reference::Parse(container.image);
      if (!reference) {
        problems.push_back(ErrorAt(object, container.pointer, std::move(reference.error())));
        continue;
      }
      Target target{.object = plan.inventory.items[i].Describe(),
                    .container = container.name,
                    .repository = reference->repository.ToString(),
                    .tag = reference->tag.empty() && reference->digest.empty() ? "latest" : reference->tag,
                    .digest = reference->digest.ToString(),
                    .push_to = PushTargets(plan.values[i], *pod)};
      targets.push_back({i, container.pointer, std::move(target)});
    }
  }
  return targets;
}

void WritePins(Plan& plan, const std::vector<UnpinnedTarget>& targets) {
  plan.targets.clear();
  for (const UnpinnedTarget& unpinned : targets) {
    plan.values[unpinned.object][Json::json_pointer(unpinned.pointer)] = unpinned.target.Image();
    plan.targets.push_back(unpinned.target);
  }
}

bool ReusePins(std::vector<UnpinnedTarget>& targets, const std::vector<Target>& earlier) {
  for (UnpinnedTarget& unpinned : targets) {
    if (!unpinned.target.digest.empty())
      continue;
    const auto found = std::find_if(earlier.begin(), earlier.end(), [&](const Target& target) {
      return target.object == unpinned.target.object && target.container == unpinned.target.container &&
             target.repository == unpinned.target.repository && target.tag == unpinned.target.tag;
    });
    if (found == earlier.end() || found->digest.empty())
      return false;
    unpinned.target.digest = found->digest;
  }
  return true;
}

void ResolvePins(const Context& context, const oci::Registry& registry, const std::vector<Plan*>& plans,
                 std::vector<std::vector<UnpinnedTarget>*> targets, std::vector<Error>& problems) {
  Lookups lookups;
  for (const auto* list : targets) {
    for (const UnpinnedTarget& unpinned : *list)
      lookups.Want(ReferenceText(unpinned.target));
  }
  lookups.Run(registry, context.bound);
  for (std::size_t p = 0; p < plans.size(); ++p) {
    for (UnpinnedTarget& unpinned : *targets[p]) {
      const std::string text = ReferenceText(unpinned.target);
      Result<oci::Resolved> resolved = lookups.Of(text);
      if (resolved) {
        unpinned.target.digest = resolved->digest.ToString();
        continue;
      }
      Error error = WithContext(std::move(resolved.error()), "looking up image " + text);
      if (error.code() == ErrorCode::kNotFound && !error.hint())
        error.SetHint("build and push it first");
      problems.push_back(ErrorAt(plans[p]->kontrakt.objects[unpinned.object], unpinned.pointer, std::move(error)));
    }
  }
}

}  // namespace kontrakt
