#include "lib/lifecycle/outside_sweep.h"

#include <array>
#include <string>
#include <utility>

#include "lib/doc/json.h"
#include "lib/kube/resource_table.h"
#include "lib/lifecycle/labels.h"

namespace kontrakt {
namespace {

using doc::Json;

/// Cluster-scoped kinds that kontrakts bring; rights of rbac/ name the same.
std::vector<kube::Resource> SweptKinds() {
  std::vector<kube::Resource> kinds;
  for (const auto& [group, version, kind] : std::initializer_list<std::array<const char*, 3>>{
           {"apiextensions.k8s.io", "v1", "CustomResourceDefinition"},
           {"rbac.authorization.k8s.io", "v1", "ClusterRoleBinding"},
           {"rbac.authorization.k8s.io", "v1", "ClusterRole"},
           {"admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration"},
           {"admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration"},
           {"scheduling.k8s.io", "v1", "PriorityClass"},
           {"storage.k8s.io", "v1", "StorageClass"},
           {"networking.k8s.io", "v1", "IngressClass"}}) {
    if (auto resource = kube::BuiltinResource({group, version, kind}))
      kinds.push_back(*resource);
  }
  return kinds;
}

Result<void> SweepOne(const Context& context, const kube::Resource& resource, const Json& object, WallTime now,
                      std::vector<DeletedOutside>& swept) {
  const auto expires = ParseRfc3339(doc::StringAt(object, {"metadata", "annotations", annotation::kExpires}));
  if (!expires || *expires >= now)
    return {};
  const kube::ObjectKey key{resource, "", doc::StringAt(object, {"metadata", "name"})};
  kube::DeleteOptions options;
  options.uid = doc::StringAt(object, {"metadata", "uid"});
  options.resource_version = doc::StringAt(object, {"metadata", "resourceVersion"});
  Result<Json> deleted = context.client.Delete(key, options, context.bound);
  DeletedOutside outside{key.ToString(), "deleted", ""};
  if (!deleted) {
    const ErrorCode code = deleted.error().code();
    if (code == ErrorCode::kNotFound || code == ErrorCode::kConflict)
      return {};
    if (code != ErrorCode::kDenied)
      return WithContext(std::move(deleted.error()), "deleting " + key.ToString());
    outside.result = "refused";
    outside.reason = deleted.error().ToString();
  }
  swept.push_back(std::move(outside));
  return {};
}

}  // namespace

Result<std::vector<DeletedOutside>> SweepOutside(const Context& context, WallTime now) {
  std::vector<DeletedOutside> swept;
  for (const kube::Resource& resource : SweptKinds()) {
    kube::ListOptions list;
    list.label_selector = std::string(label::kOutside) + "=true";
    list.metadata_only = true;
    Result<std::vector<Json>> objects = context.client.List(resource, "", list, context.bound);
    if (!objects && objects.error().code() == ErrorCode::kDenied)
      continue;
    KT_ASSIGN(const std::vector<Json> found, std::move(objects));
    for (const Json& object : found)
      KT_TRY(SweepOne(context, resource, object, now, swept));
  }
  return swept;
}

}  // namespace kontrakt
