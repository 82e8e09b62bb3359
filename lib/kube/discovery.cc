#include "lib/kube/discovery.h"

#include <algorithm>
#include <optional>

#include "lib/base/strings.h"
#include "lib/doc/json.h"
#include "lib/kube/api_catalogue.h"
#include "lib/kube/resource_table.h"
#include "lib/kube/status.h"

namespace kontrakt::kube {
namespace {

/// A group and version to ask for one by one, where there is no aggregation.
struct LegacyVersion {
  std::string group_version;
  bool preferred = false;
};

Result<doc::Json> Body(const net::Response& response) {
  if (!response.ok())
    return ToError(DecodeStatus(response));
  KT_ASSIGN_CONTEXT(doc::Json json, doc::ParseJson(response.body), "answer of the API server");
  return json;
}

std::vector<LegacyVersion> LegacyVersions(const doc::Json& core, const doc::Json& groups) {
  std::vector<LegacyVersion> versions;
  bool first = true;
  for (const doc::Json& version : doc::ArrayAt(core, {"versions"})) {
    versions.push_back({doc::ScalarText(version), first});
    first = false;
  }
  for (const doc::Json& group : doc::ArrayAt(groups, {"groups"})) {
    const std::string preferred = doc::StringAt(group, {"preferredVersion", "groupVersion"});
    for (const doc::Json& version : doc::ArrayAt(group, {"versions"})) {
      const std::string name = doc::StringAt(version, {"groupVersion"});
      versions.push_back({name, name == preferred});
    }
  }
  return versions;
}

std::string PathOf(const std::string& group_version) {
  return (group_version.find('/') == std::string::npos ? "/api/" : "/apis/") + group_version;
}

const ApiResource* FindKind(const ApiCatalogue& catalogue, const GroupVersionKind& gvk) {
  for (const ApiResource& found : catalogue.resources) {
    if (found.resource.gvk == gvk)
      return &found;
  }
  return nullptr;
}

bool IsNamed(const ApiResource& found, const std::string& name) {
  return name == found.resource.plural || name == found.singular || name == ToLower(found.resource.gvk.kind) ||
         std::find(found.short_names.begin(), found.short_names.end(), name) != found.short_names.end();
}

/// Whether `name` is this one with its group, or with its version and group, behind it.
bool IsNamedWithGroup(const ApiResource& found, const std::string& name, bool with_version) {
  const GroupVersionKind& gvk = found.resource.gvk;
  const std::string suffix = with_version ? "." + gvk.version + "." + gvk.group : "." + gvk.group;
  return !gvk.group.empty() && name.ends_with(suffix) && IsNamed(found, name.substr(0, name.size() - suffix.size()));
}

std::optional<Resource> FindNamed(const ApiCatalogue& catalogue, const std::string& name) {
  for (const ApiResource& found : catalogue.resources) {
    if (found.preferred && IsNamed(found, name))
      return found.resource;
  }
  for (const ApiResource& found : catalogue.resources) {
    if (found.preferred && IsNamedWithGroup(found, name, false))
      return found.resource;
  }
  for (const ApiResource& found : catalogue.resources) {
    if (IsNamedWithGroup(found, name, true))
      return found.resource;
  }
  return std::nullopt;
}

Error ServiceIsDown(const std::string& group_version) {
  const GroupVersionKind where = GroupVersionKind::Of(group_version, "");
  return std::move(Unavailable("the API service " + where.version + "." + where.group + " does not answer")
                       .SetHint("see: kubectl get apiservice " + where.version + "." + where.group));
}

}  // namespace

Result<Resource> Discovery::Find(const GroupVersionKind& gvk, const Bound& bound) {
  const std::lock_guard lock(mutex_);
  for (const Resource& resource : learned_) {
    if (resource.gvk == gvk)
      return resource;
  }
  for (const bool again : {false, true}) {
    if (loaded_ && !again) {
      if (const ApiResource* found = FindKind(catalogue_, gvk))
        return found->resource;
      continue;
    }
    KT_TRY(Load(bound));
    if (const ApiResource* found = FindKind(catalogue_, gvk))
      return found->resource;
    break;
  }
  if (catalogue_.stale.contains(gvk.ApiVersion()))
    return ServiceIsDown(gvk.ApiVersion());
  return UnknownKind(gvk);
}

Result<Resource> Discovery::Named(const std::string& name, const Bound& bound) {
  const std::string wanted = ToLower(name);
  const std::lock_guard lock(mutex_);
  if (loaded_) {
    if (const auto found = FindNamed(catalogue_, wanted))
      return *found;
  }
  KT_TRY(Load(bound));
  if (const auto found = FindNamed(catalogue_, wanted))
    return *found;
  Error error = InvalidInput("the server has no resource type \"" + name + "\"");
  std::vector<std::string> names;
  for (const ApiResource& found : catalogue_.resources)
    names.push_back(found.resource.plural);
  if (const std::string near = Nearest(wanted, names); !near.empty())
    error.SetHint("did you mean \"" + near + "\"?");
  return error;
}

Result<std::vector<Resource>> Discovery::NamespacedResources(const Bound& bound) {
  const std::lock_guard lock(mutex_);
  if (!loaded_)
    KT_TRY(Load(bound));
  std::vector<Resource> resources;
  for (const ApiResource& found : catalogue_.resources) {
    if (found.preferred && found.resource.scope == Scope::kNamespaced && found.Has("list")) {
      resources.push_back(found.resource);
    }
  }
  return resources;
}

void Discovery::Learn(const Resource& resource) {
  const std::lock_guard lock(mutex_);
  std::erase_if(learned_, [&](const Resource& known) { return known.gvk == resource.gvk; });
  learned_.push_back(resource);
}

Result<void> Discovery::Load(const Bound& bound) {
  KT_ASSIGN_CONTEXT(catalogue_, Fetched(bound), "asking the server what kinds it has");
  loaded_ = true;
  return {};
}

Result<ApiCatalogue> Discovery::Fetched(const Bound& bound) const {
  KT_ASSIGN(Roots roots, FetchRoots(kDiscoveryAccept, bound));
  // Used only if both are aggregated: a proxy may serve one of them itself.
  if (IsAggregated(roots.core) != IsAggregated(roots.groups) && !roots.core.empty()) {
    KT_ASSIGN(roots, FetchRoots("application/json", bound));
  }
  ApiCatalogue catalogue;
  if (IsAggregated(roots.groups)) {
    AddAggregated(roots.core, catalogue);
    AddAggregated(roots.groups, catalogue);
  } else {
    KT_ASSIGN(catalogue, FetchLegacy(roots, bound));
  }
  PreferOnlyVersions(catalogue);
  return catalogue;
}

Result<Discovery::Roots> Discovery::FetchRoots(const std::string& accept, const Bound& bound) const {
  auto answers = fetch_({"/api", "/apis"}, accept, bound);
  for (auto& answer : answers) {
    if (!answer)
      return std::move(answer.error());
  }
  Roots roots;
  KT_ASSIGN(roots.groups, Body(*answers[1]));
  roots.core = doc::Json::object();
  // A bare aggregated server has no core group.
  if (answers[0]->status != 404) {
    KT_ASSIGN(roots.core, Body(*answers[0]));
  }
  return roots;
}

Result<ApiCatalogue> Discovery::FetchLegacy(const Roots& roots, const Bound& bound) const {
  const std::vector<LegacyVersion> versions = LegacyVersions(roots.core, roots.groups);
  std::vector<std::string> paths;
  for (const LegacyVersion& version : versions)
    paths.push_back(PathOf(version.group_version));
  auto lists = fetch_(paths, "application/json", bound);
  ApiCatalogue catalogue;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    if (!lists[i])
      return std::move(lists[i].error());
    if (const auto list = Body(*lists[i])) {
      AddResourceList(*list, versions[i].group_version, versions[i].preferred, catalogue);
    } else {
      catalogue.stale.insert(versions[i].group_version);
    }
  }
  return catalogue;
}

Error Discovery::UnknownKind(const GroupVersionKind& gvk) const {
  Error error = InvalidInput("the server knows no kind \"" + gvk.kind + "\" in " + gvk.ApiVersion());
  std::vector<std::string> kinds = BuiltinKinds();
  for (const ApiResource& found : catalogue_.resources) {
    const GroupVersionKind& known = found.resource.gvk;
    if (known.kind == gvk.kind) {
      return std::move(error.SetHint("it has " + known.kind + " in " + known.ApiVersion()));
    }
    kinds.push_back(known.kind);
  }
  if (const std::string near = Nearest(gvk.kind, kinds); !near.empty())
    error.SetHint("did you mean " + near + "?");
  return error;
}

}  // namespace kontrakt::kube
