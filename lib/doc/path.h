#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json_fwd.h"

namespace kontrakt::doc {

/// A kubectl JSONPath expression: `.a.b[0]`, `[*]`, `["a.b/c"]`, `..x`, `[?(@.type=="Ready")]` with == != < <= > >= and
/// =~ (RE2), braces and the leading `$` optional.
///
/// Threads: immutable once parsed.
class JsonPath {
 public:
  static Result<JsonPath> Parse(std::string_view text);
  JsonPath(JsonPath&&) noexcept;
  JsonPath& operator=(JsonPath&&) noexcept;
  JsonPath(const JsonPath&);
  ~JsonPath();
  /// All matches, in document order; empty when nothing is there.
  std::vector<const Json*> Evaluate(const Json& value) const;
  const std::string& text() const;

 private:
  struct Compiled;
  explicit JsonPath(std::shared_ptr<const Compiled> compiled);
  std::shared_ptr<const Compiled> compiled_;
};

/// `expression` or `expression == value` (also != < <= > >= =~), joined by && and ||: kubectl's --for=jsonpath and more.
/// A bare path holds when it yields something other than null, false and "".
class Condition {
 public:
  static Result<Condition> Parse(std::string_view text);
  bool Holds(const Json& value) const;
  const std::string& text() const { return text_; }
  Condition(const Condition&);
  Condition(Condition&&) noexcept;
  ~Condition();

 private:
  struct Compiled;
  Condition(std::string text, std::shared_ptr<const Compiled> compiled);
  std::string text_;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace kontrakt::doc
