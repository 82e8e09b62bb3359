#include "lib/doc/yaml_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace kontrakt::doc {
namespace {

constexpr std::string_view kUtf8Bom = "\xEF\xBB\xBF";
constexpr std::size_t kNowhere = std::string_view::npos;

/// Length of the UTF-8 sequence at `at`, 0 when it is malformed, overlong or a surrogate (RFC 3629 §4).
std::size_t Utf8Length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80)
    return 1;
  if (lead >= 0xC2 && lead <= 0xDF)
    return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool second = lead == 0xE0   ? byte(1) >= 0xA0 && byte(1) <= 0xBF
                        : lead == 0xED ? byte(1) >= 0x80 && byte(1) <= 0x9F
                                       : tail(1);
    return second && tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool second = lead == 0xF0   ? byte(1) >= 0x90 && byte(1) <= 0xBF
                        : lead == 0xF4 ? byte(1) >= 0x80 && byte(1) <= 0x8F
                                       : tail(1);
    return second && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

/// The four hexadecimal digits after "\u" at `at`, when they are a surrogate.
std::optional<std::uint32_t> SurrogateAt(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "\\u" || at + 6 > text.size())
    return std::nullopt;
  std::uint32_t unit = 0;
  const char* const end = text.data() + at + 6;
  if (std::from_chars(text.data() + at + 2, end, unit, 16).ptr != end)
    return std::nullopt;
  return unit >= 0xD800 && unit <= 0xDFFF ? std::optional(unit) : std::nullopt;
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t';
}
bool IsSpace(char c) {
  return IsBlank(c) || c == '\n' || c == '\r';
}

std::size_t EndOfLine(std::string_view text, std::size_t at) {
  return std::min(text.find('\n', at), text.size());
}

}  // namespace

Result<YamlText> YamlText::Create(std::string_view text, const std::string& file) {
  YamlText made(text, file);
  if (text.starts_with(kUtf8Bom)) {
    made.begin_ = kUtf8Bom.size();
    made.text_.remove_prefix(kUtf8Bom.size());
  }
  KT_TRY(made.CheckBytes());
  made.PatchSurrogates();
  return made;
}

Result<void> YamlText::CheckBytes() {
  lines_.push_back(0);
  if (text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF")) {
    return ErrorAt(0, "the file is UTF-16, not UTF-8").SetHint("save it as UTF-8");
  }
  for (std::size_t i = 0; i < text_.size();) {
    const auto byte = static_cast<unsigned char>(text_[i]);
    if (byte >= 0x20 && byte < 0x7F) {
      ++i;
      continue;
    }
    if (byte == '\n')
      lines_.push_back(i + 1);
    if (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') {
      if (byte == 0 && (i < 2 || text_[i - 2] == '\0'))
        return ErrorAt(i, "the file holds NUL: is it UTF-16?");
      return ErrorAt(i, fmt::format("control character 0x{:02x} is not allowed", byte));
    }
    const std::size_t length = Utf8Length(text_, i);
    if (length == 0)
      return ErrorAt(i, fmt::format("byte 0x{:02x} is no UTF-8 here", byte));
    i += length;
  }
  return {};
}

// JSON writes characters beyond U+FFFF as two escapes, which YAML does not know and go-yaml refuses; kubectl reads such
// a file as JSON. Here each pair becomes YAML's one long escape and two bytes that Repair takes out again,
// so that offsets stay what they are.
void YamlText::PatchSurrogates() {
  const std::size_t first = text_.find_first_not_of(" \t\r\n");
  if (first == kNowhere || (text_[first] != '{' && text_[first] != '['))
    return;
  if (text_.find("\\ud") == kNowhere && text_.find("\\uD") == kNowhere)
    return;
  for (char second = '\x80'; second <= '\xBF' && stand_in_.empty(); ++second) {
    const std::string candidate{'\xC2', second};
    if (text_.find(candidate) == kNowhere)
      stand_in_ = candidate;
  }
  if (stand_in_.empty())
    return;
  patched_ = text_;
  for (std::size_t i = 0; i + 1 < patched_.size(); ++i) {
    if (patched_[i] != '\\')
      continue;
    const auto high = SurrogateAt(text_, i);
    if (!high) {
      ++i;  // another escape, perhaps of a backslash
      continue;
    }
    const auto low = SurrogateAt(text_, i + 6);
    if (*high < 0xDC00 && low && *low >= 0xDC00) {
      const std::uint32_t code = 0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00);
      patched_.replace(i, 12, fmt::format("\\U{:08X}", code) + stand_in_);
      i += 11;
    } else {
      patched_.replace(i, 6, "\\uFFFD");  // half of a pair is no character: as Go's JSON does it
      i += 5;
    }
  }
}

