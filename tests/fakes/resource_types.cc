#include "tests/fakes/resource_types.h"

#include <algorithm>

#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

constexpr TypeScope kNs = TypeScope::kNamespaced;
constexpr TypeScope kCl = TypeScope::kCluster;

std::vector<ResourceType> Builtins() {
  return {
      {"", {"v1"}, "namespaces", "Namespace", "namespace", {"ns"}, kCl},
      {"", {"v1"}, "pods", "Pod", "pod", {"po"}, kNs},
      {"", {"v1"}, "services", "Service", "service", {"svc"}, kNs},
      {"", {"v1"}, "configmaps", "ConfigMap", "configmap", {"cm"}, kNs, false},
      {"", {"v1"}, "secrets", "Secret", "secret", {}, kNs, false},
      {"", {"v1"}, "serviceaccounts", "ServiceAccount", "serviceaccount", {"sa"}, kNs, false},
      {"", {"v1"}, "events", "Event", "event", {"ev"}, kNs, false},
      {"", {"v1"}, "endpoints", "Endpoints", "endpoints", {"ep"}, kNs, false},
      {"", {"v1"}, "persistentvolumeclaims", "PersistentVolumeClaim", "persistentvolumeclaim", {"pvc"}, kNs},
      {"", {"v1"}, "persistentvolumes", "PersistentVolume", "persistentvolume", {"pv"}, kCl},
      {"", {"v1"}, "nodes", "Node", "node", {"no"}, kCl},
      {"", {"v1"}, "resourcequotas", "ResourceQuota", "resourcequota", {"quota"}, kNs},
      {"", {"v1"}, "limitranges", "LimitRange", "limitrange", {"limits"}, kNs, false},
      {"", {"v1"}, "replicationcontrollers", "ReplicationController", "replicationcontroller", {"rc"}, kNs},
      {"", {"v1"}, "podtemplates", "PodTemplate", "podtemplate", {}, kNs, false},
      {"apps", {"v1"}, "deployments", "Deployment", "deployment", {"deploy"}, kNs},
      {"apps", {"v1"}, "replicasets", "ReplicaSet", "replicaset", {"rs"}, kNs},
      {"apps", {"v1"}, "statefulsets", "StatefulSet", "statefulset", {"sts"}, kNs},
      {"apps", {"v1"}, "daemonsets", "DaemonSet", "daemonset", {"ds"}, kNs},
      {"apps", {"v1"}, "controllerrevisions", "ControllerRevision", "controllerrevision", {}, kNs, false},
      {"batch", {"v1"}, "jobs", "Job", "job", {}, kNs},
      {"batch", {"v1"}, "cronjobs", "CronJob", "cronjob", {"cj"}, kNs},
      {"autoscaling",
       {"v2", "v1"},
       "horizontalpodautoscalers",
       "HorizontalPodAutoscaler",
       "horizontalpodautoscaler",
       {"hpa"},
       kNs},
      {"policy", {"v1"}, "poddisruptionbudgets", "PodDisruptionBudget", "poddisruptionbudget", {"pdb"}, kNs},
      {"rbac.authorization.k8s.io", {"v1"}, "roles", "Role", "role", {}, kNs, false},
      {"rbac.authorization.k8s.io", {"v1"}, "rolebindings", "RoleBinding", "rolebinding", {}, kNs, false},
      {"rbac.authorization.k8s.io", {"v1"}, "clusterroles", "ClusterRole", "clusterrole", {}, kCl, false},
      {"rbac.authorization.k8s.io",
       {"v1"},
       "clusterrolebindings",
       "ClusterRoleBinding",
       "clusterrolebinding",
       {},
       kCl,
       false},
      {"networking.k8s.io", {"v1"}, "networkpolicies", "NetworkPolicy", "networkpolicy", {"netpol"}, kNs, false},
      {"networking.k8s.io", {"v1"}, "ingresses", "Ingress", "ingress", {"ing"}, kNs},
      {"networking.k8s.io", {"v1"}, "ingressclasses", "IngressClass", "ingressclass", {}, kCl, false},
      {"discovery.k8s.io", {"v1"}, "endpointslices", "EndpointSlice", "endpointslice", {}, kNs, false},
      {"coordination.k8s.io", {"v1"}, "leases", "Lease", "lease", {}, kNs, false},
      {"scheduling.k8s.io", {"v1"}, "priorityclasses", "PriorityClass", "priorityclass", {"pc"}, kCl, false},
      {"storage.k8s.io", {"v1"}, "storageclasses", "StorageClass", "storageclass", {"sc"}, kCl, false},
      {"admissionregistration.k8s.io",
       {"v1"},
       "validatingwebhookconfigurations",
       "ValidatingWebhookConfiguration",
       "validatingwebhookconfiguration",
       {},
       kCl,
       false},
      {"admissionregistration.k8s.io",
       {"v1"},
       "mutatingwebhookconfigurations",
       "MutatingWebhookConfiguration",
       "mutatingwebhookconfiguration",
       {},
       kCl,
       false},
      {"admissionregistration.k8s.io",
       {"v1"},
       "validatingadmissionpolicies",
       "ValidatingAdmissionPolicy",
       "validatingadmissionpolicy",
       {},
       kCl},
      {"admissionregistration.k8s.io",
       {"v1"},
       "validatingadmissionpolicybindings",
       "ValidatingAdmissionPolicyBinding",
       "validatingadmissionpolicybinding",
       {},
       kCl,
       false},
      {"apiextensions.k8s.io",
       {"v1"},
       "customresourcedefinitions",
       "CustomResourceDefinition",
       "customresourcedefinition",
       {"crd", "crds"},
       kCl},
      {"apiregistration.k8s.io", {"v1"}, "apiservices", "APIService", "apiservice", {}, kCl},
  };
}

}  // namespace

