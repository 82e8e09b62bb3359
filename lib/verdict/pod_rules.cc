#include "lib/verdict/pod_rules.h"

#include <algorithm>
#include <vector>

#include "lib/verdict/condition.h"
#include "lib/verdict/container_rules.h"

namespace kontrakt::verdict {
namespace {

using doc::Json;

/// What the pod's own status says about who took it away.
Cause CauseOfReason(const std::string& reason) {
  if (reason == "Evicted")
    return Cause::kEvicted;
  if (reason == "Preempting")
    return Cause::kPreempted;
  if (reason == "Terminated" || reason == "NodeShutdown" || reason == "Shutdown")
    return Cause::kNodeShutdown;
  if (reason == "NodeLost")
    return Cause::kNodeLost;
  if (reason == "DeadlineExceeded")
    return Cause::kDeadlineExceeded;
  if (reason == "NodeAffinity" || reason == "UnexpectedAdmissionError" || reason == "TopologyAffinityError" ||
      reason.starts_with("OutOf")) {
    return Cause::kRejectedByNode;
  }
  return Cause::kNone;
}

/// KEP-3329's condition; its reasons as of Kubernetes 1.34.
Cause CauseOfDisruption(const std::string& reason) {
  if (reason == "PreemptionByScheduler")
    return Cause::kPreempted;
  if (reason == "EvictionByEvictionAPI")
    return Cause::kEvicted;
  if (reason == "TerminationByKubelet")
    return Cause::kNodeShutdown;
  return Cause::kNodeLost;  // DeletionByTaintManager, DeletionByPodGC
}

bool IsInfrastructure(Cause cause) {
  return cause == Cause::kEvicted || cause == Cause::kPreempted || cause == Cause::kNodeShutdown ||
         cause == Cause::kNodeLost || cause == Cause::kRejectedByNode;
}

class PodRules {
 public:
  PodRules(const Json& pod, const Question& question, const Surroundings& around, Managed managed, Memory& memory)
      : pod_(pod),
        question_(question),
        around_(around),
        managed_(managed),
        memory_(memory),
        name_(doc::StringAt(pod, {"metadata", "name"})),
        phase_(doc::StringAt(pod, {"status", "phase"})),
        restart_policy_(doc::StringAt(pod, {"spec", "restartPolicy"}, "Always")) {}

  Judgement Judge() {
    if (!memory_.first_seen)
      memory_.first_seen = around_.now;
    Collect();
    if (auto disrupted = JudgeDisruption())
      return *disrupted;
    if (phase_ == "Failed")
      return JudgeFailed();
    if (phase_ == "Succeeded")
      return JudgeSucceeded();
    if (ExpectsCompletion() && OwnContainersEnded())
      return JudgeOwnEnd();
    if (doc::Find(pod_, {"metadata", "deletionTimestamp"}) != nullptr)
      return JudgeDeleting();
    if (auto scheduling = JudgeScheduling())
      return *scheduling;
    if (auto container = WorstContainer())
      return *container;
    return JudgeRunning();
  }

 private:
  struct Entry {
    const Json* status;
    std::string name;
    bool init;
    bool sidecar;
  };

  bool ExpectsCompletion() const {
    if (question_.expectation == Expectation::kCompletion)
      return true;
    if (question_.expectation == Expectation::kReadiness)
      return false;
    return restart_policy_ != "Always";
  }

  bool Counts(const std::string& name) const {
    return question_.containers.empty() || question_.containers.contains(name);
  }

  bool IsSidecar(const std::string& name) const {
    for (const Json& container : doc::ArrayAt(pod_, {"spec", "initContainers"})) {
      if (doc::StringAt(container, {"name"}) == name)
        return doc::StringAt(container, {"restartPolicy"}) == "Always";
    }
    return false;
  }

  void Collect() {
    for (const auto& [list, init] : {std::pair{"initContainerStatuses", true}, std::pair{"containerStatuses", false}}) {
      for (const Json& status : doc::ArrayAt(pod_, {"status", list})) {
        std::string name = doc::StringAt(status, {"name"});
        const bool sidecar = init && IsSidecar(name);
        Entry entry{&status, std::move(name), init, sidecar};
        Remember(ViewOf(entry), around_, MemoryOf(entry));
        entries_.push_back(std::move(entry));
      }
    }
  }

  ContainerView ViewOf(const Entry& entry) const {
    return {*entry.status,
            entry.name,
            entry.init && !entry.sidecar,
            entry.sidecar,
            entry.sidecar || restart_policy_ != "Never",
            entry.sidecar || (restart_policy_ == "Always" && !entry.init)};
  }
  Memory::Container& MemoryOf(const Entry& entry) {
    return memory_.containers[(entry.init ? "init:" : "") + entry.name];
  }

