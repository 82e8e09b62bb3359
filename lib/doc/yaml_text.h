#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/yaml.h"

namespace kontrakt::doc {

/// The bytes of a YAML file: whether they may be read at all, where lines begin and where scalars end.
///
/// Offsets count from the first byte after a UTF-8 BOM; `begin()` is where that stands in the file.
///
/// Threads: immutable once made. `text` must outlive it.
class YamlText {
 public:
  /// kInvalidInput with a location: NUL and other control characters, UTF-16, invalid UTF-8.
  static Result<YamlText> Create(std::string_view text, const std::string& file);

  /// What the parser is given: the text, in JSON with surrogate pairs in the form that YAML knows, of the same length.
  std::string_view readable() const { return patched_.empty() ? text_ : std::string_view(patched_); }
  std::size_t begin() const { return begin_; }
  int LineAt(std::size_t offset) const;
  int ColumnAt(std::size_t offset) const;
  Error ErrorAt(std::size_t offset, const std::string& message) const;

  /// Where a node's own text begins when its tag and anchor, if any, begin at `offset`.
  std::size_t SkipProperties(std::size_t offset) const;
  static ScalarStyle StyleOf(char first);
  /// One past the last byte of the scalar that begins at `begin`. `value` is what the parser made of it;
  /// `parent_column` is that of the enclosing block collection, from 0, or -1. npos when the text does not give that
  /// value.
  std::size_t EndOfScalar(std::size_t begin, ScalarStyle style, std::string_view value, int parent_column) const;
  /// The offset of a tab in the indentation of `offset`'s line, when nothing else stands before `offset`; else npos.
  std::size_t TabBefore(std::size_t offset) const;
  /// Corrects a scalar's value where the parser or our own stand-ins left it wrong; false when it holds an escape of a
  /// surrogate pair and may not.
  bool Repair(std::size_t begin, std::size_t end, ScalarStyle style, std::string& value) const;

 private:
  explicit YamlText(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {}
  Result<void> CheckBytes();
  void PatchSurrogates();
  std::size_t FeedsAfter(std::size_t offset) const;
  std::size_t EndOfPlain(std::size_t begin, std::string_view value) const;
  std::size_t EndOfBlock(std::size_t begin, int parent_column) const;

  std::string_view text_;
  std::string file_;
  std::size_t begin_ = 0;
  std::vector<std::size_t> lines_;  ///< offset of each line's first byte
  std::string patched_;
  std::string stand_in_;  ///< two bytes that the text does not hold otherwise
};

}  // namespace kontrakt::doc
