#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/doc/json_fwd.h"

namespace kontrakt::doc {

/// A unified diff of two texts with three lines of context, "" when they are equal.
std::string UnifiedDiff(std::string_view before, std::string_view after, const std::string& before_name,
                        const std::string& after_name);

/// One field that differs.
struct FieldDifference {
  std::string path;    ///< "spec.template.spec.containers[0].image"
  std::string before;  ///< what is wanted, as compact JSON
  std::string after;   ///< what was found, "(absent)" where it is missing
};
/// Fields of `wanted` that `found` lacks or has otherwise; fields only in `found` do not count, and a null in `wanted`
/// asks for nothing. Lists of objects match by the first of name, type, key, containerPort and port that all wanted
/// elements have, else by index, and may have further elements in `found`; other lists must have the same length.
std::vector<FieldDifference> MissingFrom(const Json& wanted, const Json& found);

}  // namespace kontrakt::doc
