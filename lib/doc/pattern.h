#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace kontrakt::doc {

/// A user's regular expression, in RE2's syntax: linear time whatever the pattern and the text.
///
/// Threads: immutable once made; copies share it.
class Pattern {
 public:
  /// kInvalidInput with RE2's reason.
  static Result<Pattern> Parse(std::string_view text);
  /// Whether it matches anywhere in `text`.
  bool Matches(std::string_view text) const;
  const std::string& text() const { return text_; }

 private:
  struct Compiled;
  Pattern(std::string text, std::shared_ptr<const Compiled> compiled);
  std::string text_;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace kontrakt::doc
