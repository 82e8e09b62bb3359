#include "lib/verdict/judge.h"

#include <string>

#include "lib/verdict/condition.h"
#include "lib/verdict/object_rules.h"
#include "lib/verdict/pod_rules.h"
#include "lib/verdict/workload_rules.h"

namespace kontrakt::verdict {
namespace {

using doc::Json;

std::string GroupOf(const Json& object) {
  const std::string api_version = doc::StringAt(object, {"apiVersion"});
  const std::size_t slash = api_version.find('/');
  return slash == std::string::npos ? "" : api_version.substr(0, slash);
}

Judgement JudgeByKind(const Json& object, const Question& question, const Surroundings& around, Memory& memory) {
  const std::string group = GroupOf(object);
  const std::string kind = doc::StringAt(object, {"kind"});
  if (group.empty() && kind == "Pod")
    return JudgePodByRules(object, question, around, Managed::kNo, memory);
  if (group == "apps" && kind == "Deployment")
    return JudgeDeployment(object, question, around, memory);
  if (group == "apps" && kind == "StatefulSet")
    return JudgeStatefulSet(object, question, around, memory);
  if (group == "apps" && kind == "DaemonSet")
    return JudgeDaemonSet(object, question, around, memory);
  if ((group == "apps" && kind == "ReplicaSet") || (group.empty() && kind == "ReplicationController")) {
    return JudgeReplicaSet(object, question, around, memory);
  }
  if (group == "batch" && kind == "Job")
    return JudgeJob(object, question, around, memory);
  if (group.empty() && kind == "PersistentVolumeClaim")
    return JudgeVolumeClaim(object, around);
  if (group.empty() && kind == "Service")
    return JudgeService(object);
  if (group.empty() && kind == "Namespace")
    return JudgeNamespace(object);
  if (group == "networking.k8s.io" && kind == "Ingress")
    return JudgeIngress(object);
  if (group == "apiextensions.k8s.io" && kind == "CustomResourceDefinition")
    return JudgeDefinition(object);
  if (group == "apiregistration.k8s.io" && kind == "APIService")
    return JudgeApiService(object);
  if (ExistsOnly(group, kind)) {
    Judgement exists;
    exists.state = State::kReady;
    exists.message = "exists";
    return exists;
  }
  return JudgeGeneric(object, around, memory);
}

}  // namespace

Judgement Judge(const Json* object, const Question& question, const Surroundings& surroundings, Memory& memory) {
  Judgement judgement;
  if (object == nullptr) {
    judgement.cause = Cause::kNeverAppeared;
    judgement.message = "does not exist yet";
    return judgement;
  }
  judgement = JudgeByKind(*object, question, surroundings, memory);
  const bool pod = GroupOf(*object).empty() && doc::StringAt(*object, {"kind"}) == "Pod";
  if (!pod && !IsFinal(judgement.state) && doc::Find(*object, {"metadata", "deletionTimestamp"}) != nullptr) {
    judgement.state = State::kDoomed;
    judgement.cause = Cause::kDeleted;
    judgement.message = "is being deleted";
    return judgement;
  }
  if (question.ready_when == nullptr || judgement.state == State::kDoomed || judgement.state == State::kFailed ||
      judgement.state == State::kLost) {
    return judgement;
  }
  const bool holds = IsObserved(*object) && question.ready_when->Holds(*object);
  if (holds) {
    if (judgement.state == State::kPending)
      judgement.state = State::kReady;
    judgement.cause = Cause::kNone;
    judgement.message = "meets " + question.ready_when->text();
    judgement.doomed_at.reset();
  } else if (judgement.state != State::kPending || judgement.cause == Cause::kNotReady ||
             judgement.cause == Cause::kConditionFalse || judgement.cause == Cause::kStarting) {
    judgement = {};
    judgement.cause = Cause::kNotReady;
    judgement.message = "does not meet " + question.ready_when->text() + " yet";
  }
  return judgement;
}

Judgement JudgePod(const Json& pod, const Question& question, const Surroundings& surroundings, Managed managed,
                   Memory& memory) {
  return JudgePodByRules(pod, question, surroundings, managed, memory);
}

Judgement JudgeDeleted(const Json& last, const Question& question, const Surroundings& surroundings, Memory& memory) {
  Json alive = last;
  alive["metadata"].erase("deletionTimestamp");
  Judgement judgement = Judge(&alive, question, surroundings, memory);
  if (judgement.state == State::kSucceeded || judgement.state == State::kFailed || judgement.state == State::kLost) {
    return judgement;
  }
  judgement = {};
  const bool disrupted = memory.saw_disruption;
  judgement.state = disrupted ? State::kLost : State::kFailed;
  judgement.cause = disrupted ? Cause::kEvicted : Cause::kVanished;
  judgement.message = disrupted ? "was taken away by the infrastructure" : "was deleted before it ended";
  return judgement;
}

}  // namespace kontrakt::verdict