  std::string Self() const { return "pod/" + name_; }

  std::optional<Judgement> JudgeDisruption() {
    const StatusCondition disruption = ConditionOf(pod_, "DisruptionTarget");
    if (!disruption.IsTrue())
      return std::nullopt;
    memory_.saw_disruption = true;
    if (phase_ == "Succeeded")
      return std::nullopt;
    const bool ending = phase_ == "Failed" || doc::Find(pod_, {"metadata", "deletionTimestamp"}) != nullptr;
    if (!ending)
      return std::nullopt;  // the condition can be stale for two minutes when nothing came of it
    const Cause cause = CauseOfDisruption(disruption.reason);
    if (managed_ == Managed::kYes)
      return Judged(State::kPending, cause, "its pod was taken away: " + disruption.message, Self());
    return Judged(State::kLost, cause, disruption.message, Self());
  }

  Judgement JudgeFailed() const {
    const std::string reason = doc::StringAt(pod_, {"status", "reason"});
    const std::string message = doc::StringAt(pod_, {"status", "message"});
    const Cause cause = CauseOfReason(reason);
    if (IsInfrastructure(cause)) {
      const State state = managed_ == Managed::kYes ? State::kPending : State::kLost;
      return Judged(state, cause, reason + (message.empty() ? "" : ": " + message), Self());
    }
    if (cause == Cause::kDeadlineExceeded)
      return Judged(State::kFailed, cause, "ran longer than activeDeadlineSeconds", Self());
    for (const Entry& entry : entries_) {
      const Json* ended = doc::Find(*entry.status, {"state", "terminated"});
      if (ended == nullptr || entry.sidecar || doc::IntAt(*ended, {"exitCode"}) == 0)
        continue;
      return Judged(State::kFailed, CauseOfTermination(*ended, entry.init),
                    "container " + entry.name + " " + DescribeTermination(*ended), Self() + " container " + entry.name);
    }
    return Judged(State::kFailed, Cause::kContainerFailed, reason.empty() ? "failed" : reason + ": " + message, Self());
  }

  Judgement JudgeSucceeded() const {
    if (question_.expectation == Expectation::kReadiness) {
      return Judged(State::kFailed, Cause::kNotReady, "completed, but is expected to stay ready", Self());
    }
    return Judged(State::kSucceeded, Cause::kNone, "completed", Self());
  }

  /// Every container that the manifest names has ended for good, although an injected one goes on.
  bool OwnContainersEnded() const {
    if (question_.containers.empty())
      return false;
    bool any = false;
    for (const Entry& entry : entries_) {
      if (!Counts(entry.name) || entry.init)
        continue;
      const Json* ended = doc::Find(*entry.status, {"state", "terminated"});
      if (ended == nullptr)
        return false;
      if (restart_policy_ == "OnFailure" && doc::IntAt(*ended, {"exitCode"}) != 0)
        return false;
      if (restart_policy_ == "Always")
        return false;
      any = true;
    }
    return any;
  }

  Judgement JudgeOwnEnd() const {
    for (const Entry& entry : entries_) {
      const Json* ended = doc::Find(*entry.status, {"state", "terminated"});
      if (entry.init || !Counts(entry.name) || ended == nullptr || doc::IntAt(*ended, {"exitCode"}) == 0)
        continue;
      return Judged(State::kFailed, CauseOfTermination(*ended, false),
                    "container " + entry.name + " " + DescribeTermination(*ended), Self() + " container " + entry.name);
    }
    return Judged(State::kSucceeded, Cause::kNone, "completed", Self());
  }

  Judgement JudgeDeleting() const {
    if (managed_ == Managed::kYes)
      return Judged(State::kPending, Cause::kDeleted, "is being replaced", Self());
    return Judged(State::kFailed, Cause::kDeleted, "was deleted while it ran", Self());
  }

