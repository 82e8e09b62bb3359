#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json_fwd.h"

namespace kontrakt::doc {

/// A kubectl JSONPath expression: `.a.b[0]`, `[-1]`, `[1:3]`, `[*]`, `["a.b/c"]`, `.a\.b`, `['a','b']`, `..x`,
/// `[?(@.type=="Ready")]` with all that a Condition knows; braces and the leading `$` are optional.
///
/// Threads: immutable once parsed.
class JsonPath {
 public:
  /// kInvalidInput with the column of what is not understood.
  static Result<JsonPath> Parse(std::string_view text);
  JsonPath(JsonPath&&) noexcept;
  JsonPath& operator=(JsonPath&&) noexcept;
  JsonPath(const JsonPath&);
  JsonPath& operator=(const JsonPath&);
  ~JsonPath();
  /// All matches, in document order; empty when nothing is there.
  std::vector<const Json*> Evaluate(const Json& value) const;
  const std::string& text() const;

 private:
  struct Compiled;
  explicit JsonPath(std::shared_ptr<const Compiled> compiled);
  std::shared_ptr<const Compiled> compiled_;
};

/// `path` or `path == value` (also = != < <= > >= =~), joined by && and || with parentheses: kubectl's --for=jsonpath
/// and more. The value is a quoted or bare text, or another path (`.a`, `$.a`, `{.a}`).
///
/// A bare path holds when it yields something other than null, false and "". A comparison holds when one of the path's
/// values satisfies it; != holds when none is equal, so also when there is none. A number is compared as a number with
/// what reads as one, everything else as text; < and > also take texts that read as numbers for such.
///
/// Threads: immutable once parsed.
class Condition {
 public:
  /// kInvalidInput with the column of what is not understood.
  static Result<Condition> Parse(std::string_view text);
  bool Holds(const Json& value) const;
  const std::string& text() const { return text_; }
  Condition(const Condition&);
  Condition(Condition&&) noexcept;
  Condition& operator=(const Condition&);
  Condition& operator=(Condition&&) noexcept;
  ~Condition();

 private:
  struct Compiled;
  Condition(std::string text, std::shared_ptr<const Compiled> compiled);
  std::string text_;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace kontrakt::doc
