#include "lib/verdict/object_rules.h"

#include <array>
#include <string_view>
#include <utility>

#include "lib/verdict/condition.h"

namespace kontrakt::verdict {
namespace {

using doc::Json;

Judgement Ready(std::string message) {
  return Judged(State::kReady, Cause::kNone, std::move(message));
}

Judgement WithWarning(Judgement judgement) {
  judgement.warning = true;
  return judgement;
}

bool HasAddress(const Json& object) {
  return !doc::ArrayAt(object, {"status", "loadBalancer", "ingress"}).empty();
}

std::string Explain(const StatusCondition& condition, std::string fallback) {
  if (!condition.message.empty())
    return condition.reason.empty() ? condition.message : condition.reason + ": " + condition.message;
  return condition.reason.empty() ? std::move(fallback) : condition.reason;
}

}  // namespace

Judgement JudgeVolumeClaim(const Json& object, const Surroundings& around) {
  const std::string phase = doc::StringAt(object, {"status", "phase"});
  if (phase == "Bound")
    return Ready("is bound");
  if (phase == "Lost")
    return Judged(State::kDoomed, Cause::kVolumeClaimLost, "lost its volume");
  const bool waits = around.storage_class != nullptr &&
                     doc::StringAt(*around.storage_class, {"volumeBindingMode"}) == "WaitForFirstConsumer";
  if (waits && !around.claim_used)
    return Ready("waits for its first consumer");
  std::string text = "is not bound";
  for (auto event = around.events.rbegin(); event != around.events.rend(); ++event) {
    if (doc::StringAt(**event, {"type"}) != "Warning")
      continue;
    text += ": " + doc::StringAt(**event, {"message"});
    break;
  }
  return Judged(State::kPending, Cause::kVolumeClaimPending, text);
}

Judgement JudgeService(const Json& object) {
  const std::string type = doc::StringAt(object, {"spec", "type"}, "ClusterIP");
  if (type == "ExternalName")
    return Ready("exists");
  if (doc::StringAt(object, {"spec", "clusterIP"}).empty()) {
    return Judged(State::kPending, Cause::kNotReady, "has no cluster address yet");
  }
  // Laptops and test clusters have nobody to give one out.
  if (type == "LoadBalancer" && !HasAddress(object))
    return WithWarning(Ready("has no load balancer address"));
  return Ready("has an address");
}

Judgement JudgeIngress(const Json& object) {
  return HasAddress(object) ? Ready("has an address") : WithWarning(Ready("has no address"));
}

Judgement JudgeDefinition(const Json& object) {
  const StatusCondition names = ConditionOf(object, "NamesAccepted");
  if (names.IsFalse())
    return Judged(State::kDoomed, Cause::kNamesNotAccepted, Explain(names, "its names are taken"));
  if (ConditionOf(object, "Established").IsTrue() && names.IsTrue())
    return Ready("is established");
  return Judged(State::kPending, Cause::kNotReady, "is not established yet");
}

Judgement JudgeNamespace(const Json& object) {
  const std::string phase = doc::StringAt(object, {"status", "phase"});
  if (phase == "Active")
    return Ready("is active");
  if (phase == "Terminating")
    return Judged(State::kDoomed, Cause::kDeleted, "is being deleted");
  return Judged(State::kPending, Cause::kStarting, "is not active yet");
}

Judgement JudgeApiService(const Json& object) {
  const StatusCondition available = ConditionOf(object, "Available");
  if (available.IsTrue())
    return Ready("is available");
  return Judged(State::kPending, Cause::kNotReady, Explain(available, "is not available yet"));
}

bool ExistsOnly(const std::string& group, const std::string& kind) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 30> kKinds = {{
      {"", "ConfigMap"},
      {"", "Secret"},
      {"", "ServiceAccount"},
      {"", "ResourceQuota"},
      {"", "LimitRange"},
      {"", "Endpoints"},
      {"", "Event"},
      {"", "PersistentVolume"},
      {"", "PodTemplate"},
      {"apps", "ControllerRevision"},
      {"rbac.authorization.k8s.io", "Role"},
      {"rbac.authorization.k8s.io", "RoleBinding"},
      {"rbac.authorization.k8s.io", "ClusterRole"},
      {"rbac.authorization.k8s.io", "ClusterRoleBinding"},
      {"networking.k8s.io", "NetworkPolicy"},
      {"networking.k8s.io", "IngressClass"},
      {"policy", "PodDisruptionBudget"},
      {"autoscaling", "HorizontalPodAutoscaler"},
      {"batch", "CronJob"},
      {"storage.k8s.io", "StorageClass"},
      {"storage.k8s.io", "CSIDriver"},
      {"scheduling.k8s.io", "PriorityClass"},
      {"node.k8s.io", "RuntimeClass"},
      {"coordination.k8s.io", "Lease"},
      {"discovery.k8s.io", "EndpointSlice"},
      {"admissionregistration.k8s.io", "ValidatingWebhookConfiguration"},
      {"admissionregistration.k8s.io", "MutatingWebhookConfiguration"},
      {"admissionregistration.k8s.io", "ValidatingAdmissionPolicy"},
      {"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"},
      {"flowcontrol.apiserver.k8s.io", "FlowSchema"},
  }};
  for (const auto& [known_group, known_kind] : kKinds) {
    if (group == known_group && kind == known_kind)
      return true;
  }
  return false;
}

