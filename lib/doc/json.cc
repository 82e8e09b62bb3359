#include "lib/doc/json.h"

#include <algorithm>
#include <utility>

namespace kontrakt::doc {
namespace {

constexpr int kDeepest = 1000;
constexpr int kIndent = 2;

struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

Position PositionOf(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is the first line's begin
  return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1, before.size() - line_begin + 1};
}

Error ErrorAt(std::string_view text, std::size_t offset, const std::string& message) {
  const Position position = PositionOf(text, offset);
  return InvalidInput("line " + std::to_string(position.line) + ", column " + std::to_string(position.column) + ": " +
                      message);
}

/// The offset of the bracket that nests too deeply, or npos. Walking such a tree would exhaust the stack.
std::size_t FindTooDeep(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '"':
        for (++i; i < text.size() && text[i] != '"'; ++i) {
          if (text[i] == '\\')
            ++i;
        }
        break;
      case '{':
      case '[':
        if (++depth > kDeepest)
          return i;
        break;
      case '}':
      case ']':
        --depth;
        break;
      default:
        break;
    }
  }
  return std::string_view::npos;
}

/// The parser's own words, without its prefix and without the input that it quotes, which may be a secret.
std::string PlainMessage(std::string_view what) {
  const std::size_t column = what.find("column ");
  const std::size_t begin = column == std::string_view::npos ? what.find("] ") : what.find(": ", column);
  if (begin != std::string_view::npos)
    what.remove_prefix(begin + 2);
  what = what.substr(0, what.find("; last read"));
  constexpr std::string_view kPrefix = "syntax error while parsing ";
  if (what.starts_with(kPrefix))
    what.remove_prefix(kPrefix.size());
  return "no JSON: " + std::string(what);
}

void AppendCanonical(const Json& value, std::string& text) {
  if (value.is_array()) {
    text += '[';
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i > 0)
        text += ',';
      AppendCanonical(value[i], text);
    }
    text += ']';
    return;
  }
  if (!value.is_object()) {
    text += Dump(value);
    return;
  }
  std::vector<std::pair<std::string_view, const Json*>> members;
  members.reserve(value.size());
  for (const auto& [key, member] : value.get_ref<const Json::object_t&>())
    members.emplace_back(key, &member);
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  text += '{';
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0)
      text += ',';
    text += Dump(Json(members[i].first));
    text += ':';
    AppendCanonical(*members[i].second, text);
  }
  text += '}';
}

}  // namespace

Result<Json> ParseJson(std::string_view text) {
  if (const std::size_t deep = FindTooDeep(text); deep != std::string_view::npos) {
    return ErrorAt(text, deep, "nested more than " + std::to_string(kDeepest) + " levels deep");
  }
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    // The parser counts bytes from 1 and has read the offending one.
    return ErrorAt(text, error.byte > 0 ? error.byte - 1 : 0, PlainMessage(error.what()));
  } catch (const Json::exception& error) {
    return InvalidInput(PlainMessage(error.what()));
  }
}

std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string DumpPretty(const Json& value) {
  return value.dump(kIndent, ' ', false, Json::error_handler_t::replace);
}

const Json* Find(const Json& value, std::initializer_list<std::string_view> path) {
  const Json* at = &value;
  for (const std::string_view step : path) {
    if (!at->is_object())
      return nullptr;
    const Json* next = nullptr;
    for (const auto& [key, member] : at->get_ref<const Json::object_t&>()) {
      if (key == step) {
        next = &member;
        break;
      }
    }
    if (next == nullptr)
      return nullptr;
    at = next;
  }
  return at;
}

std::string StringAt(const Json& value, std::initializer_list<std::string_view> path, std::string_view fallback) {
  const Json* const found = Find(value, path);
  if (found == nullptr || !found->is_string())
    return std::string(fallback);
  return found->get_ref<const std::string&>();
}

std::int64_t IntAt(const Json& value, std::initializer_list<std::string_view> path, std::int64_t fallback) {
  const Json* const found = Find(value, path);
  if (found == nullptr || !found->is_number_integer())
    return fallback;
  return found->get<std::int64_t>();
}

bool BoolAt(const Json& value, std::initializer_list<std::string_view> path, bool fallback) {
  const Json* const found = Find(value, path);
  return found != nullptr && found->is_boolean() ? found->get<bool>() : fallback;
}

const Json& ArrayAt(const Json& value, std::initializer_list<std::string_view> path) {
  static const Json kEmpty = Json::array();
  const Json* const found = Find(value, path);
  return found != nullptr && found->is_array() ? *found : kEmpty;
}

const Json& ObjectAt(const Json& value, std::initializer_list<std::string_view> path) {
  static const Json kEmpty = Json::object();
  const Json* const found = Find(value, path);
  return found != nullptr && found->is_object() ? *found : kEmpty;
}

std::string ScalarText(const Json& value) {
  return value.is_string() ? value.get<std::string>() : Dump(value);
}

std::string_view TypeName(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::boolean:
      return "boolean";
    case Json::value_t::string:
      return "string";
    case Json::value_t::array:
      return "list";
    case Json::value_t::object:
      return "map";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float:
      return "number";
    case Json::value_t::binary:
    case Json::value_t::discarded:
      break;
  }
  return "nothing";
}

std::string Canonical(const Json& value) {
  std::string text;
  AppendCanonical(value, text);
  return text;
}

}  // namespace kontrakt::doc
