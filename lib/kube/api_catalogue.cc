#include "lib/kube/api_catalogue.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "lib/doc/json.h"

namespace kontrakt::kube {
namespace {

std::vector<std::string> Strings(const doc::Json& list) {
  std::vector<std::string> texts;
  for (const doc::Json& item : list) {
    if (item.is_string())
      texts.push_back(item.get<std::string>());
  }
  return texts;
}

void AddVersion(const std::string& group, const doc::Json& version, bool preferred, ApiCatalogue& catalogue) {
  const std::string name = doc::StringAt(version, {"version"});
  for (const doc::Json& item : doc::ArrayAt(version, {"resources"})) {
    ApiResource found;
    // The kind is absent where a parent has subresources only.
    found.resource.gvk = {group, name, doc::StringAt(item, {"responseKind", "kind"})};
    if (found.resource.gvk.kind.empty())
      continue;
    found.resource.plural = doc::StringAt(item, {"resource"});
    found.resource.scope = doc::StringAt(item, {"scope"}) == "Cluster" ? Scope::kCluster : Scope::kNamespaced;
    found.singular = doc::StringAt(item, {"singularResource"});
    found.short_names = Strings(doc::ArrayAt(item, {"shortNames"}));
    found.verbs = Strings(doc::ArrayAt(item, {"verbs"}));
    found.preferred = preferred;
    catalogue.resources.push_back(std::move(found));
  }
}

}  // namespace

bool ApiResource::Has(std::string_view verb) const {
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

bool IsAggregated(const doc::Json& answer) {
  return doc::StringAt(answer, {"kind"}) == "APIGroupDiscoveryList";
}

void AddAggregated(const doc::Json& answer, ApiCatalogue& catalogue) {
  for (const doc::Json& group : doc::ArrayAt(answer, {"items"})) {
    const std::string name = doc::StringAt(group, {"metadata", "name"});
    bool preferred = true;
    for (const doc::Json& version : doc::ArrayAt(group, {"versions"})) {
      if (doc::StringAt(version, {"freshness"}) == "Stale") {
        catalogue.stale.insert(GroupVersionKind{name, doc::StringAt(version, {"version"}), ""}.ApiVersion());
        continue;
      }
      AddVersion(name, version, preferred, catalogue);
      preferred = false;
    }
  }
}

void AddResourceList(const doc::Json& list, const std::string& group_version, bool preferred, ApiCatalogue& catalogue) {
  const GroupVersionKind where = GroupVersionKind::Of(group_version, "");
  for (const doc::Json& item : doc::ArrayAt(list, {"resources"})) {
    ApiResource found;
    found.resource.plural = doc::StringAt(item, {"name"});
    // "pods/log" is a subresource.
    if (found.resource.plural.find('/') != std::string::npos)
      continue;
    found.resource.gvk = {where.group, where.version, doc::StringAt(item, {"kind"})};
    found.resource.scope = doc::BoolAt(item, {"namespaced"}) ? Scope::kNamespaced : Scope::kCluster;
    found.singular = doc::StringAt(item, {"singularName"});
    found.short_names = Strings(doc::ArrayAt(item, {"shortNames"}));
    found.verbs = Strings(doc::ArrayAt(item, {"verbs"}));
    found.preferred = preferred;
    catalogue.resources.push_back(std::move(found));
  }
}

void PreferOnlyVersions(ApiCatalogue& catalogue) {
  std::set<std::pair<std::string, std::string>> preferred;
  for (const ApiResource& found : catalogue.resources) {
    if (found.preferred)
      preferred.emplace(found.resource.gvk.group, found.resource.plural);
  }
  for (ApiResource& found : catalogue.resources) {
    if (preferred.emplace(found.resource.gvk.group, found.resource.plural).second)
      found.preferred = true;
  }
}

}  // namespace kontrakt::kube
