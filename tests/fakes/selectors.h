#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json.h"

namespace kontrakt::fakes {

/// A labelSelector: `a=b`, `a==b`, `a!=b`, `a in (x,y)`, `a notin (x,y)`, `a`, `!a`, joined by commas.
class LabelSelector {
 public:
  /// The error is what the server says behind "unable to parse requirement: ".
  static tl::expected<LabelSelector, std::string> Parse(std::string_view text);
  bool Matches(const doc::Json& object) const;
  /// Whether labels match `{matchLabels, matchExpressions}` of a workload, or a Service's plain map.
  static bool MatchesObject(const doc::Json& selector, const doc::Json& labels);

 private:
  enum class Operator : unsigned char { kIn, kNotIn, kExists, kAbsent };
  struct Requirement {
    std::string key;
    Operator op = Operator::kExists;
    std::vector<std::string> values;
    bool Matches(const doc::Json& labels) const;
  };
  std::vector<Requirement> requirements_;
};

/// A fieldSelector of `path=value`, `path==value`, `path!=value`, joined by commas. Any path of scalars is supported,
/// where the real server knows a few per kind.
class FieldSelector {
 public:
  static tl::expected<FieldSelector, std::string> Parse(std::string_view text);
  bool Matches(const doc::Json& object) const;

 private:
  struct Requirement {
    std::string path;
    std::string value;
    bool equal = true;
  };
  std::vector<Requirement> requirements_;
};

}  // namespace kontrakt::fakes
