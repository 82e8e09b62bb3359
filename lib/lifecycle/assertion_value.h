#pragma once

#include <compare>
#include <optional>
#include <string_view>

#include "lib/doc/json_fwd.h"

namespace kontrakt {

/// Whether two values are the same: numbers by value, maps without regard to order.
bool SameValue(const doc::Json& a, const doc::Json& b);

/// A Kubernetes quantity ("500m", "1Gi", "2e3", "-1") as a plain number; nullopt for anything else.
std::optional<double> ParseQuantity(std::string_view text);

/// How `a` stands to `b` where both are numbers or quantities, or both are RFC 3339 times; nullopt where they can't be
/// put in order.
std::optional<std::partial_ordering> OrderOf(const doc::Json& a, const doc::Json& b);

}  // namespace kontrakt
