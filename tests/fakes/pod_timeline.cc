#include <algorithm>
#include <utility>

#include "lib/base/digest.h"
#include "tests/fakes/http_message.h"
#include "tests/fakes/json_access.h"
#include "tests/fakes/pod_behaviour.h"
#include "tests/fakes/status_conditions.h"

namespace kontrakt::fakes {
namespace {

using std::chrono::milliseconds;

constexpr int kCrashesShown = 6;  ///< of an endless crash loop
constexpr int kPullsShown = 3;    ///< of a pull that never succeeds
constexpr milliseconds kBackOff{15};

std::string ImageId(const std::string& image, const PodBehaviour& behaviour) {
  if (!behaviour.image_id.empty()) {
    return behaviour.image_id;
  }
  const std::size_t at = image.find('@');
  std::string repository = image.substr(0, at);
  const std::size_t colon = repository.rfind(':');
  if (colon != std::string::npos && repository.find('/', colon) == std::string::npos) {
    repository.resize(colon);
  }
  return repository + "@" + (at == std::string::npos ? Digest::Of(image).ToString() : image.substr(at + 1));
}

/// Calls `change` with the status of one container, or of all when the name is empty.
void ForStatuses(Json& pod, const char* list, const std::string& container, const std::function<void(Json&)>& change) {
  if (!Has(pod["status"], list)) {
    return;
  }
  for (Json& status : pod["status"][list]) {
    if (container.empty() || Text(status, "name") == container) {
      change(status);
    }
  }
}

void SetReady(Json& pod) {
  const Json& statuses = Array(Object(pod, "status"), "containerStatuses");
  const bool ready =
      std::all_of(statuses.begin(), statuses.end(), [](const Json& status) { return Flag(status, "ready"); });
  const std::string reason = ready ? "" : "ContainersNotReady";
  for (const char* type : {"ContainersReady", "Ready"}) {
    SetCondition(pod, type, ready ? "True" : "False", reason);
  }
}

void Wait(Json& status, const std::string& reason, const std::string& message) {
  Json waiting = {{"reason", reason}};
  if (!message.empty()) {
    waiting["message"] = message;
  }
  if (Has(Object(status, "state"), "terminated")) {
    status["lastState"] = status["state"];
  }
  status["state"] = {{"waiting", std::move(waiting)}};
  status["ready"] = false;
  status["started"] = false;
}

void Terminate(Json& status, int exit_code, const PodBehaviour& behaviour, bool chosen) {
  const std::string fallback = exit_code == 0 ? "Completed" : "Error";
  const std::string since = Text(Object(Object(status, "state"), "running"), "startedAt", NowText());
  Json terminated = {{"exitCode", exit_code},
                     {"reason", chosen && !behaviour.exit_reason.empty() ? behaviour.exit_reason : fallback},
                     {"startedAt", since},
                     {"finishedAt", NowText()},
                     {"containerID", Text(status, "containerID")}};
  if (chosen && !behaviour.message.empty()) {
    terminated["message"] = behaviour.message;
  }
  status["state"] = {{"terminated", std::move(terminated)}};
  status["ready"] = false;
  status["started"] = false;
}

/// Collects the steps of one pod.
class Plan {
 public:
  Plan(const Json& pod, const PodBehaviour& behaviour)
      : behaviour_(behaviour),
        spec_(Object(pod, "spec")),
        restart_(Text(spec_, "restartPolicy", "Always")),
        chosen_(Choose("containers")) {}

  std::vector<PodStep> Make() {
    Bind();
    if (behaviour_.init && !Init()) {
      return std::move(steps_);
    }
    if (!behaviour_.init && !behaviour_.waiting_reason.empty()) {
      NeverStart("containerStatuses", chosen_);
      return std::move(steps_);
    }
    Start(0);
    const bool exits = !behaviour_.init && behaviour_.exit_code.has_value();
    if (!behaviour_.disruption.empty()) {
      Disrupt();
    } else if (exits && *behaviour_.exit_code != 0) {
      Crash();
    } else if (restart_ != "Always") {
      BecomeReady();
      Finish(0);
    } else if (exits) {
      Crash();
    } else {
      BecomeReady();
    }
    return std::move(steps_);
  }

 private:
  std::string Choose(const char* list) const {
    if (!behaviour_.container.empty()) {
      return behaviour_.container;
    }
    const Json& containers = Array(spec_, list);
    for (const Json& container : containers) {
      if (behaviour_.image != "*" && MatchesGlob(behaviour_.image, Text(container, "image"))) {
        return Text(container, "name");
      }
    }
    return containers.empty() ? "" : Text(containers.front(), "name");
  }

  PodStep& Add(milliseconds after, std::function<void(Json&)> change) {
    PodStep step;
    step.after = after;
    step.change = std::move(change);
    return steps_.emplace_back(std::move(step));
  }

