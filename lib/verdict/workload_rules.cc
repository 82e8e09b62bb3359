#include "lib/verdict/workload_rules.h"

#include <algorithm>
#include <optional>
#include <string>

#include "lib/verdict/condition.h"
#include "lib/verdict/pod_rules.h"

namespace kontrakt::verdict {
namespace {

using doc::Json;

Judgement Pending(std::string message) {
  return Judged(State::kPending, Cause::kNotReady, std::move(message));
}
Judgement Ready(std::string message) {
  return Judged(State::kReady, Cause::kNone, std::move(message));
}

std::int64_t WantedReplicas(const Json& object) {
  return doc::IntAt(object, {"spec", "replicas"}, 1);
}
std::int64_t StatusOf(const Json& object, std::string_view field) {
  return doc::IntAt(object, {"status", field});
}

std::string Count(std::int64_t have, std::int64_t want, const char* what) {
  return std::to_string(have) + " of " + std::to_string(want) + " " + what;
}

/// Which pods of a rollout count: those of the newest template, where a label says which they are.
bool IsOfHash(const Json& pod, std::string_view label, const std::string& hash) {
  return hash.empty() || doc::StringAt(pod, {"metadata", "labels", label}) == hash;
}

/// A doomed pod of the present template dooms its workload: the next one will fare no better.
std::optional<Judgement> WorstPod(const Question& question, const Surroundings& around, std::string_view hash_label,
                                  const std::string& hash) {
  std::optional<Judgement> worst;
  for (const auto& [pod, memory] : around.pods) {
    if (pod == nullptr || memory == nullptr || !IsOfHash(*pod, hash_label, hash))
      continue;
    Judgement judged = JudgePodByRules(*pod, question, around, Managed::kYes, *memory);
    if (judged.state == State::kDoomed)
      return judged;
    const bool telling = judged.state == State::kPending &&
                         (judged.doomed_at || (judged.cause != Cause::kNone && judged.cause != Cause::kStarting &&
                                               judged.cause != Cause::kNotReady));
    if (telling && !worst)
      worst = std::move(judged);
  }
  return worst;
}

/// Pods that the API server refuses to its controller: quota, admission, a missing account.
Cause CauseOfRefusal(const std::string& message) {
  const auto says = [&](std::string_view text) { return message.find(text) != std::string::npos; };
  if (says("exceeded quota"))
    return Cause::kQuotaExceeded;
  if (says("serviceaccount") && says("not found"))
    return Cause::kServiceAccountMissing;
  return Cause::kAdmissionRefused;
}

/// The newest FailedCreate event, where no pod was made since.
std::optional<std::string> RefusalEvent(const Surroundings& around) {
  for (auto event = around.events.rbegin(); event != around.events.rend(); ++event) {
    const std::string reason = doc::StringAt(**event, {"reason"});
    if (reason == "SuccessfulCreate")
      return std::nullopt;
    if (reason == "FailedCreate")
      return doc::StringAt(**event, {"message"});
  }
  return std::nullopt;
}

std::optional<Judgement> JudgeRefusal(const std::optional<std::string>& message, const Surroundings& around,
                                      Memory& memory) {
  if (!message) {
    memory.refused_since.reset();
    return std::nullopt;
  }
  if (!memory.refused_since)
    memory.refused_since = around.now;
  Judgement judgement = Judged(State::kDoomed, CauseOfRefusal(*message), *message);
  const WallTime until = *memory.refused_since + around.patience.refused;
  if (around.now < until) {
    judgement.state = State::kPending;
    judgement.doomed_at = until;
  }
  return judgement;
}

std::optional<std::string> ReplicaFailure(const Json& object, const Surroundings& around) {
  const StatusCondition failure = ConditionOf(object, "ReplicaFailure");
  if (failure.IsTrue())
    return failure.message;
  return RefusalEvent(around);
}

/// What stands in the way of a workload that is not ready, else how far it is.
Judgement NotReadyYet(const Json& object, const Question& question, const Surroundings& around, Memory& memory,
                      std::string_view hash_label, const std::string& hash, std::string progress) {
  if (auto pod = WorstPod(question, around, hash_label, hash))
    return *pod;
  if (auto refused = JudgeRefusal(ReplicaFailure(object, around), around, memory))
    return *refused;
  return Pending(std::move(progress));
}

/// The pod-template-hash of the newest ReplicaSet that a Deployment owns.
std::string NewestHash(const Surroundings& around) {
  std::string hash;
  std::int64_t newest = -1;
  for (const Json* owned : around.owned) {
    if (doc::StringAt(*owned, {"kind"}, "ReplicaSet") != "ReplicaSet")
      continue;
    const std::string revision =
        doc::StringAt(*owned, {"metadata", "annotations", "deployment.kubernetes.io/revision"}, "0");
    const std::int64_t number = std::strtoll(revision.c_str(), nullptr, 10);
    if (number <= newest)
      continue;
    newest = number;
    hash = doc::StringAt(*owned, {"metadata", "labels", "pod-template-hash"});
  }
  return hash;
}

}  // namespace

Judgement JudgeDeployment(const Json& object, const Question& question, const Surroundings& around, Memory& memory) {
  if (doc::BoolAt(object, {"spec", "paused"}))
    return Judged(State::kPending, Cause::kPaused, "is paused");
  if (!IsObserved(object) || doc::Find(object, {"status", "observedGeneration"}) == nullptr) {
    return Judged(State::kPending, Cause::kStarting, "is waiting for its controller");
  }
  const std::int64_t wanted = WantedReplicas(object);
  const std::int64_t replicas = StatusOf(object, "replicas");
  const std::int64_t updated = StatusOf(object, "updatedReplicas");
  const std::int64_t available = StatusOf(object, "availableReplicas");
  const std::string hash = NewestHash(around);
  const auto not_yet = [&](std::string progress) {
    return NotReadyYet(object, question, around, memory, "pod-template-hash", hash, std::move(progress));
  };
  const StatusCondition progressing = ConditionOf(object, "Progressing");
  if (progressing.reason == "ProgressDeadlineExceeded") {
    Judgement judgement = not_yet(progressing.message);
    if (judgement.cause == Cause::kNotReady)
      judgement.cause = Cause::kProgressDeadlineExceeded;
    judgement.state = State::kDoomed;
    judgement.doomed_at.reset();
    return judgement;
  }
  if (updated < wanted)
    return not_yet(Count(updated, wanted, "replicas updated"));
  if (replicas > updated)
    return not_yet(std::to_string(replicas - updated) + " old replicas still to end");
  if (available < updated)
    return not_yet(Count(available, updated, "replicas available"));
  return Ready(Count(available, wanted, "replicas available"));
}

Judgement JudgeStatefulSet(const Json& object, const Question& question, const Surroundings& around, Memory& memory) {
  if (StatusOf(object, "observedGeneration") == 0 || !IsObserved(object)) {
    return Judged(State::kPending, Cause::kStarting, "is waiting for its controller");
  }
  const std::int64_t wanted = WantedReplicas(object);
  const std::int64_t ready = StatusOf(object, "readyReplicas");
  const std::string update_revision = doc::StringAt(object, {"status", "updateRevision"});
  const auto not_yet = [&](std::string progress) {
    return NotReadyYet(object, question, around, memory, "controller-revision-hash", update_revision,
                       std::move(progress));
  };
  if (ready < wanted)
    return not_yet(Count(ready, wanted, "replicas ready"));
  if (doc::StringAt(object, {"spec", "updateStrategy", "type"}) == "OnDelete") {
    return Ready(Count(ready, wanted, "replicas ready"));
  }
  const std::int64_t partition = doc::IntAt(object, {"spec", "updateStrategy", "rollingUpdate", "partition"});
  const std::int64_t updated = StatusOf(object, "updatedReplicas");
  if (partition > 0) {
    if (updated < wanted - partition)
      return not_yet(Count(updated, wanted - partition, "replicas updated"));
    return Ready(Count(ready, wanted, "replicas ready"));
  }
  if (update_revision != doc::StringAt(object, {"status", "currentRevision"})) {
    return not_yet(Count(updated, wanted, "replicas updated"));
  }
  return Ready(Count(ready, wanted, "replicas ready"));
}

Judgement JudgeDaemonSet(const Json& object, const Question& question, const Surroundings& around, Memory& memory) {
  if (StatusOf(object, "observedGeneration") == 0 || !IsObserved(object)) {
    return Judged(State::kPending, Cause::kStarting, "is waiting for its controller");
  }
  const std::int64_t wanted = StatusOf(object, "desiredNumberScheduled");
  const std::int64_t updated = StatusOf(object, "updatedNumberScheduled");
  const std::int64_t available = StatusOf(object, "numberAvailable");
  const bool on_delete = doc::StringAt(object, {"spec", "updateStrategy", "type"}) == "OnDelete";
  const auto not_yet = [&](std::string progress) {
    return NotReadyYet(object, question, around, memory, "controller-revision-hash", "", std::move(progress));
  };
  if (!on_delete && updated < wanted)
    return not_yet(Count(updated, wanted, "nodes updated"));
  if (available < wanted)
    return not_yet(Count(available, wanted, "nodes available"));
  return Ready(Count(available, wanted, "nodes available"));
}

Judgement JudgeReplicaSet(const Json& object, const Question& question, const Surroundings& around, Memory& memory) {
  if (!IsObserved(object) || doc::Find(object, {"status", "observedGeneration"}) == nullptr) {
    return Judged(State::kPending, Cause::kStarting, "is waiting for its controller");
  }
  const std::int64_t wanted = WantedReplicas(object);
  const std::int64_t available = StatusOf(object, "availableReplicas");
  if (available < wanted || StatusOf(object, "replicas") != wanted) {
    return NotReadyYet(object, question, around, memory, "pod-template-hash", "",
                       Count(available, wanted, "replicas available"));
  }
  return Ready(Count(available, wanted, "replicas available"));
}

namespace {

Cause CauseOfJobFailure(const std::string& reason) {
  if (reason == "DeadlineExceeded")
    return Cause::kDeadlineExceeded;
  if (reason == "PodFailurePolicy")
    return Cause::kPodFailurePolicy;
  if (reason == "FailedIndexes" || reason == "MaxFailedIndexesExceeded")
    return Cause::kFailedIndexes;
  return Cause::kBackoffLimitExceeded;
}

/// How its pods failed says more than "reached the backoff limit"; when all were taken away, the Job was lost.
Judgement ExplainFailure(const StatusCondition& failed, const Question& question, const Surroundings& around) {
  Judgement judgement = Judged(State::kFailed, CauseOfJobFailure(failed.reason), failed.message);
  bool any = false;
  bool all_lost = true;
  for (const auto& [pod, memory] : around.pods) {
    if (pod == nullptr || memory == nullptr)
      continue;
    const Judgement judged = JudgePodByRules(*pod, question, around, Managed::kNo, *memory);
    if (judged.state != State::kFailed && judged.state != State::kLost)
      continue;
    any = true;
    all_lost = all_lost && judged.state == State::kLost;
    judgement.message = judged.message + "; " + failed.message;
    judgement.object = judged.object;
    // The deadline and the policy are the Job's own words; else the pod's end is the cause.
    if (judgement.cause == Cause::kBackoffLimitExceeded && judged.cause != Cause::kNone)
      judgement.cause = judged.cause;
  }
  if (any && all_lost)
    judgement.state = State::kLost;
  return judgement;
}

}  // namespace

Judgement JudgeJob(const Json& object, const Question& question, const Surroundings& around, Memory& memory) {
  const StatusCondition complete = ConditionOf(object, "Complete");
  if (complete.IsTrue())
    return Judged(State::kSucceeded, Cause::kNone, "completed");
  for (const char* type : {"Failed", "FailureTarget"}) {
    const StatusCondition failed = ConditionOf(object, type);
    if (failed.IsTrue())
      return ExplainFailure(failed, question, around);
  }
  if (ConditionOf(object, "SuccessCriteriaMet").IsTrue()) {
    return Judged(State::kPending, Cause::kStarting, "has met its success criteria, its pods are ending");
  }
  if (ConditionOf(object, "Suspended").IsTrue() || doc::BoolAt(object, {"spec", "suspend"})) {
    return Judged(State::kPending, Cause::kSuspended, "is suspended");
  }
  const std::int64_t done = StatusOf(object, "succeeded");
  const std::int64_t wanted = doc::IntAt(object, {"spec", "completions"}, 1);
  // A pod that failed may be tried again by the Job itself; only what can't start at all dooms it.
  if (auto pod = WorstPod(question, around, "controller-revision-hash", ""))
    return *pod;
  if (auto refused = JudgeRefusal(RefusalEvent(around), around, memory))
    return *refused;
  std::string text = StatusOf(object, "active") > 0 ? "is running" : "is starting";
  if (wanted > 1)
    text += ", " + Count(done, wanted, "completed");
  if (const std::int64_t failed = StatusOf(object, "failed"); failed > 0) {
    text += ", " + std::to_string(failed) + " failed so far";
  }
  return Judged(State::kPending, Cause::kStarting, text);
}

}  // namespace kontrakt::verdict
