#pragma once

#include <optional>
#include <string>
#include <utility>

#include "lib/doc/json.h"

namespace kontrakt {

/// Of a pod whose container `test` ended with that status; of one that still runs without.
inline doc::Json TestStatus(std::optional<int> exit_code) {
  doc::Json state = {{"running", {{"startedAt", "2026-01-01T00:00:01Z"}}}};
  std::string phase = "Running";
  if (exit_code) {
    state = {{"terminated",
              {{"exitCode", *exit_code},
               {"reason", *exit_code == 0 ? "Completed" : "Error"},
               {"finishedAt", "2026-01-01T00:00:05Z"}}}};
    phase = *exit_code == 0 ? "Succeeded" : "Failed";
  }
  return {{"phase", phase},
          {"startTime", "2026-01-01T00:00:00Z"},
          {"containerStatuses",
           {{{"name", "test"}, {"restartCount", 0}, {"ready", !exit_code}, {"state", std::move(state)}}}}};
}

/// Of a pod whose container `app` is Ready and runs `image_id`.
inline doc::Json TargetStatus(const std::string& image_id, int restarts, const std::string& last_end) {
  doc::Json container = {{"name", "app"},
                         {"restartCount", restarts},
                         {"ready", true},
                         {"imageID", image_id},
                         {"state", {{"running", {{"startedAt", "2026-01-01T00:00:00Z"}}}}}};
  if (restarts > 0)
    container["lastState"] = {{"terminated", {{"exitCode", 3}, {"reason", "Error"}, {"finishedAt", last_end}}}};
  return {{"phase", "Running"},
          {"startTime", "2026-01-01T00:00:00Z"},
          {"conditions", {{{"type", "Ready"}, {"status", "True"}}}},
          {"containerStatuses", doc::Json::array({std::move(container)})}};
}

}  // namespace kontrakt