  void Bind() {
    PodStep& step = Add(milliseconds(0), [](Json& pod) {
      pod["spec"]["nodeName"] = "fake-node";
      const bool init = !Array(Object(pod, "spec"), "initContainers").empty();
      SetCondition(pod, "PodScheduled", "True");
      SetCondition(pod, "Initialized", init ? "False" : "True", init ? "ContainersNotInitialized" : "");
      pod["status"]["hostIP"] = "127.0.0.1";
      pod["status"]["startTime"] = NowText();
      for (const auto& [from, to] :
           {std::pair{"containers", "containerStatuses"}, std::pair{"initContainers", "initContainerStatuses"}}) {
        Json statuses = Json::array();
        for (const Json& container : Array(Object(pod, "spec"), from)) {
          Json status = {{"name", Text(container, "name")},
                         {"image", Text(container, "image")},
                         {"imageID", ""},
                         {"restartCount", 0},
                         {"lastState", Json::object()}};
          Wait(status, init ? "PodInitializing" : "ContainerCreating", "");
          statuses.push_back(std::move(status));
        }
        if (!statuses.empty()) {
          pod["status"][to] = std::move(statuses);
        }
      }
      SetReady(pod);
    });
    step.event_reason = "Scheduled";
    step.event_message = "Successfully assigned the pod to fake-node";
  }

  /// What the init containers do where the behaviour is about one of them. False: the pod gets no further.
  bool Init() {
    const std::string first = Choose("initContainers");
    if (!behaviour_.waiting_reason.empty()) {
      NeverStart("initContainerStatuses", first);
      return false;
    }
    const int code = behaviour_.exit_code.value_or(0);
    if (code == 0) {
      return true;
    }
    const int rounds = restart_ == "Never" ? 1 : kCrashesShown;
    for (int round = 0; round < rounds; ++round) {
      PodStep& step = Add(behaviour_.start, [behaviour = behaviour_, first, code](Json& pod) {
        ForStatuses(pod, "initContainerStatuses", first,
                    [&](Json& status) { Terminate(status, code, behaviour, true); });
      });
      Log(step, first, round);
      if (restart_ == "Never") {
        step.change = [behaviour = behaviour_, first, code](Json& pod) {
          ForStatuses(pod, "initContainerStatuses", first,
                      [&](Json& status) { Terminate(status, code, behaviour, true); });
          pod["status"]["phase"] = "Failed";
        };
      } else {
        BackOff("initContainerStatuses", first, round);
      }
    }
    return false;
  }

  void NeverStart(const char* list, const std::string& container) {
    std::string image;
    for (const char* from : {"containers", "initContainers"}) {
      for (const Json& one : Array(spec_, from)) {
        image = Text(one, "name") == container ? Text(one, "image") : image;
      }
    }
    const std::string reason = behaviour_.waiting_reason;
    const bool pull = reason == "ErrImagePull" || reason == "ImagePullBackOff";
    std::string message = behaviour_.message;
    if (message.empty() && pull) {
      message = "rpc error: code = NotFound desc = failed to pull and unpack image \"" + image +
                "\": failed to resolve reference \"" + image + "\": " + image + ": not found";
    }
    const auto wait = [list, container](std::string why, std::string text) {
      return [list, container, why = std::move(why), text = std::move(text)](Json& pod) {
        ForStatuses(pod, list, container, [&](Json& status) { Wait(status, why, text); });
      };
    };
    for (int round = 0; round < (pull ? kPullsShown : 1); ++round) {
      PodStep& failed = Add(behaviour_.start, wait(pull ? "ErrImagePull" : reason, message));
      failed.event_type = "Warning";
      failed.event_reason = "Failed";
      failed.event_message = pull ? "Failed to pull image \"" + image + "\": " + message : "Error: " + message;
      if (pull) {
        PodStep& back_off = Add(
            kBackOff, wait("ImagePullBackOff", "Back-off pulling image \"" + image + "\": ErrImagePull: " + message));
        back_off.event_reason = "BackOff";
        back_off.event_message = "Back-off pulling image \"" + image + "\"";
      }
    }
  }

  void Log(PodStep& step, const std::string& container, int run) {
    if (!behaviour_.log.empty()) {
      step.log_container = container;
      step.log = behaviour_.log;
    }
    step.fresh_log = run > 0;
    if (run > 0) {
      step.log_container = container;
    }
  }

  void Start(int run) {
    PodStep& step = Add(behaviour_.start, [behaviour = behaviour_, run, chosen = chosen_](Json& pod) {
      const auto start = [&](Json& status) {
        status["state"] = {{"running", {{"startedAt", NowText()}}}};
        status["started"] = true;
        status["imageID"] = ImageId(Text(status, "image"), behaviour);
        status["containerID"] =
            "containerd://" + Digest::Of(Text(status, "name") + std::to_string(run)).ToString().substr(7);
      };
      if (run == 0) {
        ForStatuses(pod, "initContainerStatuses", "", [&](Json& status) {
          start(status);
          Terminate(status, 0, behaviour, false);
          status["ready"] = true;
        });
        ForStatuses(pod, "containerStatuses", "", start);
      } else {
        ForStatuses(pod, "containerStatuses", chosen, [&](Json& status) {
          if (Has(Object(status, "state"), "terminated")) {
            status["lastState"] = status["state"];
          }
          start(status);
          status["restartCount"] = run;
        });
      }
      pod["status"]["phase"] = "Running";
      pod["status"]["podIP"] = "10.0.0." + std::to_string(2 + Uid(pod).back() % 250);
      pod["status"]["podIPs"] = Json::array({{{"ip", pod["status"]["podIP"]}}});
      SetCondition(pod, "Initialized", "True");
      SetReady(pod);
    });
    step.event_reason = "Started";
    step.event_message = "Started container " + chosen_;
    Log(step, chosen_, run);
  }

