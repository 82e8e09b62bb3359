#include <map>

#include "tests/fakes/api_reads.h"
#include "tests/fakes/api_status.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

const Json& Verbs() {
  static const Json verbs = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
  return verbs;
}

/// The versions of each group in the order in which they were registered, the core group under "".
std::vector<std::pair<std::string, std::vector<std::string>>> Groups(const ApiCore& core) {
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  for (const ResourceType& type : core.types.all()) {
    auto group =
        std::find_if(groups.begin(), groups.end(), [&](const auto& entry) { return entry.first == type.group; });
    if (group == groups.end()) {
      group = groups.insert(groups.end(), {type.group, {}});
    }
    for (const std::string& version : type.versions) {
      if (std::find(group->second.begin(), group->second.end(), version) == group->second.end()) {
        group->second.push_back(version);
      }
    }
  }
  return groups;
}

Json AggregatedResource(const ResourceType& type, const std::string& version) {
  Json kind = {{"group", type.group}, {"version", version}, {"kind", type.kind}};
  Json resource = {{"resource", type.plural},
                   {"responseKind", kind},
                   {"scope", type.namespaced() ? "Namespaced" : "Cluster"},
                   {"singularResource", type.singular},
                   {"verbs", Verbs()}};
  if (!type.short_names.empty()) {
    resource["shortNames"] = type.short_names;
  }
  if (type.has_status) {
    resource["subresources"].push_back(
        {{"subresource", "status"}, {"responseKind", kind}, {"verbs", {"get", "patch", "update"}}});
  }
  return resource;
}

Json LegacyResources(const ApiCore& core, const std::string& group, const std::string& version) {
  Json resources = Json::array();
  for (const ResourceType& type : core.types.all()) {
    if (type.group != group || !type.Serves(version)) {
      continue;
    }
    Json resource = {{"name", type.plural},
                     {"singularName", type.singular},
                     {"namespaced", type.namespaced()},
                     {"kind", type.kind},
                     {"verbs", Verbs()}};
    if (!type.short_names.empty()) {
      resource["shortNames"] = type.short_names;
    }
    resources.push_back(std::move(resource));
    if (type.has_status) {
      resources.push_back({{"name", type.plural + "/status"},
                           {"singularName", ""},
                           {"namespaced", type.namespaced()},
                           {"kind", type.kind},
                           {"verbs", {"get", "patch", "update"}}});
    }
  }
  return resources;
}

HttpResponse Aggregated(const ApiCore& core, bool core_group, const std::string& media_version) {
  Json items = Json::array();
  for (const auto& [group, versions] : Groups(core)) {
    if (group.empty() != core_group) {
      continue;
    }
    Json item = {{"metadata", {{"name", group}, {"creationTimestamp", nullptr}}}, {"versions", Json::array()}};
    if (group.empty()) {
      item["metadata"].erase("name");
    }
    for (const std::string& version : versions) {
      Json resources = Json::array();
      for (const ResourceType& type : core.types.all()) {
        if (type.group == group && type.Serves(version)) {
          resources.push_back(AggregatedResource(type, version));
        }
      }
      item["versions"].push_back({{"version", version}, {"resources", std::move(resources)}, {"freshness", "Current"}});
    }
    items.push_back(std::move(item));
  }
  HttpResponse answer = JsonAnswer(200, {{"kind", "APIGroupDiscoveryList"},
                                         {"apiVersion", "apidiscovery.k8s.io/" + media_version},
                                         {"metadata", Json::object()},
                                         {"items", std::move(items)}});
  answer.headers.Set("Content-Type",
                     "application/json;g=apidiscovery.k8s.io;v=" + media_version + ";as=APIGroupDiscoveryList");
  return answer;
}

Json GroupObject(const std::string& group, const std::vector<std::string>& versions) {
  Json entries = Json::array();
  for (const std::string& version : versions) {
    entries.push_back({{"groupVersion", group + "/" + version}, {"version", version}});
  }
  Json preferred = entries.front();
  return {{"name", group}, {"versions", std::move(entries)}, {"preferredVersion", std::move(preferred)}};
}

HttpResponse LegacyGroups(const ApiCore& core) {
  Json groups = Json::array();
  for (const auto& [group, versions] : Groups(core)) {
    if (!group.empty()) {
      groups.push_back(GroupObject(group, versions));
    }
  }
  return JsonAnswer(200, {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", std::move(groups)}});
}

}  // namespace

HttpResponse DiscoveryAnswer(const ApiCore& core, const HttpRequest& request) {
  const std::string accept = request.Header("Accept");
  const bool aggregated =
      core.options.aggregated_discovery && accept.find("as=APIGroupDiscoveryList") != std::string::npos;
  std::string path = request.path;
  while (path.size() > 1 && path.back() == '/') {
    path.pop_back();
  }
  if (path == "/api" || path == "/apis") {
    // v2beta1 was removed before 1.34: who asks for nothing newer gets the legacy form.
    if (aggregated && accept.find("v=v2;") != std::string::npos) {
      return Aggregated(core, path == "/api", "v2");
    }
    return path == "/apis" ? LegacyGroups(core)
                           : JsonAnswer(200, {{"kind", "APIVersions"}, {"versions", Json::array({"v1"})}});
  }
  for (const auto& [group, versions] : Groups(core)) {
    if (!group.empty() && path == "/apis/" + group) {
      Json object = {{"kind", "APIGroup"}, {"apiVersion", "v1"}};
      object.update(GroupObject(group, versions));
      return JsonAnswer(200, object);
    }
    for (const std::string& version : versions) {
      const std::string group_version = group.empty() ? version : group + "/" + version;
      if (path == (group.empty() ? "/api/" : "/apis/") + group_version) {
        return JsonAnswer(200, {{"kind", "APIResourceList"},
                                {"apiVersion", "v1"},
                                {"groupVersion", group_version},
                                {"resources", LegacyResources(core, group, version)}});
      }
    }
  }
  return UnknownPathAnswer();
}

}  // namespace kontrakt::fakes