std::size_t YamlText::FeedsAfter(std::size_t offset) const {
  const std::size_t end = std::min(text_.find_first_not_of(" \t\r\n", offset), text_.size());
  return static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(offset),
                                             text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
}

bool YamlText::Repair(std::size_t begin, std::size_t end, ScalarStyle style, std::string& value) const {
  if (!patched_.empty()) {
    for (std::size_t at = value.find(stand_in_); at != kNowhere; at = value.find(stand_in_, at)) {
      if (style != ScalarStyle::kDoubleQuoted)
        return false;
      value.erase(at, stand_in_.size());
    }
  }
  const std::string_view raw = readable().substr(begin, end - begin);
  // yaml-cpp 0.7 drops all but one of the line feeds that end a folded text with '+' or a quoted one …
  if (style == ScalarStyle::kFolded && raw.substr(0, raw.find('\n')).find('+') != kNowhere) {
    value.resize(value.find_last_not_of('\n') + 1);
    value.append(FeedsAfter(end), '\n');
  } else if (value.ends_with('\n') && (style == ScalarStyle::kSingleQuoted || style == ScalarStyle::kDoubleQuoted)) {
    const std::size_t last = raw.find_last_not_of(" \t\r\n", raw.size() - 2);
    const std::size_t feeds = FeedsAfter(begin + last + 1);
    if (feeds > 2)
      value.append(feeds - 2, '\n');
  }
  // … and writes its escapes \N and \_ as Latin-1.
  if (style != ScalarStyle::kDoubleQuoted)
    return true;
  if (raw.find("\\N") == kNowhere && raw.find("\\_") == kNowhere)
    return true;
  std::string valid;
  for (std::size_t i = 0; i < value.size();) {
    const std::size_t length = Utf8Length(value, i);
    if (length == 0)
      valid += '\xC2';
    valid += value.substr(i, std::max<std::size_t>(length, 1));
    i += std::max<std::size_t>(length, 1);
  }
  value = std::move(valid);
  return true;
}

int YamlText::LineAt(std::size_t offset) const {
  return static_cast<int>(std::upper_bound(lines_.begin(), lines_.end(), offset) - lines_.begin());
}

int YamlText::ColumnAt(std::size_t offset) const {
  return static_cast<int>(offset - lines_[static_cast<std::size_t>(LineAt(offset) - 1)]) + 1;
}

Error YamlText::ErrorAt(std::size_t offset, const std::string& message) const {
  const std::size_t at = std::min(offset, text_.size());
  return InvalidInput(message).SetLocation({file_, LineAt(at), ColumnAt(at)});
}

std::size_t YamlText::SkipProperties(std::size_t offset) const {
  const std::string_view text = readable();
  std::size_t at = offset;
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    const bool verbatim = text.substr(at, 2) == "!<";
    at = verbatim ? text.find('>', at) : text.find_first_of(" \t\r\n,[]{}", at);
    if (at == kNowhere)
      return text.size();
    if (verbatim)
      ++at;
    for (; at < text.size() && (IsSpace(text[at]) || (text[at] == '#' && IsSpace(text[at - 1]))); ++at) {
      if (text[at] == '#')
        at = EndOfLine(text, at);
      if (at == text.size())
        break;
    }
  }
  return std::min(at, text.size());
}

