#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/fakes/api_core.h"
#include "tests/fakes/pod_behaviour.h"

namespace kontrakt::fakes {

/// A scheduler, a kubelet and the workload controllers, as far as clients can tell: pods run as their behaviour says,
/// Deployments, ReplicaSets, StatefulSets, DaemonSets and Jobs make pods and sum up their states, claims are bound.
///
/// Threads: confined to one; the caller holds core.mutex.
class WorkloadSimulation {
 public:
  using Clock = std::chrono::steady_clock;

  explicit WorkloadSimulation(ApiCore& core) : core_(core) {}
  /// Does what is due; returns when something will be.
  Clock::time_point Step(Clock::time_point now);

 private:
  /// One pod's way from its node on.
  struct Run {
    std::vector<PodStep> steps;
    std::size_t next = 0;
    Clock::time_point due;
    bool ending = false;
  };

  void TendPod(const ObjectId& id, const Snapshot& pod, Clock::time_point now);
  void Schedule(const ObjectId& id, const Snapshot& pod, Clock::time_point now);
  void Advance(const ObjectId& id, Run& run, Clock::time_point now);
  void BindClaims();

  ApiCore& core_;
  std::map<std::string, Run> runs_;  ///< by pod uid
  Clock::time_point next_ = Clock::time_point::max();
};

/// One pass of the controllers over all workloads. The caller holds core.mutex.
void ReconcileWorkloads(ApiCore& core);

}  // namespace kontrakt::fakes
