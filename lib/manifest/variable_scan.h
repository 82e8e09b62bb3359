#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/manifest/text_part.h"
#include "lib/manifest/variables.h"

namespace kontrakt::manifest {

/// One variable of ours in a text.
struct VariableUse {
  std::size_t begin = 0;  ///< of "${", or of "$${" where it is escaped
  std::size_t end = 0;
  std::string name;  ///< "KO_DOCKER_REPO", "kontrakt.name"
  bool is_escaped = false;
};

/// Finds `${KO_DOCKER_REPO}` and `${kontrakt.…}`, escaped ones too, in order.
std::vector<VariableUse> FindVariables(std::string_view text);

/// A variable's value; the error says what would give it one, and has no location.
struct VariableValue {
  std::string text;
  bool is_typed = false;  ///< from --set
};
Result<VariableValue> ValueOf(const std::string& name, const Variables& variables);

/// One part of a text in which each variable is hidden behind plain letters of the same length, since `${` is no scalar
/// in flow context. `hidden` says how a use is written there.
struct HiddenPart {
  std::string text;
  char filler = '_';
  std::string Hidden(std::string_view use) const;
};
HiddenPart HideVariables(std::string_view text, const std::vector<VariableUse>& uses);

}  // namespace kontrakt::manifest
