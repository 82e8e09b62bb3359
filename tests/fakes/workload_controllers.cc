#include <algorithm>
#include <ctime>
#include <functional>
#include <set>
#include <utility>

#include "lib/base/digest.h"
#include "tests/fakes/api_writes.h"
#include "tests/fakes/job_controller.h"
#include "tests/fakes/json_access.h"
#include "tests/fakes/owned_objects.h"
#include "tests/fakes/status_conditions.h"
#include "tests/fakes/workload_simulation.h"

namespace kontrakt::fakes {
namespace {

std::string TemplateHash(const Json& object) {
  return Digest::Of(Object(Object(object, "spec"), "template").dump()).ToString().substr(7, 10);
}

std::int64_t Replicas(const Json& object) {
  return Number(Object(object, "spec"), "replicas", 1);
}

/// Brings the number of a ReplicaSet's or DaemonSet's pods to `wanted`.
void ScalePods(ApiCore& core, Json& owner, const std::vector<Owned>& pods, std::int64_t wanted) {
  std::int64_t alive = 0;
  for (const Owned& pod : pods) {
    const std::string phase = Text(Object(*pod.object, "status"), "phase");
    const bool over = phase == "Failed" || phase == "Succeeded";
    if (over && !Has(Metadata(*pod.object), "deletionTimestamp")) {
      DeleteOwned(core, pod.id);
    } else if (!over && !Has(Metadata(*pod.object), "deletionTimestamp") && ++alive > wanted) {
      DeleteOwned(core, pod.id);
    }
  }
  for (; alive < wanted; ++alive) {
    const auto refused = CreateOwned(core, owner, "pods", PodFromTemplate(owner, ""));
    if (refused) {
      SetCondition(owner, "ReplicaFailure", "True", "FailedCreate", *refused);
      return;
    }
  }
}

void ReconcileReplicaSet(ApiCore& core, const ObjectId& id, const Snapshot& set) {
  Json next = *set;
  const std::vector<Owned> pods = OwnedBy(core, *set, "pods");
  ScalePods(core, next, pods, Replicas(*set));
  const PodCounts counts = CountPods(pods);
  next["status"]["replicas"] = counts.all;
  next["status"]["fullyLabeledReplicas"] = counts.all;
  next["status"]["readyReplicas"] = counts.ready;
  next["status"]["availableReplicas"] = counts.ready;
  next["status"]["observedGeneration"] = Number(Metadata(*set), "generation", 1);
  WriteIfChanged(core, id, *set, std::move(next));
}

void ReconcileDaemonSet(ApiCore& core, const ObjectId& id, const Snapshot& set) {
  Json next = *set;
  const std::vector<Owned> pods = OwnedBy(core, *set, "pods");
  ScalePods(core, next, pods, 1);
  const PodCounts counts = CountPods(pods);
  Json& status = next["status"];
  status["currentNumberScheduled"] = counts.all;
  status["desiredNumberScheduled"] = 1;
  status["numberMisscheduled"] = 0;
  status["numberReady"] = counts.ready;
  status["numberAvailable"] = counts.ready;
  status["updatedNumberScheduled"] = counts.all;
  status["observedGeneration"] = Number(Metadata(*set), "generation", 1);
  WriteIfChanged(core, id, *set, std::move(next));
}

void ReconcileStatefulSet(ApiCore& core, const ObjectId& id, const Snapshot& set) {
  Json next = *set;
  const std::string revision = Name(*set) + "-" + TemplateHash(*set);
  std::vector<Owned> pods = OwnedBy(core, *set, "pods");
  std::int64_t updated = 0;
  for (const Owned& pod : pods) {
    const bool current = Text(Object(Metadata(*pod.object), "labels"), "controller-revision-hash") == revision;
    updated += current ? 1 : 0;
    if (!current && !Has(Metadata(*pod.object), "deletionTimestamp")) {
      DeleteOwned(core, pod.id);
    }
  }
  for (std::int64_t i = 0; i < Replicas(*set); ++i) {
    const std::string name = Name(*set) + "-" + std::to_string(i);
    if (core.store.Find({"pods", id.namespace_name, name})) {
      continue;
    }
    Json pod = PodFromTemplate(*set, name);
    pod["metadata"]["labels"]["controller-revision-hash"] = revision;
    pod["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] = name;
    if (const auto refused = CreateOwned(core, next, "pods", std::move(pod))) {
      break;
    }
  }
  const PodCounts counts = CountPods(pods);
  Json& status = next["status"];
  status["replicas"] = counts.all;
  status["readyReplicas"] = counts.ready;
  status["availableReplicas"] = counts.ready;
  status["currentReplicas"] = updated;
  status["updatedReplicas"] = updated;
  status["currentRevision"] =
      counts.ready == Replicas(*set) || !Has(status, "currentRevision") ? revision : Text(status, "currentRevision");
  status["updateRevision"] = revision;
  status["collisionCount"] = 0;
  status["observedGeneration"] = Number(Metadata(*set), "generation", 1);
  WriteIfChanged(core, id, *set, std::move(next));
}

/// Progressing of a Deployment, with its deadline.
void SetProgress(Json& deployment, bool done) {
  if (done) {
    SetCondition(deployment, "Progressing", "True", "NewReplicaSetAvailable",
                 "ReplicaSet has successfully progressed.");
    return;
  }
  std::tm since{};
  const std::string text = Text(Metadata(deployment), "creationTimestamp");
  const bool known = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &since) != nullptr;
  const std::int64_t deadline = Number(Object(deployment, "spec"), "progressDeadlineSeconds", 600);
  if (known && std::time(nullptr) - timegm(&since) > deadline) {
    SetCondition(deployment, "Progressing", "False", "ProgressDeadlineExceeded",
                 "ReplicaSet has timed out progressing.");
  } else {
    SetCondition(deployment, "Progressing", "True", "ReplicaSetUpdated", "ReplicaSet is progressing.");
  }
}

void ReconcileDeployment(ApiCore& core, const ObjectId& id, const Snapshot& deployment) {
  const std::string hash = TemplateHash(*deployment);
  const std::string set_name = Name(*deployment) + "-" + hash;
  Json next = *deployment;
  std::vector<Owned> sets = OwnedBy(core, *deployment, "replicasets.apps");
  const auto current =
      std::find_if(sets.begin(), sets.end(), [&](const Owned& set) { return set.id.name == set_name; });
  if (current == sets.end()) {
    Json set = {{"apiVersion", "apps/v1"},
                {"kind", "ReplicaSet"},
                {"metadata",
                 {{"name", set_name},
                  {"labels", Object(Object(Object(Object(*deployment, "spec"), "template"), "metadata"), "labels")}}},
                {"spec",
                 {{"replicas", Replicas(*deployment)},
                  {"selector", Object(Object(*deployment, "spec"), "selector")},
                  {"template", Object(Object(*deployment, "spec"), "template")}}}};
    set["metadata"]["labels"]["pod-template-hash"] = hash;
    set["spec"]["selector"]["matchLabels"]["pod-template-hash"] = hash;
    set["spec"]["template"]["metadata"]["labels"]["pod-template-hash"] = hash;
    CreateOwned(core, next, "replicasets.apps", std::move(set));
    sets = OwnedBy(core, *deployment, "replicasets.apps");
  }
  std::int64_t all = 0;
  std::int64_t ready = 0;
  std::int64_t updated = 0;
  std::int64_t updated_ready = 0;
  std::string failure;
  for (const Owned& set : sets) {
    const Json& status = Object(*set.object, "status");
    const bool is_current = set.id.name == set_name;
    all += Number(status, "replicas", 0);
    ready += Number(status, "readyReplicas", 0);
    updated += is_current ? Number(status, "replicas", 0) : 0;
    updated_ready += is_current ? Number(status, "readyReplicas", 0) : 0;
    for (const Json& condition : Array(status, "conditions")) {
      failure = Text(condition, "type") == "ReplicaFailure" ? Text(condition, "message") : failure;
    }
  }
  const std::int64_t wanted = Replicas(*deployment);
  for (const Owned& set : sets) {
    const std::int64_t target = set.id.name == set_name ? wanted : updated_ready >= wanted ? 0 : Replicas(*set.object);
    if (Replicas(*set.object) != target) {
      Json scaled = *set.object;
      scaled["spec"]["replicas"] = target;
      scaled["metadata"]["generation"] = Number(Metadata(scaled), "generation", 1) + 1;
      core.Write(set.id, std::move(scaled));
    }
  }
  Json& status = next["status"];
  status["observedGeneration"] = Number(Metadata(*deployment), "generation", 1);
  status["replicas"] = all;
  status["updatedReplicas"] = updated;
  status["readyReplicas"] = ready;
  status["availableReplicas"] = ready;
  if (ready < wanted) {
    status["unavailableReplicas"] = wanted - ready;
  } else {
    status.erase("unavailableReplicas");
  }
  const bool available = ready >= wanted;
  SetCondition(next, "Available", available ? "True" : "False",
               available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
               available ? "Deployment has minimum availability." : "Deployment does not have minimum availability.");
  SetProgress(next, updated_ready >= wanted && all == updated);
  if (!failure.empty()) {
    SetCondition(next, "ReplicaFailure", "True", "FailedCreate", failure);
  }
  WriteIfChanged(core, id, *deployment, std::move(next));
}

void ForEach(ApiCore& core, const std::string& type,
             const std::function<void(const ObjectId&, const Snapshot&)>& tend) {
  for (const auto& [id, object] : core.store.List(type, "")) {
    if (!Has(Metadata(*object), "deletionTimestamp")) {
      tend(id, object);
    }
  }
}

}  // namespace

void ReconcileWorkloads(ApiCore& core) {
  ForEach(core, "deployments.apps",
          [&](const ObjectId& id, const Snapshot& object) { ReconcileDeployment(core, id, object); });
  ForEach(core, "replicasets.apps",
          [&](const ObjectId& id, const Snapshot& object) { ReconcileReplicaSet(core, id, object); });
  ForEach(core, "statefulsets.apps",
          [&](const ObjectId& id, const Snapshot& object) { ReconcileStatefulSet(core, id, object); });
  ForEach(core, "daemonsets.apps",
          [&](const ObjectId& id, const Snapshot& object) { ReconcileDaemonSet(core, id, object); });
  ForEach(core, "jobs.batch", [&](const ObjectId& id, const Snapshot& object) { ReconcileJob(core, id, object); });
}

}  // namespace kontrakt::fakes