  /// Time from Ready to the exit, when it becomes Ready before it.
  milliseconds BecomeReady() {
    if (behaviour_.never_ready) {
      Add(behaviour_.ready, [chosen = chosen_](Json& pod) {
        ForStatuses(pod, "containerStatuses", "",
                    [&](Json& status) { status["ready"] = Text(status, "name") != chosen; });
        SetReady(pod);
      });
      return behaviour_.run;
    }
    Add(behaviour_.ready, [](Json& pod) {
      ForStatuses(pod, "containerStatuses", "",
                  [](Json& status) { status["ready"] = Has(Object(status, "state"), "running"); });
      SetReady(pod);
    });
    return std::max(behaviour_.run - behaviour_.ready, milliseconds(0));
  }

  /// The end of a pod that is not restarted. Where the behaviour names its container, the others run on.
  void Finish(int exit_code) {
    const milliseconds left = behaviour_.run > behaviour_.ready ? behaviour_.run - behaviour_.ready : milliseconds(0);
    Add(left, [behaviour = behaviour_, chosen = chosen_, exit_code](Json& pod) {
      ForStatuses(pod, "containerStatuses", behaviour.container, [&](Json& status) {
        const bool is_chosen = Text(status, "name") == chosen;
        Terminate(status, is_chosen ? exit_code : 0, behaviour, is_chosen);
      });
      const Json& statuses = Array(Object(pod, "status"), "containerStatuses");
      const bool over = std::all_of(statuses.begin(), statuses.end(),
                                    [](const Json& status) { return Has(Object(status, "state"), "terminated"); });
      if (over) {
        pod["status"]["phase"] = exit_code == 0 ? "Succeeded" : "Failed";
      }
      SetReady(pod);
    });
  }

  void BackOff(const char* list, const std::string& container, int run) {
    const std::string message =
        "back-off " + std::to_string(10 << std::min(run, 5)) + "s restarting failed container=" + container;
    PodStep& step = Add(milliseconds(2), [list, container, message, run](Json& pod) {
      ForStatuses(pod, list, container, [&](Json& status) {
        Wait(status, "CrashLoopBackOff", message);
        status["restartCount"] = run;
      });
      SetReady(pod);
    });
    step.event_type = "Warning";
    step.event_reason = "BackOff";
    step.event_message = "Back-off restarting failed container " + container;
  }

  void Crash() {
    const int code = *behaviour_.exit_code;
    const bool for_good = restart_ == "Never" || (restart_ == "OnFailure" && code == 0);
    const int crashes = behaviour_.crashes < 0 ? kCrashesShown : behaviour_.crashes;
    for (int run = 0; run < crashes; ++run) {
      if (run > 0) {
        Start(run);
      }
      const bool ready_first = behaviour_.ready < behaviour_.run && !behaviour_.never_ready;
      const milliseconds left = ready_first ? BecomeReady() : behaviour_.run;
      if (for_good) {
        Finish(code);
        return;
      }
      Add(left, [behaviour = behaviour_, chosen = chosen_, code](Json& pod) {
        ForStatuses(pod, "containerStatuses", chosen, [&](Json& status) { Terminate(status, code, behaviour, true); });
        SetReady(pod);
      });
      BackOff("containerStatuses", chosen_, run);
    }
    if (behaviour_.crashes >= 0) {
      Start(crashes);
      BecomeReady();
      if (restart_ != "Always") {
        Finish(0);
      }
    }
  }

  void Disrupt() {
    const milliseconds left = BecomeReady();
    Add(left, [behaviour = behaviour_](Json& pod) {
      ForStatuses(pod, "containerStatuses", "", [&](Json& status) { Terminate(status, 137, behaviour, false); });
      SetCondition(pod, "DisruptionTarget", "True", behaviour.disruption, behaviour.message);
      pod["status"]["phase"] = "Failed";
      pod["status"]["reason"] = behaviour.disruption == "TerminationByKubelet" ? "Evicted" : behaviour.disruption;
      SetReady(pod);
    });
  }

  const PodBehaviour behaviour_;
  const Json spec_;
  const std::string restart_;
  const std::string chosen_;
  std::vector<PodStep> steps_;
};

}  // namespace

std::vector<PodStep> PlanPod(const Json& pod, const PodBehaviour& behaviour) {
  return Plan(pod, behaviour).Make();
}

}  // namespace kontrakt::fakes
