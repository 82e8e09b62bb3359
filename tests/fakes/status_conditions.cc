#include "tests/fakes/status_conditions.h"

#include <ctime>

#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {

std::string NowText() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[40];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

void SetCondition(Json& object, const std::string& type, const std::string& status, const std::string& reason,
                  const std::string& message) {
  Json condition = {{"type", type}, {"status", status}, {"lastTransitionTime", NowText()}};
  if (!reason.empty()) {
    condition["reason"] = reason;
  }
  if (!message.empty()) {
    condition["message"] = message;
  }
  Json& conditions = object["status"]["conditions"];
  if (!conditions.is_array()) {
    conditions = Json::array();
  }
  for (Json& old : conditions) {
    if (Text(old, "type") == type) {
      if (Text(old, "status") == status) {
        condition["lastTransitionTime"] = Text(old, "lastTransitionTime");
      }
      old = std::move(condition);
      return;
    }
  }
  conditions.push_back(std::move(condition));
}

std::string ConditionStatus(const Json& object, const std::string& type) {
  for (const Json& condition : Array(Object(object, "status"), "conditions")) {
    if (Text(condition, "type") == type) {
      return Text(condition, "status");
    }
  }
  return "";
}

}  // namespace kontrakt::fakes