Judgement JudgeGeneric(const Json& object, const Surroundings& around, Memory& memory) {
  if (!memory.first_seen)
    memory.first_seen = around.now;
  if (!IsObserved(object))
    return Judged(State::kPending, Cause::kStarting, "is waiting for its controller");
  if (const auto stalled = ConditionOf(object, "Stalled"); stalled.IsTrue()) {
    return Judged(State::kDoomed, Cause::kStalled, Explain(stalled, "is stalled"));
  }
  if (const auto failed = ConditionOf(object, "Failed"); failed.IsTrue()) {
    return Judged(State::kFailed, Cause::kConditionFalse, Explain(failed, "failed"));
  }
  if (const auto reconciling = ConditionOf(object, "Reconciling"); reconciling.IsTrue()) {
    return Judged(State::kPending, Cause::kNotReady, Explain(reconciling, "is being reconciled"));
  }
  // Things that run to an end say so by these; they are not "ready" before.
  for (const char* type : {"Succeeded", "Complete"}) {
    const StatusCondition ended = ConditionOf(object, type);
    if (!ended.present)
      continue;
    if (ended.IsTrue())
      return Judged(State::kSucceeded, Cause::kNone, Explain(ended, "succeeded"));
    if (ended.IsFalse() && std::string_view(type) == "Succeeded") {
      return Judged(State::kFailed, Cause::kConditionFalse, Explain(ended, "did not succeed"));
    }
    return Judged(State::kPending, Cause::kNotReady, Explain(ended, "is running"));
  }
  for (const char* type : {"Ready", "Available", "Healthy", "Established", "Accepted"}) {
    const StatusCondition condition = ConditionOf(object, type);
    if (!condition.present)
      continue;
    if (condition.IsTrue())
      return Ready(Explain(condition, std::string("has condition ") + type));
    return Judged(State::kPending, condition.IsFalse() ? Cause::kConditionFalse : Cause::kNotReady,
                  std::string(type) + " is " + condition.status + ": " + Explain(condition, "no reason given"));
  }
  const Json* status = doc::Find(object, {"status"});
  const WallTime until = *memory.first_seen + around.patience.unknown_kind;
  if ((status == nullptr || status->empty()) && around.now < until) {
    Judgement judgement = Judged(State::kPending, Cause::kStarting, "has no status yet");
    judgement.doomed_at = until;  // to be looked at again then
    return judgement;
  }
  if (status == nullptr || status->empty()) {
    return WithWarning(Ready("exists; nothing is known of its readiness (annotation kontrakt/ready-when can say)"));
  }
  if (doc::Find(object, {"status", "conditions"}) == nullptr) {
    return WithWarning(
        Ready("has a status without conditions (annotation kontrakt/ready-when can say what to wait for)"));
  }
  return Judged(State::kPending, Cause::kNotReady, "has no condition that says it is ready");
}

}  // namespace kontrakt::verdict
