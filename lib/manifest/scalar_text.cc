#include "lib/manifest/scalar_text.h"

#include <algorithm>
#include <vector>

#include "lib/base/strings.h"
#include "lib/doc/yaml.h"

namespace kontrakt::manifest {
namespace {

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string UnicodeEscape(unsigned code) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string escape = "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U})
    escape += kDigits[(code >> shift) & 15U];
  return escape;
}

/// U+0085, U+2028 and U+2029 break lines in YAML 1.1 and not in JSON: they are written as escapes.
struct LineBreak {
  std::string_view bytes;
  unsigned code;
};
constexpr LineBreak kLineBreaks[] = {{"\xC2\x85", 0x85}, {"\xE2\x80\xA8", 0x2028}, {"\xE2\x80\xA9", 0x2029}};

}  // namespace

std::string EscapedInDoubleQuotes(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const char c = text.front();
    const auto* line_break = std::find_if(std::begin(kLineBreaks), std::end(kLineBreaks),
                                          [&](const LineBreak& each) { return text.starts_with(each.bytes); });
    if (line_break != std::end(kLineBreaks)) {
      escaped += UnicodeEscape(line_break->code);
      text.remove_prefix(line_break->bytes.size());
      continue;
    }
    if (c == '"' || c == '\\') {
      escaped += '\\';
      escaped += c;
    } else if (c == '\n') {
      escaped += "\\n";
    } else if (c == '\t') {
      escaped += "\\t";
    } else if (c == '\r') {
      escaped += "\\r";
    } else if (IsControl(c)) {
      escaped += UnicodeEscape(static_cast<unsigned char>(c));
    } else {
      escaped += c;
    }
    text.remove_prefix(1);
  }
  return escaped;
}

std::string DoubleQuoted(std::string_view text) {
  return '"' + EscapedInDoubleQuotes(text) + '"';
}

std::string EscapedInSingleQuotes(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\'')
      escaped += c;
    escaped += c;
  }
  return escaped;
}

bool HasControlCharacters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return IsControl(c) && c != '\t'; }) ||
         std::any_of(std::begin(kLineBreaks), std::end(kLineBreaks),
                     [&](const LineBreak& each) { return text.find(each.bytes) != std::string_view::npos; });
}

bool IsHarmlessInPlain(std::string_view value) {
  constexpr std::string_view kOthers = "._/@:+-=~%$";
  return std::all_of(value.begin(), value.end(),
                     [&](char c) { return IsAlphanumeric(c) || kOthers.find(c) != std::string_view::npos; });
}

bool IsStringWhenPlain(std::string_view plain) {
  constexpr std::string_view kSpaces = " \t\r\n";
  constexpr std::string_view kBadStart = " \t\r\n@%`&*!|>'\"#,[]{}=";
  constexpr std::string_view kBadAlone = "-?:";  // indicators where a space follows
  if (plain.empty() || kSpaces.find(plain.back()) != std::string_view::npos)
    return false;
  if (kBadStart.find(plain.front()) != std::string_view::npos || plain.starts_with("---") || plain.starts_with("..."))
    return false;
  if (kBadAlone.find(plain.front()) != std::string_view::npos &&
      (plain.size() == 1 || std::string_view(" \t\r\n,[]{}").find(plain[1]) != std::string_view::npos)) {
    return false;
  }
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (plain[i] == ':' &&
        (i + 1 == plain.size() || std::string_view(" \t\r\n,[]{}").find(plain[i + 1]) != std::string_view::npos)) {
      return false;
    }
    if (plain[i] == '#' && kSpaces.find(plain[i - 1]) != std::string_view::npos)
      return false;
  }
  // Only a single word can be a number or a boolean. The signs of flow context are the surroundings' own matter: what
  // stands here was read as a plain scalar, and values bring none in.
  return plain.find_first_of(",[]{} \t\n") != std::string_view::npos || doc::IsPlainString(plain);
}

std::string TypedAsYaml(std::string_view value) {
  const std::string_view trimmed = Trim(value);
  const std::string string =
      IsHarmlessInPlain(value) && IsStringWhenPlain(value) ? std::string(value) : DoubleQuoted(value);
  if (trimmed.empty() || HasControlCharacters(value))
    return string;
  if (!doc::TypedScalar(trimmed).is_string())
    return std::string(trimmed);
  if (trimmed.find(" #") != std::string_view::npos)
    return string;  // would end in a comment
  Result<std::vector<doc::Document>> parsed = doc::ParseYaml(trimmed, "value");
  if (!parsed || parsed->size() != 1)
    return string;
  const doc::Json& whole = parsed->front().value;
  const char first = trimmed.front();
  const char last = trimmed.back();
  const bool is_flow = (whole.is_array() && first == '[' && last == ']') ||
                       (whole.is_object() && first == '{' && last == '}') ||
                       (whole.is_string() && (first == '"' || first == '\'') && first == last);
  return is_flow ? std::string(trimmed) : string;
}

bool IsPrintableUtf8(std::string_view text) {
  if (std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    return true;
  return doc::ParseYaml(DoubleQuoted(text), "value").has_value();
}

}  // namespace kontrakt::manifest
