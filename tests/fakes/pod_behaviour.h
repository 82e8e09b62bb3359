#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json.h"

namespace kontrakt::fakes {

/// What simulated pods do. Without one, pods with restartPolicy Always run and become Ready, others exit with 0.
struct PodBehaviour {
  std::string pod = "*";               ///< glob over "namespace/name", or over the name when it has no '/'
  std::string image = "*";             ///< glob that the image of some container matches
  std::string container;               ///< the container meant below; empty: the first that matches `image`
  std::chrono::milliseconds start{5};  ///< from scheduling to running
  std::chrono::milliseconds ready{5};  ///< from running to Ready
  std::chrono::milliseconds run{20};   ///< from running to the exit
  std::optional<int> exit_code;        ///< exits; restarted as restartPolicy says. Absent: as above
  std::string exit_reason;             ///< "OOMKilled"; default Completed or Error
  std::string message;                 ///< termination message, or the waiting message
  int crashes = -1;                    ///< how often it exits like that before it runs for good; -1: always
  bool never_ready = false;
  std::string waiting_reason;  ///< ErrImagePull, CreateContainerConfigError, InvalidImageName …: never starts
  bool init = false;           ///< exit_code and waiting_reason mean the first init container
  std::string unschedulable;   ///< message of PodScheduled=False
  std::string disruption;      ///< reason of DisruptionTarget: the pod is Failed so after `run`
  std::string image_id;        ///< of status; default: from the image's digest, or one made of its name
  std::string log;             ///< of the container, each time it runs

  /// The same names in snake_case; durations as start_ms, ready_ms, run_ms.
  static Result<PodBehaviour> Parse(const doc::Json& value);
  bool Matches(const doc::Json& pod_object) const;
};

/// One change of a simulated pod, some time after the one before.
struct PodStep {
  std::chrono::milliseconds after{0};
  std::function<void(doc::Json& pod)> change;
  std::string event_reason;  ///< an Event of this reason goes with it; empty: none
  std::string event_message;
  std::string event_type = "Normal";
  std::string log_container;  ///< `log` is what this container prints now
  std::string log;
  bool fresh_log = false;  ///< what it printed before becomes the previous log
};

/// Everything that happens to a scheduled pod, from its binding to a node on.
std::vector<PodStep> PlanPod(const doc::Json& pod, const PodBehaviour& behaviour);

}  // namespace kontrakt::fakes
