#include <algorithm>

#include <fmt/format.h>

#include "lib/base/strings.h"
#include "lib/doc/yaml.h"

namespace kontrakt::doc {
namespace {

constexpr std::size_t kIndent = 2;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Texts that other readers take for a date, a time or a number to the base 60, though ours does not.
bool LooksTypedElsewhere(std::string_view text) {
  if (!IsDigit(text[0]) && text[0] != '-' && text[0] != '+')
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return IsDigit(c) || std::string_view("-+:.,_TtZz ").find(c) != std::string_view::npos;
  });
}

/// Length of a character that may not stand in YAML text as it is, or 0.
std::size_t UnprintableLength(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  if (byte == 0x7F)
    return 1;
  if (byte == 0xC2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xA0)
    return 2;
  if (text.starts_with("\xE2\x80\xA8") || text.starts_with("\xE2\x80\xA9") || text.starts_with("\xEF\xBB\xBF"))
    return 3;
  return 0;
}

std::string UnprintableEscape(std::string_view text) {
  if (text.size() == 1)
    return "\\u007f";
  const auto second = static_cast<unsigned char>(text[1]);
  if (text.size() == 2)
    return fmt::format("\\u{:04x}", second);
  return text[0] == '\xEF' ? "\\ufeff" : text[2] == '\xA8' ? "\\u2028" : "\\u2029";
}

/// JSON's quoting is YAML's, but for some characters that JSON leaves as they are.
std::string Quoted(std::string_view text) {
  const std::string json = Dump(Json(text));
  std::string quoted;
  for (std::size_t i = 0; i < json.size();) {
    const std::size_t length = UnprintableLength(std::string_view(json).substr(i));
    if (length == 0) {
      quoted += json[i++];
      continue;
    }
    quoted += UnprintableEscape(std::string_view(json).substr(i, length));
    i += length;
  }
  return quoted;
}

/// Whether a text of several lines can stand as a literal block.
bool FitsLiteral(std::string_view text) {
  if (text.find('\n') == std::string_view::npos)
    return false;
  if (text.find_first_not_of('\n') == std::string_view::npos)
    return false;
  // A blank line with spaces before the first text would be taken for its indentation.
  const std::string_view first_lines = text.substr(0, text.find_first_not_of(" \n"));
  if (first_lines.find(' ') != std::string_view::npos)
    return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || UnprintableLength(text.substr(i)) > 0)
      return false;
    // A tab at a line's begin is taken for indentation by some readers.
    if (byte == '\t' && (i == 0 || text[i - 1] == '\n'))
      return false;
  }
  return true;
}

void AppendLiteral(std::string_view text, std::size_t indent, std::string& out) {
  const bool ends = text.ends_with('\n');
  out += ends ? (text.ends_with("\n\n") ? "|+" : "|") : "|-";
  if (ends)
    text.remove_suffix(1);
  for (const std::string& line : Split(text, '\n')) {
    out += '\n';
    if (!line.empty())
      out.append(indent, ' ').append(line);
  }
}

std::string KeyOf(std::string_view key) {
  return IsPlainString(key) && !LooksTypedElsewhere(key) ? std::string(key) : Quoted(key);
}

void AppendScalar(const Json& value, std::size_t indent, std::string& out) {
  if (!value.is_string()) {
    out += Dump(value);
    return;
  }
  const auto& text = value.get_ref<const std::string&>();
  if (FitsLiteral(text)) {
    AppendLiteral(text, indent, out);
  } else {
    out += KeyOf(text);
  }
}

bool IsBlock(const Json& value) {
  return value.is_structured() && !value.empty();
}

void AppendNode(const Json& value, std::size_t indent, std::string& out);

void AppendMap(const Json& map, std::size_t indent, std::string& out) {
  bool first = true;
  for (const auto& [key, member] : map.get_ref<const Json::object_t&>()) {
    if (!first)
      out.append(indent, ' ');
    first = false;
    out += KeyOf(key);
    out += ':';
    if (!IsBlock(member)) {
      out += ' ';
      AppendScalar(member, indent + kIndent, out);
      out += '\n';
      continue;
    }
    // Lists stand under their key without indentation, as kubectl prints them.
    const std::size_t inner = member.is_array() ? indent : indent + kIndent;
    out += '\n';
    out.append(inner, ' ');
    AppendNode(member, inner, out);
  }
}

/// Prints a list or map whose first line is already indented.
void AppendNode(const Json& value, std::size_t indent, std::string& out) {
  if (value.is_object()) {
    AppendMap(value, indent, out);
    return;
  }
  bool first = true;
  for (const Json& item : value) {
    if (!first)
      out.append(indent, ' ');
    first = false;
    out += "- ";
    if (IsBlock(item)) {
      AppendNode(item, indent + kIndent, out);
    } else {
      AppendScalar(item, indent + kIndent, out);
      out += '\n';
    }
  }
}

}  // namespace

std::string ToYaml(const Json& value) {
  std::string out;
  if (IsBlock(value)) {
    AppendNode(value, 0, out);
  } else {
    AppendScalar(value, kIndent, out);
    out += '\n';
  }
  return out;
}

}  // namespace kontrakt::doc
