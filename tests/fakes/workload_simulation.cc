#include "tests/fakes/workload_simulation.h"

#include <algorithm>
#include <set>
#include <utility>

#include "tests/fakes/api_writes.h"
#include "tests/fakes/json_access.h"
#include "tests/fakes/status_conditions.h"

namespace kontrakt::fakes {
namespace {

constexpr std::chrono::milliseconds kStopping{5};

PodBehaviour BehaviourOf(const ApiCore& core, const Json& pod) {
  const std::string annotation = Text(Object(Metadata(pod), "annotations"), "fake/behaviour");
  if (!annotation.empty()) {
    if (auto parsed = PodBehaviour::Parse(Json::parse(annotation, nullptr, false))) {
      return *parsed;
    }
  }
  for (const PodBehaviour& behaviour : core.options.behaviours) {
    if (behaviour.Matches(pod)) {
      return behaviour;
    }
  }
  return {};
}

}  // namespace

WorkloadSimulation::Clock::time_point WorkloadSimulation::Step(Clock::time_point now) {
  next_ = Clock::time_point::max();
  ReconcileWorkloads(core_);
  BindClaims();
  std::set<std::string> alive;
  for (const auto& [id, pod] : core_.store.List("pods", "")) {
    alive.insert(Uid(*pod));
    TendPod(id, pod, now);
  }
  std::erase_if(runs_, [&](const auto& run) { return !alive.contains(run.first); });
  return next_;
}

void WorkloadSimulation::TendPod(const ObjectId& id, const Snapshot& pod, Clock::time_point now) {
  const std::string uid = Uid(*pod);
  if (Has(Metadata(*pod), "deletionTimestamp")) {
    Run& run = runs_[uid];
    if (!run.ending) {
      run = {{}, 0, now + kStopping, true};
    }
    if (now < run.due) {
      next_ = std::min(next_, run.due);
    } else if (Array(Metadata(*pod), "finalizers").empty()) {
      RemoveWithDependents(core_, id);
    }
    return;
  }
  const bool placed = !Text(Object(*pod, "spec"), "nodeName").empty();
  if (!placed) {
    Schedule(id, pod, now);
    return;
  }
  const auto found = runs_.find(uid);
  if (found != runs_.end()) {
    Advance(id, found->second, now);
  } else if (Text(Object(*pod, "status"), "phase", "Pending") == "Pending" &&
             !Has(Object(*pod, "status"), "containerStatuses")) {
    // spec.nodeName was given: no scheduler is asked.
    Run& run = runs_[uid];
    run.steps = PlanPod(*pod, BehaviourOf(core_, *pod));
    run.due = now;
    Advance(id, run, now);
  }
}

void WorkloadSimulation::Schedule(const ObjectId& id, const Snapshot& pod, Clock::time_point now) {
  if (!Array(Object(*pod, "spec"), "schedulingGates").empty() || Text(Object(*pod, "status"), "phase") == "Failed" ||
      Text(Object(*pod, "status"), "phase") == "Succeeded") {
    return;
  }
  const PodBehaviour behaviour = BehaviourOf(core_, *pod);
  if (!behaviour.unschedulable.empty()) {
    Json next = *pod;
    SetCondition(next, "PodScheduled", "False", "Unschedulable", behaviour.unschedulable);
    if (next != *pod) {
      core_.Write(id, std::move(next));
      core_.EmitEvent(*pod, "Warning", "FailedScheduling", behaviour.unschedulable, "default-scheduler");
    }
    return;
  }
  Run& run = runs_[Uid(*pod)];
  run.steps = PlanPod(*pod, behaviour);
  run.next = 0;
  run.due = now;
  Advance(id, run, now);
}

void WorkloadSimulation::Advance(const ObjectId& id, Run& run, Clock::time_point now) {
  if (run.next >= run.steps.size()) {
    return;
  }
  if (run.due > now) {
    next_ = std::min(next_, run.due);
    return;
  }
  const PodStep& step = run.steps[run.next++];
  const Snapshot pod = core_.store.Find(id);
  Json next = *pod;
  step.change(next);
  if (!step.log_container.empty()) {
    const PodLogs::Key key{id.namespace_name, id.name, step.log_container};
    if (step.fresh_log) {
      core_.logs.Rotate(key);
    }
    core_.logs.Append(key, step.log);
  }
  if (next != *pod) {
    core_.Write(id, std::move(next));
  }
  if (!step.event_reason.empty()) {
    core_.EmitEvent(
        *pod, step.event_type, step.event_reason, step.event_message,
        step.event_reason == "Scheduled" || step.event_reason == "FailedScheduling" ? "default-scheduler" : "kubelet");
  }
  if (run.next < run.steps.size()) {
    run.due = now + run.steps[run.next].after;
    next_ = std::min(next_, run.due);
  }
}

void WorkloadSimulation::BindClaims() {
  for (const auto& [id, claim] : core_.store.List("persistentvolumeclaims", "")) {
    if (Text(Object(*claim, "status"), "phase") != "Pending" ||
        Has(Object(Metadata(*claim), "annotations"), "fake/unbound")) {
      continue;
    }
    Json next = *claim;
    next["spec"]["volumeName"] = "pvc-" + Uid(*claim);
    next["status"] = {{"phase", "Bound"}, {"accessModes", Array(Object(*claim, "spec"), "accessModes")}};
    core_.Write(id, std::move(next));
  }
}

}  // namespace kontrakt::fakes
