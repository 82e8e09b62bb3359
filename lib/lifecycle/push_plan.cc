#include "lib/lifecycle/push_plan.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "lib/base/strings.h"

namespace kontrakt {
namespace {

Error AsUsage(Error error, std::string_view flag) {
  error.SetCode(ErrorCode::kUsage);
  return WithContext(std::move(error), std::string(flag));
}

std::string LastElement(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

/// Plans one push; refusals are collected, so that all are told at once.
class PushPlan {
 public:
  explicit PushPlan(const PushOptions& options) : options_(options) {}

  Result<void> Check() const {
    for (const std::string& tag : options_.tags) {
      if (Result<void> checked = oci::CheckTag(tag); !checked) {
        return AsUsage(std::move(checked.error()), "--tag");
      }
    }
    if (!options_.to.empty()) {
      std::string to = options_.to;
      while (to.ends_with('/')) {
        to.pop_back();
      }
      if (Result<oci::Repository> parsed = oci::Repository::Parse(to); !parsed) {
        return AsUsage(std::move(parsed.error()), "--to").SetHint("tags are given by --tag");
      }
    }
    return {};
  }

  Result<void> Add(PromotionItem item, const std::vector<std::string>& push_to, bool own_repository_allowed) {
    KT_TRY(AddFlags(item, own_repository_allowed));
    for (const std::string& text : push_to) {
      KT_TRY_CONTEXT(AddAnnotated(item, text), fmt::format("{}: annotation kontrakt/push-to", item.object));
    }
    if (!item.destinations.empty()) {
      items_.push_back(std::move(item));
    }
    return {};
  }

  Result<std::vector<PromotionItem>> Finish() {
    if (!refused_.empty()) {
      return Conflict(fmt::format("not allowed to write to {}",
                                  Join(std::vector<std::string>(refused_.begin(), refused_.end()), ", ")))
          .SetHint(options_.ko_docker_repo.empty()
                       ? "set KO_DOCKER_REPO, or allow it by --allow-to HOST/PATH"
                       : fmt::format("only what lies below {} is allowed; more by --allow-to HOST/PATH",
                                     options_.ko_docker_repo))
          .SetReason("DestinationRefused");
    }
    if (items_.empty()) {
      return Usage("nothing says where to push")
          .SetHint("give --tag TAG, --to HOST/PATH, or annotate targets with kontrakt/push-to");
    }
    return std::move(items_);
  }

 private:
  Result<void> AddFlags(PromotionItem& item, bool own_repository_allowed) {
    if (options_.to.empty()) {
      for (const std::string& tag : options_.tags) {
        Put(item, Destination{item.source.repository, tag}, own_repository_allowed);
      }
      return {};
    }
    std::string to = options_.to;
    if (to.ends_with('/')) {
      while (to.ends_with('/')) {
        to.pop_back();
      }
      to += "/" + LastElement(item.source.repository.path);
    }
    KT_ASSIGN(const oci::Repository repository, oci::Repository::Parse(to));
    for (const std::string& tag : TagsOf(item)) {
      Put(item, Destination{repository, tag}, true);
    }
    return {};
  }

  Result<void> AddAnnotated(PromotionItem& item, const std::string& text) {
    KT_ASSIGN(const oci::Reference reference, oci::Reference::Parse(text));
    if (!reference.digest.empty()) {
      return InvalidInput(fmt::format("'{}' names a digest, where only a tag may stand", text));
    }
    if (!reference.tag.empty()) {
      Put(item, Destination{reference.repository, reference.tag}, false);
      return {};
    }
    for (const std::string& tag : TagsOf(item)) {
      Put(item, Destination{reference.repository, tag}, false);
    }
    return {};
  }

  /// The flags' tags, else the one that was tested, else none: by digest alone.
  std::vector<std::string> TagsOf(const PromotionItem& item) const {
    return options_.tags.empty() ? std::vector<std::string>{item.source.tag} : options_.tags;
  }

  void Put(PromotionItem& item, Destination destination, bool allowed) {
    if (!allowed && !IsAllowed(destination.repository)) {
      refused_.insert(destination.repository.ToString());
    }
    if (std::find(item.destinations.begin(), item.destinations.end(), destination) == item.destinations.end()) {
      item.destinations.push_back(std::move(destination));
    }
  }

  bool IsAllowed(const oci::Repository& repository) const {
    // What --to names is allowed as a whole, also to an annotation below it.
    return repository.IsBelow(options_.ko_docker_repo) || repository.IsBelow(options_.to) ||
           std::any_of(options_.allow_to.begin(), options_.allow_to.end(),
                       [&](const std::string& allowed) { return repository.IsBelow(allowed); });
  }

  const PushOptions& options_;
  std::set<std::string> refused_;
  std::vector<PromotionItem> items_;
};

}  // namespace

Result<std::vector<PromotionItem>> PlanPush(const std::vector<PassedTargets>& passed, const PushOptions& options) {
  PushPlan plan(options);
  KT_TRY(plan.Check());
  for (const PassedTargets& kontrakt : passed) {
    for (const Target& target : kontrakt.targets) {
      PromotionItem item{kontrakt.kontrakt, target.object, target.container, {}, {}};
      KT_ASSIGN_CONTEXT(item.source.repository, oci::Repository::Parse(target.repository), "target " + target.object);
      KT_ASSIGN_CONTEXT(item.source.digest, Digest::Parse(target.digest), "target " + target.object);
      item.source.tag = target.tag;
      KT_TRY_CONTEXT(plan.Add(std::move(item), target.push_to, false), "kontrakt " + kontrakt.kontrakt);
    }
  }
  return plan.Finish();
}

Result<std::vector<PromotionItem>> PlanUnverified(const oci::Reference& from, const PushOptions& options) {
  PushPlan plan(options);
  KT_TRY(plan.Check());
  KT_TRY(plan.Add(PromotionItem{"", "", "", from, {}}, {}, true));
  return plan.Finish();
}

Result<PromotionOptions> GuardsOf(const PushOptions& options) {
  PromotionOptions guards;
  guards.no_overwrite = options.no_overwrite;
  guards.dry_run = options.dry_run;
  guards.require_platform = options.require_platform;
  if (!options.if_tag_is.empty()) {
    Result<Digest> digest = Digest::Parse(options.if_tag_is);
    if (!digest) {
      return AsUsage(std::move(digest.error()), "--if-tag-is");
    }
    guards.if_tag_is = *digest;
  }
  if (options.no_overwrite && guards.if_tag_is) {
    return Usage("--no-overwrite and --if-tag-is can't both hold");
  }
  return guards;
}

}  // namespace kontrakt