ScalarStyle YamlText::StyleOf(char first) {
  switch (first) {
    case '\'':
      return ScalarStyle::kSingleQuoted;
    case '"':
      return ScalarStyle::kDoubleQuoted;
    case '|':
      return ScalarStyle::kLiteral;
    case '>':
      return ScalarStyle::kFolded;
    default:
      return ScalarStyle::kPlain;
  }
}

std::size_t YamlText::EndOfScalar(std::size_t begin, ScalarStyle style, std::string_view value,
                                  int parent_column) const {
  const std::string_view text = readable();
  switch (style) {
    case ScalarStyle::kPlain:
      return EndOfPlain(begin, value);
    case ScalarStyle::kSingleQuoted:
      for (std::size_t i = begin + 1; i < text.size(); ++i) {
        if (text[i] != '\'')
          continue;
        if (i + 1 >= text.size() || text[i + 1] != '\'')
          return i + 1;
        ++i;
      }
      return kNowhere;
    case ScalarStyle::kDoubleQuoted:
      for (std::size_t i = begin + 1; i < text.size(); ++i) {
        if (text[i] == '"')
          return i + 1;
        if (text[i] == '\\')
          ++i;
      }
      return kNowhere;
    case ScalarStyle::kLiteral:
    case ScalarStyle::kFolded:
      return EndOfBlock(begin, parent_column);
  }
  return kNowhere;
}

std::size_t YamlText::EndOfPlain(std::size_t begin, std::string_view value) const {
  const std::string_view text = readable();
  if (text.substr(begin, value.size()) == value)
    return begin + value.size();
  // Over several lines: one line feed with the blanks around it became a space, n of them n - 1 line feeds.
  std::size_t at = begin;
  for (std::size_t i = 0; i < value.size();) {
    if (at >= text.size())
      return kNowhere;
    if (!IsSpace(text[at])) {
      if (text[at++] != value[i++])
        return kNowhere;
      continue;
    }
    std::size_t end = at;
    std::size_t feeds = 0;
    for (; end < text.size() && IsSpace(text[end]); ++end) {
      if (text[end] == '\n')
        ++feeds;
    }
    const std::string folded = feeds == 0   ? std::string(text.substr(at, end - at))
                               : feeds == 1 ? std::string(" ")
                                            : std::string(feeds - 1, '\n');
    if (value.substr(i, folded.size()) != folded)
      return kNowhere;
    i += folded.size();
    at = end;
  }
  return at;
}

std::size_t YamlText::EndOfBlock(std::size_t begin, int parent_column) const {
  const std::string_view text = readable();
  const std::size_t header_end = EndOfLine(text, begin);
  const std::string_view header = text.substr(begin, header_end - begin);
  std::size_t indent = 1;
  const std::size_t digit = header.find_first_of("123456789 \t#\r");
  const bool given = digit != kNowhere && header[digit] >= '1' && header[digit] <= '9';
  if (given)
    indent = static_cast<std::size_t>(header[digit] - '0');
  if (parent_column >= 0)
    indent += static_cast<std::size_t>(parent_column);

  std::size_t end = begin + std::min(header.find_first_of(" \t\r"), header.size());
  bool found_text = false;
  for (std::size_t line = header_end + 1; line < text.size();) {
    const std::size_t line_end = EndOfLine(text, line);
    const std::size_t first = std::min(text.find_first_not_of(' ', line), text.size());
    const std::size_t column = first - line;
    const bool blank = first >= line_end || text[first] == '\r';
    // Without an indicator the first line with text tells, or an earlier blank one that is longer.
    if (!given && !found_text)
      indent = std::max(indent, column);
    if (!blank) {
      if (column < indent)
        break;
      found_text = true;
      end = line_end > line && text[line_end - 1] == '\r' ? line_end - 1 : line_end;
    }
    line = line_end + 1;
  }
  return end;
}

std::size_t YamlText::TabBefore(std::size_t offset) const {
  const std::size_t line = lines_[static_cast<std::size_t>(LineAt(offset) - 1)];
  const std::string_view before = text_.substr(line, offset - line);
  const std::size_t tab = before.find('\t');
  if (tab == kNowhere || before.find_first_not_of(" \t") != kNowhere)
    return kNowhere;
  return line + tab;
}

}  // namespace kontrakt::doc
