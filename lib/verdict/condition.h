#pragma once

#include <string>
#include <string_view>

#include "lib/doc/json.h"

namespace kontrakt::verdict {

/// One entry of status.conditions.
struct StatusCondition {
  bool present = false;
  std::string status;  ///< "True", "False", "Unknown"
  std::string reason;
  std::string message;
  bool IsTrue() const { return status == "True"; }
  bool IsFalse() const { return status == "False"; }
};

StatusCondition ConditionOf(const doc::Json& object, std::string_view type);

/// Whether the controller has seen the object's present spec: observedGeneration, where it is reported, has reached it.
bool IsObserved(const doc::Json& object);

}  // namespace kontrakt::verdict
