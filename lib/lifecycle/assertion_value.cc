#include "lib/lifecycle/assertion_value.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include "lib/base/time.h"
#include "lib/doc/json.h"

namespace kontrakt {
namespace {

using doc::Json;

/// Suffixes of resource.Quantity (Kubernetes' apimachinery, pkg/api/resource), longest first.
constexpr std::array<std::pair<std::string_view, double>, 15> kSuffixes = {{{"Ki", 1024.0},
                                                                            {"Mi", 1048576.0},
                                                                            {"Gi", 1073741824.0},
                                                                            {"Ti", 1099511627776.0},
                                                                            {"Pi", 1125899906842624.0},
                                                                            {"Ei", 1152921504606846976.0},
                                                                            {"n", 1e-9},
                                                                            {"u", 1e-6},
                                                                            {"m", 1e-3},
                                                                            {"k", 1e3},
                                                                            {"M", 1e6},
                                                                            {"G", 1e9},
                                                                            {"T", 1e12},
                                                                            {"P", 1e15},
                                                                            {"E", 1e18}}};

std::optional<double> NumberOf(const Json& value) {
  if (value.is_number())
    return value.get<double>();
  if (value.is_string())
    return ParseQuantity(value.get_ref<const std::string&>());
  return std::nullopt;
}

}  // namespace

bool SameValue(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number())
    return a == b;
  if (a.is_object() && b.is_object()) {
    if (a.size() != b.size())
      return false;
    for (const auto& [key, value] : a.items()) {
      const auto other = b.find(key);
      if (other == b.end() || !SameValue(value, *other))
        return false;
    }
    return true;
  }
  if (a.is_array() && b.is_array()) {
    if (a.size() != b.size())
      return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!SameValue(a[i], b[i]))
        return false;
    }
    return true;
  }
  return a.type() == b.type() && a == b;
}

std::optional<double> ParseQuantity(std::string_view text) {
  if (text.starts_with('+'))
    text.remove_prefix(1);
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || !std::isfinite(number))
    return std::nullopt;
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (suffix.empty())
    return number;
  for (const auto& [name, factor] : kSuffixes) {
    if (suffix == name)
      return number * factor;
  }
  return std::nullopt;
}

std::optional<std::partial_ordering> OrderOf(const Json& a, const Json& b) {
  const std::optional<double> first = NumberOf(a);
  const std::optional<double> second = NumberOf(b);
  if (first && second)
    return *first <=> *second;
  if (!a.is_string() || !b.is_string())
    return std::nullopt;
  const Result<WallTime> first_time = ParseRfc3339(a.get_ref<const std::string&>());
  const Result<WallTime> second_time = ParseRfc3339(b.get_ref<const std::string&>());
  if (!first_time || !second_time)
    return std::nullopt;
  return std::partial_ordering(*first_time <=> *second_time);
}

}  // namespace kontrakt
