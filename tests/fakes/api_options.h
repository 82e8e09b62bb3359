#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "tests/fakes/pod_behaviour.h"

namespace kontrakt::fakes {

/// How a FakeApiServer behaves, beyond faults.
struct ApiOptions {
  bool simulate_workloads = false;                     ///< pods, Deployments, Jobs … progress by themselves
  std::vector<PodBehaviour> behaviours;                ///< the first that matches a pod counts
  std::chrono::milliseconds namespace_deletion{20};    ///< from Terminating to the deletion of its content (really 5 s)
  std::chrono::milliseconds service_account_delay{0};  ///< from a namespace to its `default` account and root CA
  std::chrono::milliseconds definition_delay{5};       ///< from a CRD to Established
  bool watch_list = true;  ///< false: sendInitialEvents is answered 422, as by servers before 1.34
  bool aggregated_discovery = true;
  bool bookmarks = true;
  bool expire_continue_tokens = false;  ///< every second page of a list is 410
  bool pod_generations = true;          ///< metadata.generation of pods, from 1.34
  long clock_offset_seconds = 0;        ///< of the Date header and creationTimestamp
  int page_limit = 0;                   ///< pages are never longer than this; 0 = as asked
};

}  // namespace kontrakt::fakes
