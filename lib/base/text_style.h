#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/progress.h"

namespace kontrakt {

/// How text for a person may look: coloured and with signs beyond ASCII on a terminal that can, plain elsewhere.
///
/// Threads: a value.
class TextStyle {
 public:
  enum class Color : unsigned char { kNo, kYes };
  enum class Signs : unsigned char { kAscii, kUnicode };

  /// Plain, 80 columns: what a file or a pipe gets.
  TextStyle() = default;
  TextStyle(Color color, Signs signs, int width) : color_(color), signs_(signs), width_(width) {}

  std::string Bold(std::string_view text) const;
  std::string Dim(std::string_view text) const;
  /// Green, red, yellow or as it is.
  std::string In(Mood mood, std::string_view text) const;
  std::string Good(std::string_view text) const { return In(Mood::kGood, text); }
  std::string Bad(std::string_view text) const { return In(Mood::kBad, text); }
  /// One sign for a mood, coloured: a tick, a cross, a circle, a dot.
  std::string Sign(Mood mood) const;

  bool colored() const { return color_ == Color::kYes; }
  Signs signs() const { return signs_; }
  /// Columns that a line may take.
  int width() const { return width_; }

 private:
  std::string Wrap(std::string_view code, std::string_view text) const;

  Color color_ = Color::kNo;
  Signs signs_ = Signs::kAscii;
  int width_ = 80;
};

/// Length of the colour sequence ("\x1b[32m") that `text` starts with, of those that TextStyle writes; else 0.
std::size_t ColorSequenceAt(std::string_view text);

/// Columns that `text` takes: colour sequences count nothing, a UTF-8 sequence counts one.
std::size_t DisplayWidth(std::string_view text);

/// `text` cut to `width` columns, with "…" or "..." in place of what is missing. Colours are ended.
std::string CutToWidth(std::string_view text, std::size_t width, TextStyle::Signs signs);

/// `text` broken at spaces into lines of at most `width` columns; line feeds in it stay breaks.
std::vector<std::string> WrapText(std::string_view text, std::size_t width);

/// Rows of cells printed with aligned columns, two spaces between, nothing after the last.
class TextTable {
 public:
  explicit TextTable(std::string indent = "") : indent_(std::move(indent)) {}
  void Row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  /// One line a row, each ended by a line feed.
  std::string ToString() const;

 private:
  std::string indent_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace kontrakt
