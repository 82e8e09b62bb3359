#include "lib/kube/resource_table.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "lib/base/check.h"
#include "lib/base/strings.h"
#include "lib/kube/client.h"

namespace kontrakt::kube {
namespace {

struct Row {
  std::string_view group;
  std::string_view version;
  std::string_view kind;
  std::string_view plural;
  std::string_view short_names;  ///< separated by commas
  Scope scope;
};

constexpr Scope kIn = Scope::kNamespaced;
constexpr Scope kAll = Scope::kCluster;
constexpr std::string_view kRbac = "rbac.authorization.k8s.io";
constexpr std::string_view kAdmission = "admissionregistration.k8s.io";
constexpr std::string_view kFlow = "flowcontrol.apiserver.k8s.io";
constexpr std::string_view kNetworking = "networking.k8s.io";
constexpr std::string_view kStorage = "storage.k8s.io";
constexpr std::string_view kAuthorization = "authorization.k8s.io";
constexpr std::string_view kAuthentication = "authentication.k8s.io";

/// In the order in which a name is looked up: core before the newer group of the same name.
constexpr std::array kRows = {
    Row{"", "v1", "Binding", "bindings", "", kIn},
    Row{"", "v1", "ConfigMap", "configmaps", "cm", kIn},
    Row{"", "v1", "Endpoints", "endpoints", "ep", kIn},
    Row{"", "v1", "Event", "events", "ev", kIn},
    Row{"", "v1", "LimitRange", "limitranges", "limits", kIn},
    Row{"", "v1", "Namespace", "namespaces", "ns", kAll},
    Row{"", "v1", "Node", "nodes", "no", kAll},
    Row{"", "v1", "PersistentVolume", "persistentvolumes", "pv", kAll},
    Row{"", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", "pvc", kIn},
    Row{"", "v1", "Pod", "pods", "po", kIn},
    Row{"", "v1", "PodTemplate", "podtemplates", "", kIn},
    Row{"", "v1", "ReplicationController", "replicationcontrollers", "rc", kIn},
    Row{"", "v1", "ResourceQuota", "resourcequotas", "quota", kIn},
    Row{"", "v1", "Secret", "secrets", "", kIn},
    Row{"", "v1", "Service", "services", "svc", kIn},
    Row{"", "v1", "ServiceAccount", "serviceaccounts", "sa", kIn},
    Row{"apps", "v1", "ControllerRevision", "controllerrevisions", "", kIn},
    Row{"apps", "v1", "DaemonSet", "daemonsets", "ds", kIn},
    Row{"apps", "v1", "Deployment", "deployments", "deploy", kIn},
    Row{"apps", "v1", "ReplicaSet", "replicasets", "rs", kIn},
    Row{"apps", "v1", "StatefulSet", "statefulsets", "sts", kIn},
    Row{"batch", "v1", "CronJob", "cronjobs", "cj", kIn},
    Row{"batch", "v1", "Job", "jobs", "", kIn},
    Row{"autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa", kIn},
    Row{"autoscaling", "v1", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "", kIn},
    Row{"policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb", kIn},
    Row{kNetworking, "v1", "Ingress", "ingresses", "ing", kIn},
    Row{kNetworking, "v1", "IngressClass", "ingressclasses", "", kAll},
    Row{kNetworking, "v1", "NetworkPolicy", "networkpolicies", "netpol", kIn},
    Row{kRbac, "v1", "ClusterRole", "clusterroles", "", kAll},
    Row{kRbac, "v1", "ClusterRoleBinding", "clusterrolebindings", "", kAll},
    Row{kRbac, "v1", "Role", "roles", "", kIn},
    Row{kRbac, "v1", "RoleBinding", "rolebindings", "", kIn},
    Row{kStorage, "v1", "CSIDriver", "csidrivers", "", kAll},
    Row{kStorage, "v1", "CSINode", "csinodes", "", kAll},
    Row{kStorage, "v1", "CSIStorageCapacity", "csistoragecapacities", "", kIn},
    Row{kStorage, "v1", "StorageClass", "storageclasses", "sc", kAll},
    Row{kStorage, "v1", "VolumeAttachment", "volumeattachments", "", kAll},
    Row{"scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", "pc", kAll},
    Row{"node.k8s.io", "v1", "RuntimeClass", "runtimeclasses", "", kAll},
    Row{"coordination.k8s.io", "v1", "Lease", "leases", "", kIn},
    Row{"discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", "", kIn},
    Row{"events.k8s.io", "v1", "Event", "events", "", kIn},
    Row{"certificates.k8s.io", "v1", "CertificateSigningRequest", "certificatesigningrequests", "csr", kAll},
    Row{"apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", "crd,crds", kAll},
    Row{"apiregistration.k8s.io", "v1", "APIService", "apiservices", "", kAll},
    Row{kAdmission, "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", "", kAll},
    Row{kAdmission, "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", "", kAll},
    Row{kAdmission, "v1", "ValidatingAdmissionPolicy", "validatingadmissionpolicies", "", kAll},
    Row{kAdmission, "v1", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", "", kAll},
    Row{kFlow, "v1", "FlowSchema", "flowschemas", "", kAll},
    Row{kFlow, "v1", "PriorityLevelConfiguration", "prioritylevelconfigurations", "", kAll},
    Row{kAuthorization, "v1", "LocalSubjectAccessReview", "localsubjectaccessreviews", "", kIn},
    Row{kAuthorization, "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", "", kAll},
    Row{kAuthorization, "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", "", kAll},
    Row{kAuthorization, "v1", "SubjectAccessReview", "subjectaccessreviews", "", kAll},
    Row{kAuthentication, "v1", "SelfSubjectReview", "selfsubjectreviews", "", kAll},
    Row{kAuthentication, "v1", "TokenReview", "tokenreviews", "", kAll},
};

Resource ToResource(const Row& row) {
  return {
      {std::string(row.group), std::string(row.version), std::string(row.kind)}, std::string(row.plural), row.scope};
}

bool IsNamed(const Row& row, const std::string& name) {
  if (name == row.plural || name == ToLower(row.kind))
    return true;
  const auto names = Split(row.short_names, ',');
  return !name.empty() && std::find(names.begin(), names.end(), name) != names.end();
}

Resource WellKnown(std::string_view plural) {
  const auto resource = BuiltinByName(plural);
  KT_CHECK(resource.has_value());
  return *resource;
}

}  // namespace

std::optional<Resource> BuiltinResource(const GroupVersionKind& gvk) {
  for (const Row& row : kRows) {
    if (row.kind == gvk.kind && row.group == gvk.group && row.version == gvk.version)
      return ToResource(row);
  }
  return std::nullopt;
}

std::optional<Resource> BuiltinByName(std::string_view name) {
  const std::string wanted = ToLower(name);
  for (const Row& row : kRows) {
    if (IsNamed(row, wanted))
      return ToResource(row);
    // "deployments.apps", "deploy.v1.apps"
    if (row.group.empty())
      continue;
    for (const std::string& suffix :
         {"." + std::string(row.group), "." + std::string(row.version) + "." + std::string(row.group)}) {
      if (wanted.ends_with(suffix) && IsNamed(row, wanted.substr(0, wanted.size() - suffix.size()))) {
        return ToResource(row);
      }
    }
  }
  return std::nullopt;
}

std::vector<std::string> BuiltinKinds() {
  std::vector<std::string> kinds;
  for (const Row& row : kRows)
    kinds.emplace_back(row.kind);
  return kinds;
}

const Resource& Namespaces() {
  static const Resource resource = WellKnown("namespaces");
  return resource;
}

const Resource& Pods() {
  static const Resource resource = WellKnown("pods");
  return resource;
}

const Resource& Secrets() {
  static const Resource resource = WellKnown("secrets");
  return resource;
}

const Resource& ServiceAccounts() {
  static const Resource resource = WellKnown("serviceaccounts");
  return resource;
}

const Resource& ConfigMaps() {
  static const Resource resource = WellKnown("configmaps");
  return resource;
}

const Resource& Events() {
  static const Resource resource = WellKnown("events");
  return resource;
}

const Resource& Roles() {
  static const Resource resource = WellKnown("roles");
  return resource;
}

const Resource& RoleBindings() {
  static const Resource resource = WellKnown("rolebindings");
  return resource;
}

const Resource& CustomResourceDefinitions() {
  static const Resource resource = WellKnown("customresourcedefinitions");
  return resource;
}

}  // namespace kontrakt::kube
