#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json.h"
#include "lib/doc/pattern.h"

namespace kontrakt::doc {

struct Predicate;

/// One step of a path, from each value reached so far to others.
struct PathStep {
  enum class Kind : unsigned char { kFields, kAll, kDescend, kElements, kSlice, kFilter };
  Kind kind = Kind::kFields;
  std::vector<std::string> names;           ///< kFields
  std::vector<std::int64_t> elements;       ///< kElements; negative ones count from the end
  std::optional<std::int64_t> first, last;  ///< kSlice: from first to before last
  std::int64_t stride = 1;                  ///< kSlice
  std::shared_ptr<const Predicate> filter;  ///< kFilter
};

struct PathExpression {
  bool from_root = false;  ///< begins with `$`: within a filter the whole document instead of the element
  std::vector<PathStep> steps;

  /// Adds what the path yields to `found`.
  void Evaluate(const Json& current, const Json& root, std::vector<const Json*>& found) const;
};

enum class Comparator : unsigned char {
  kExists,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kMatches,
};

/// What a filter or condition asks: a comparison, or others joined.
struct Predicate {
  enum class Kind : unsigned char { kComparison, kAll, kAny };
  Kind kind = Kind::kComparison;
  std::vector<Predicate> parts;  ///< kAll, kAny
  PathExpression left;
  Comparator comparator = Comparator::kExists;
  std::optional<PathExpression> right;  ///< else `literal`
  Json literal;                         ///< a string
  std::optional<Pattern> pattern;       ///< kMatches

  bool Holds(const Json& current, const Json& root) const;
};

/// kInvalidInput with the column of what is not understood.
Result<PathExpression> ParsePathExpression(std::string_view text);
Result<Predicate> ParsePredicate(std::string_view text);

}  // namespace kontrakt::doc
