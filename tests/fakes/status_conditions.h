#pragma once

#include <string>

#include "lib/doc/json.h"

namespace kontrakt::fakes {

/// Now, RFC 3339 in whole seconds.
std::string NowText();
/// Sets a condition of `status.conditions`; its transition time changes with its status only.
void SetCondition(doc::Json& object, const std::string& type, const std::string& status, const std::string& reason = "",
                  const std::string& message = "");
/// "True", "False", "Unknown" or empty.
std::string ConditionStatus(const doc::Json& object, const std::string& type);

}  // namespace kontrakt::fakes
