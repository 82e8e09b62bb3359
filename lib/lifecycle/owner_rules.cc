#include "lib/lifecycle/owner_rules.h"

#include <initializer_list>
#include <map>

#include "lib/doc/json.h"

namespace kontrakt {
namespace {

using doc::Json;
using Names = std::initializer_list<const char*>;

Json Rule(const std::string& group, Names resources, Names verbs) {
  Json rule = {{"apiGroups", Json::array({group})}, {"resources", Json::array()}, {"verbs", Json::array()}};
  for (const char* resource : resources)
    rule["resources"].push_back(resource);
  for (const char* verb : verbs)
    rule["verbs"].push_back(verb);
  return rule;
}

constexpr Names kRead = {"get", "list", "watch"};
constexpr Names kAll = {"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"};

}  // namespace

Json OwnerRules() {
  return Json::array({
      Rule("",
           {"pods", "services", "configmaps", "secrets", "persistentvolumeclaims", "replicationcontrollers",
            "replicationcontrollers/scale"},
           kAll),
      Rule("", {"namespaces"}, {"get"}),
      Rule("",
           {"pods/log", "pods/status", "services/status", "endpoints", "serviceaccounts", "resourcequotas",
            "limitranges", "persistentvolumeclaims/status", "replicationcontrollers/status"},
           kRead),
      Rule("", {"events"}, {"get", "list", "watch", "create", "patch"}),
      Rule("events.k8s.io", {"events"}, {"get", "list", "watch", "create", "patch"}),
      Rule("apps",
           {"deployments", "deployments/scale", "daemonsets", "replicasets", "replicasets/scale", "statefulsets",
            "statefulsets/scale", "controllerrevisions"},
           kAll),
      Rule("apps", {"deployments/status", "daemonsets/status", "replicasets/status", "statefulsets/status"}, kRead),
      Rule("batch", {"jobs", "cronjobs"}, kAll),
      Rule("batch", {"jobs/status", "cronjobs/status"}, kRead),
      Rule("autoscaling", {"horizontalpodautoscalers"}, kAll),
      Rule("policy", {"poddisruptionbudgets"}, kAll),
      Rule("discovery.k8s.io", {"endpointslices"}, kRead),
      Rule("networking.k8s.io", {"networkpolicies", "ingresses"}, kRead),
  });
}

Json FullRules() {
  return Json::array({
      Rule("", {"pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy"}, {"get", "create"}),
      Rule("", {"pods/eviction"}, {"create"}),
  });
}

Json CustomResourceRules(const std::vector<std::pair<std::string, std::string>>& group_plurals) {
  std::map<std::string, Json> by_group;
  for (const auto& [group, plural] : group_plurals) {
    auto [entry, fresh] = by_group.try_emplace(group, Rule(group, {}, kAll));
    for (const char* suffix : {"", "/status", "/finalizers"})
      entry->second["resources"].push_back(plural + suffix);
  }
  Json rules = Json::array();
  for (auto& [group, rule] : by_group)
    rules.push_back(std::move(rule));
  return rules;
}

}  // namespace kontrakt