bool ResourceType::Serves(std::string_view version) const {
  return std::find(versions.begin(), versions.end(), version) != versions.end();
}

ResourceTypes::ResourceTypes() : types_(Builtins()) {}

const ResourceType* ResourceTypes::Find(std::string_view group, std::string_view version,
                                        std::string_view plural) const {
  for (const ResourceType& type : types_) {
    if (type.group == group && type.plural == plural && type.Serves(version)) {
      return &type;
    }
  }
  return nullptr;
}

const ResourceType* ResourceTypes::FindById(std::string_view id) const {
  const auto found = std::find_if(types_.begin(), types_.end(), [id](const auto& type) { return type.Id() == id; });
  return found == types_.end() ? nullptr : &*found;
}

const ResourceType* ResourceTypes::FindByKind(std::string_view api_version, std::string_view kind) const {
  const std::size_t slash = api_version.find('/');
  const std::string_view group = slash == std::string_view::npos ? "" : api_version.substr(0, slash);
  const std::string_view version = slash == std::string_view::npos ? api_version : api_version.substr(slash + 1);
  for (const ResourceType& type : types_) {
    if (type.kind == kind && type.group == group && type.Serves(version)) {
      return &type;
    }
  }
  return nullptr;
}

void ResourceTypes::AddDefinition(const doc::Json& definition) {
  const Json& spec = Object(definition, "spec");
  const Json& names = Object(spec, "names");
  ResourceType type;
  type.group = Text(spec, "group");
  type.plural = Text(names, "plural");
  type.kind = Text(names, "kind");
  type.singular = Text(names, "singular");
  type.scope = Text(spec, "scope") == "Cluster" ? kCl : kNs;
  type.builtin = false;
  type.has_status = false;
  for (const Json& name : Array(names, "shortNames")) {
    type.short_names.push_back(name.is_string() ? name.get<std::string>() : "");
  }
  for (const Json& version : Array(spec, "versions")) {
    if (Flag(version, "served", true)) {
      type.versions.push_back(Text(version, "name"));
      type.has_status = type.has_status || Has(Object(version, "subresources"), "status");
    }
  }
  RemoveDefinition(type.Id());
  if (!type.versions.empty()) {
    types_.push_back(std::move(type));
  }
}

void ResourceTypes::RemoveDefinition(const std::string& id) {
  std::erase_if(types_, [&](const ResourceType& type) { return !type.builtin && type.Id() == id; });
}

}  // namespace kontrakt::fakes