  std::optional<Judgement> JudgeScheduling() {
    const StatusCondition scheduled = ConditionOf(pod_, "PodScheduled");
    if (!scheduled.IsFalse()) {
      memory_.unschedulable_since.reset();
      return std::nullopt;
    }
    if (scheduled.reason == "SchedulingGated") {
      return Judged(State::kPending, Cause::kNone, "held back until everything else is ready", Self());
    }
    if (scheduled.reason != "Unschedulable")
      return std::nullopt;
    if (!memory_.unschedulable_since)
      memory_.unschedulable_since = around_.now;
    std::chrono::seconds grace = around_.patience.unschedulable;
    for (const Json* event : around_.events) {
      if (doc::StringAt(*event, {"involvedObject", "name"}) != name_)
        continue;
      const std::string reason = doc::StringAt(*event, {"reason"});
      if (reason == "NotTriggerScaleUp")
        grace = std::min(grace, std::chrono::seconds(30));
      if (reason == "TriggeredScaleUp")
        grace = around_.patience.unschedulable * 5;
    }
    Judgement judgement =
        Judged(State::kDoomed, Cause::kUnschedulable, "can't be scheduled: " + scheduled.message, Self());
    const WallTime until = *memory_.unschedulable_since + grace;
    if (around_.now < until) {
      judgement.state = State::kPending;
      judgement.doomed_at = until;
    }
    return judgement;
  }

  /// The trouble that decides: doomed wins over what may yet become so.
  std::optional<Judgement> WorstContainer() {
    std::optional<Judgement> worst;
    for (const Entry& entry : entries_) {
      auto judged = JudgeContainer(ViewOf(entry), name_, around_, MemoryOf(entry));
      if (!judged)
        judged = JudgeInitFailure(entry);
      if (!judged)
        continue;
      if (judged->state == State::kDoomed)
        return judged;
      if (!worst)
        worst = std::move(judged);
    }
    if (worst)
      return worst;
    return JudgeMounts();
  }

  std::optional<Judgement> JudgeInitFailure(const Entry& entry) const {
    if (!entry.init || entry.sidecar || restart_policy_ != "Never")
      return std::nullopt;
    const Json* ended = doc::Find(*entry.status, {"state", "terminated"});
    if (ended == nullptr || doc::IntAt(*ended, {"exitCode"}) == 0)
      return std::nullopt;
    return Judged(State::kDoomed, CauseOfTermination(*ended, true), DescribeTermination(*ended),
                  Self() + " init container " + entry.name);
  }

  /// Containers that are being created for long: the events say what they wait for.
  std::optional<Judgement> JudgeMounts() const {
    if (phase_ != "Pending" || around_.now < *memory_.first_seen + around_.patience.config)
      return std::nullopt;
    for (auto event = around_.events.rbegin(); event != around_.events.rend(); ++event) {
      if (doc::StringAt(**event, {"involvedObject", "name"}) != name_)
        continue;
      const std::string reason = doc::StringAt(**event, {"reason"});
      const std::string message = doc::StringAt(**event, {"message"});
      const bool mount = reason == "FailedMount" || reason == "FailedAttachVolume";
      if (!mount && reason != "FailedCreatePodSandBox")
        continue;
      const bool missing = mount && message.find("not found") != std::string::npos;
      const Cause cause = missing ? Cause::kConfigMissing : mount ? Cause::kVolumeMountFailed : Cause::kSandboxFailed;
      Judgement judgement = Judged(State::kPending, cause, message, Self());
      const WallTime until = *memory_.first_seen + around_.patience.image_hiccup;
      judgement.doomed_at = until;
      if (missing || around_.now >= until)
        judgement.state = State::kDoomed;
      return judgement;
    }
    return std::nullopt;
  }

  Judgement JudgeRunning() const {
    if (phase_ == "Unknown")
      return Judged(State::kPending, Cause::kNodeLost, "its node does not answer", Self());
    if (ExpectsCompletion()) {
      return Judged(State::kPending, Cause::kStarting, phase_ == "Running" ? "is running" : "is starting", Self());
    }
    const StatusCondition ready = ConditionOf(pod_, "Ready");
    if (phase_ == "Running" && ready.IsTrue())
      return Judged(State::kReady, Cause::kNone, "is ready", Self());
    const bool running = phase_ == "Running";
    std::string text = running ? "is running, not ready" : "is starting";
    if (running && !ready.message.empty())
      text += ": " + ready.message;
    return Judged(State::kPending, running ? Cause::kNotReady : Cause::kStarting, text, Self());
  }

  const Json& pod_;
  const Question& question_;
  const Surroundings& around_;
  Managed managed_;
  Memory& memory_;
  std::string name_;
  std::string phase_;
  std::string restart_policy_;
  std::vector<Entry> entries_;
};

}  // namespace

Judgement JudgePodByRules(const Json& pod, const Question& question, const Surroundings& surroundings, Managed managed,
                          Memory& memory) {
  return PodRules(pod, question, surroundings, managed, memory).Judge();
}

}  // namespace kontrakt::verdict
