#include "tests/fakes/pod_behaviour.h"

#include <algorithm>

#include "tests/fakes/http_message.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {

Result<PodBehaviour> PodBehaviour::Parse(const Json& value) {
  if (!value.is_object()) {
    return Error(ErrorCode::kInvalidInput, "a pod behaviour has to be a map");
  }
  static const char* const known[] = {
      "pod",       "image",         "container",  "start_ms", "ready_ms",    "run_ms",
      "exit_code", "exit_reason",   "message",    "crashes",  "never_ready", "waiting_reason",
      "init",      "unschedulable", "disruption", "image_id", "log"};
  for (const auto& [key, part] : value.items()) {
    if (std::find(std::begin(known), std::end(known), key) == std::end(known)) {
      return Error(ErrorCode::kInvalidInput, "a pod behaviour has the unknown field \"" + key + "\"");
    }
  }
  PodBehaviour behaviour;
  const auto milliseconds = [&](const char* key, std::chrono::milliseconds fallback) {
    return std::chrono::milliseconds(Number(value, key, fallback.count()));
  };
  behaviour.pod = Text(value, "pod", "*");
  behaviour.image = Text(value, "image", "*");
  behaviour.container = Text(value, "container");
  behaviour.start = milliseconds("start_ms", behaviour.start);
  behaviour.ready = milliseconds("ready_ms", behaviour.ready);
  behaviour.run = milliseconds("run_ms", behaviour.run);
  if (Has(value, "exit_code")) {
    behaviour.exit_code = static_cast<int>(Number(value, "exit_code", 0));
  }
  behaviour.exit_reason = Text(value, "exit_reason");
  behaviour.message = Text(value, "message");
  behaviour.crashes = static_cast<int>(Number(value, "crashes", -1));
  behaviour.never_ready = Flag(value, "never_ready");
  behaviour.waiting_reason = Text(value, "waiting_reason");
  behaviour.init = Flag(value, "init");
  behaviour.unschedulable = Text(value, "unschedulable");
  behaviour.disruption = Text(value, "disruption");
  behaviour.image_id = Text(value, "image_id");
  behaviour.log = Text(value, "log");
  return behaviour;
}

bool PodBehaviour::Matches(const Json& pod_object) const {
  const bool qualified = pod.find('/') != std::string::npos;
  if (!MatchesGlob(pod, (qualified ? Namespace(pod_object) + "/" : "") + Name(pod_object))) {
    return false;
  }
  if (image == "*") {
    return true;
  }
  for (const char* list : {"containers", "initContainers"}) {
    for (const Json& one : Array(Object(pod_object, "spec"), list)) {
      if (MatchesGlob(image, Text(one, "image"))) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace kontrakt::fakes
