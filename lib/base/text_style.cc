#include "lib/base/text_style.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kontrakt {
namespace {

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::array<std::string_view, 6> kSequences = {kReset,     "\x1b[1m",  "\x1b[2m",
                                                        "\x1b[31m", "\x1b[32m", "\x1b[33m"};

std::string_view CodeOf(Mood mood) {
  switch (mood) {
    case Mood::kGood:
      return "\x1b[32m";
    case Mood::kBad:
      return "\x1b[31m";
    case Mood::kWaiting:
      return "\x1b[33m";
    case Mood::kNeutral:
      break;
  }
  return "";
}

bool IsContinuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// One past the character or colour sequence that starts at `at`.
std::size_t NextUnit(std::string_view text, std::size_t at) {
  if (const std::size_t length = ColorSequenceAt(text.substr(at)); length > 0) {
    return at + length;
  }
  ++at;
  while (at < text.size() && IsContinuation(text[at])) {
    ++at;
  }
  return at;
}

}  // namespace

std::string TextStyle::Wrap(std::string_view code, std::string_view text) const {
  if (!colored() || code.empty() || text.empty()) {
    return std::string(text);
  }
  std::string wrapped(code);
  wrapped += text;
  wrapped += kReset;
  return wrapped;
}

std::string TextStyle::Bold(std::string_view text) const {
  return Wrap("\x1b[1m", text);
}

std::string TextStyle::Dim(std::string_view text) const {
  return Wrap("\x1b[2m", text);
}

std::string TextStyle::In(Mood mood, std::string_view text) const {
  return Wrap(CodeOf(mood), text);
}

std::string TextStyle::Sign(Mood mood) const {
  const bool unicode = signs_ == Signs::kUnicode;
  switch (mood) {
    case Mood::kGood:
      return In(mood, unicode ? "✔" : "+");
    case Mood::kBad:
      return In(mood, unicode ? "✘" : "x");
    case Mood::kWaiting:
      return In(mood, unicode ? "○" : "o");
    case Mood::kNeutral:
      break;
  }
  return unicode ? "·" : "-";
}

std::size_t ColorSequenceAt(std::string_view text) {
  for (const std::string_view sequence : kSequences) {
    if (text.starts_with(sequence)) {
      return sequence.size();
    }
  }
  return 0;
}

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size(); at = NextUnit(text, at)) {
    width += ColorSequenceAt(text.substr(at)) == 0 ? 1U : 0U;
  }
  return width;
}

std::string CutToWidth(std::string_view text, std::size_t width, TextStyle::Signs signs) {
  if (DisplayWidth(text) <= width) {
    return std::string(text);
  }
  const std::string_view ellipsis = signs == TextStyle::Signs::kUnicode ? "…" : "...";
  const std::size_t room = width - std::min(width, DisplayWidth(ellipsis));
  std::string cut;
  bool colored = false;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = NextUnit(text, at);
    const bool is_sequence = ColorSequenceAt(text.substr(at)) > 0;
    if (!is_sequence && used == room) {
      break;
    }
    used += is_sequence ? 0U : 1U;
    colored = colored || is_sequence;
    cut += text.substr(at, next - at);
    at = next;
  }
  if (width >= DisplayWidth(ellipsis)) {
    cut += ellipsis;
  }
  if (colored) {
    cut += kReset;
  }
  return cut;
}

std::vector<std::string> WrapText(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  bool begun = false;
  const auto end_line = [&] {
    lines.push_back(std::exchange(line, ""));
    begun = false;
  };
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '\n' || text[at] == ' ') {
      if (text[at] == '\n') {
        end_line();
      }
      ++at;
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (begun && DisplayWidth(line) + 1 + DisplayWidth(word) > width) {
      end_line();
    }
    if (begun) {
      line += ' ';
    }
    line += word;
    begun = true;
    at = end;
  }
  if (begun || lines.empty()) {
    lines.push_back(line);
  }
  return lines;
}

std::string TextTable::ToString() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line = indent_;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) {
        line.append(widths[i] - DisplayWidth(row[i]) + 2, ' ');
      }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace kontrakt
