#include "lib/manifest/order.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>
#include <utility>

#include "lib/doc/json.h"

namespace kontrakt::manifest {
namespace {

constexpr std::string_view kSyncWave = "argocd.argoproj.io/sync-wave";

using GroupKind = std::pair<std::string_view, std::string_view>;

const std::map<GroupKind, Stage>& Stages() {
  static const std::map<GroupKind, Stage> stages = {
      {{"apiextensions.k8s.io", "CustomResourceDefinition"}, Stage::kDefinitions},
      {{"", "Namespace"}, Stage::kDefinitions},
      {{"", "ResourceQuota"}, Stage::kFoundations},
      {{"", "LimitRange"}, Stage::kFoundations},
      {{"", "ServiceAccount"}, Stage::kFoundations},
      {{"", "Secret"}, Stage::kFoundations},
      {{"", "ConfigMap"}, Stage::kFoundations},
      {{"", "PersistentVolume"}, Stage::kFoundations},
      {{"", "PersistentVolumeClaim"}, Stage::kFoundations},
      {{"rbac.authorization.k8s.io", "Role"}, Stage::kFoundations},
      {{"rbac.authorization.k8s.io", "RoleBinding"}, Stage::kFoundations},
      {{"rbac.authorization.k8s.io", "ClusterRole"}, Stage::kFoundations},
      {{"rbac.authorization.k8s.io", "ClusterRoleBinding"}, Stage::kFoundations},
      {{"networking.k8s.io", "NetworkPolicy"}, Stage::kFoundations},
      {{"networking.k8s.io", "IngressClass"}, Stage::kFoundations},
      {{"scheduling.k8s.io", "PriorityClass"}, Stage::kFoundations},
      {{"node.k8s.io", "RuntimeClass"}, Stage::kFoundations},
      {{"storage.k8s.io", "StorageClass"}, Stage::kFoundations},
      {{"storage.k8s.io", "CSIDriver"}, Stage::kFoundations},
      {{"storage.k8s.io", "VolumeAttributesClass"}, Stage::kFoundations},
      {{"admissionregistration.k8s.io", "MutatingWebhookConfiguration"}, Stage::kGateways},
      {{"admissionregistration.k8s.io", "ValidatingWebhookConfiguration"}, Stage::kGateways},
      {{"admissionregistration.k8s.io", "ValidatingAdmissionPolicy"}, Stage::kGateways},
      {{"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"}, Stage::kGateways},
      {{"admissionregistration.k8s.io", "MutatingAdmissionPolicy"}, Stage::kGateways},
      {{"admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"}, Stage::kGateways},
      {{"apiregistration.k8s.io", "APIService"}, Stage::kGateways},
  };
  return stages;
}

Result<int> SyncWaveOf(const Object& object) {
  const doc::Json* written = doc::Find(object.value, {"metadata", "annotations", kSyncWave});
  if (written == nullptr)
    return 0;
  const std::string text = doc::ScalarText(*written);
  // Argo CD's own parser takes a plus sign.
  const std::string_view digits = std::string_view(text).substr(text.starts_with('+') ? 1 : 0);
  int wave = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), wave);
  if (written->is_string() && error == std::errc() && end == digits.data() + digits.size())
    return wave;
  return InvalidInput(std::string(kSyncWave) + " of " + object.Describe() +
                      " is no integer in quotes: " + doc::Dump(*written))
      .SetLocation(object.LocationOf("metadata.annotations[" + std::string(kSyncWave) + "]"));
}

}  // namespace

Stage StageOf(const Object& object) {
  const auto found = Stages().find(GroupKind{object.gvk.group, object.gvk.kind});
  return found == Stages().end() ? Stage::kWorkloads : found->second;
}

Result<std::vector<Wave>> OrderIntoWaves(const std::vector<Object>& objects) {
  std::map<std::pair<int, Stage>, std::vector<std::size_t>> ordered;
  std::vector<Error> problems;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const Result<int> wave = SyncWaveOf(objects[i]);
    if (wave) {
      ordered[{*wave, StageOf(objects[i])}].push_back(i);
    } else {
      problems.push_back(wave.error());
    }
  }
  if (!problems.empty())
    return Combine(std::move(problems));
  std::vector<Wave> waves;
  for (auto& [place, indexes] : ordered)
    waves.push_back({place.first, place.second, std::move(indexes)});
  return waves;
}

}  // namespace kontrakt::manifest
