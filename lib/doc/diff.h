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
  std::string path;     ///< "spec.template.spec.containers[0].image"
  std::string before;   ///< compact JSON, "(absent)" where it is missing
  std::string after;
};
/// Fields of `wanted` that `found` lacks or has otherwise; fields only in `found` do not count.
std::vector<FieldDifference> MissingFrom(const Json& wanted, const Json& found);

}  // namespace kontrakt::doc
