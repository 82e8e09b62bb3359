#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json.h"

namespace kontrakt {

/// One field of an assertion: what was wanted and what was found.
struct AssertedField {
  std::string path;
  std::string wanted;
  std::string found;
};

/// What an operator of a pattern is called and how it is used wrongly.
struct PatternProblem {
  std::string pointer;  ///< JSON pointer within the pattern
  std::string message;
};

/// A partial object: what is written must match, what is not written does not matter.
///
/// - A map matches a map that has its keys with matching values.
/// - A list of maps matches by the first of name, type, key, containerPort and port that all its elements have as a
///   plain value, else by index; the other list may have more elements. A list of plain values must be equal in length
///   and match by index. An empty list asks for an empty or absent one.
/// - null asks that the field is null or absent. Numbers are equal by value (1 and 1.0), texts are no numbers.
/// - A map of operators may stand for any value; all of them must hold:
///   `$eq`, `$ne` compare whole values; `$gt`, `$ge`, `$lt`, `$le` numbers, quantities ("500m", "1Gi") and times;
///   `$in` is a list of values; `$regex` is RE2, anywhere in the text; `$exists` is true or false; `$len` is a number
///   or a pattern for the length of a list, map or text (absent: 0); `$not` takes a pattern that must not match.
///   `$any` and `$all` with a list are patterns for the value itself; with anything else a pattern for the elements of
///   the list or map found, of which there must be one at least.
///
/// Threads: immutable once made; copies share the compiled regular expressions.
class AssertionPattern {
 public:
  /// kInvalidInput for an unknown operator, operators beside ordinary keys or an operand of the wrong type; each is in
  /// `problems` too, for its line.
  static Result<AssertionPattern> Create(doc::Json pattern, std::vector<PatternProblem>* problems = nullptr);

  /// The fields that do not match; empty when all do. Values are compact JSON, "(absent)" where nothing is.
  std::vector<AssertedField> Mismatches(const doc::Json& found) const;
  bool Matches(const doc::Json& found) const { return Mismatches(found).empty(); }
  /// What it asks for, as fields with the values found.
  std::vector<AssertedField> Fields(const doc::Json& found) const;
  const doc::Json& pattern() const;

 private:
  struct Compiled;
  explicit AssertionPattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace kontrakt
