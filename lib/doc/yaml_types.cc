#include "lib/doc/yaml_types.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "lib/doc/yaml.h"

namespace kontrakt::doc {
namespace {

constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Words that mean something. Only texts that begin with one of "yYnNtTfFoO~" or a dot come here.
std::optional<PlainScalar> ResolveWord(std::string_view text) {
  static constexpr std::array<std::string_view, 11> kTrue = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                                             "True", "TRUE", "on",  "On",  "ON"};
  static constexpr std::array<std::string_view, 11> kFalse = {"n",     "N",     "no",  "No",  "NO", "false",
                                                              "False", "FALSE", "off", "Off", "OFF"};
  static constexpr std::array<std::string_view, 4> kNull = {"~", "null", "Null", "NULL"};
  static constexpr std::array<std::string_view, 12> kInfinite = {".inf",  ".Inf",  ".INF",  "+.inf", "+.Inf", "+.INF",
                                                                 "-.inf", "-.Inf", "-.INF", ".nan",  ".NaN",  ".NAN"};
  const auto is_one_of = [text](const auto& words) {
    return std::find(words.begin(), words.end(), text) != words.end();
  };
  if (is_one_of(kTrue))
    return PlainScalar{PlainKind::kBoolean, true};
  if (is_one_of(kFalse))
    return PlainScalar{PlainKind::kBoolean, false};
  if (is_one_of(kNull))
    return PlainScalar{PlainKind::kNull, nullptr};
  if (is_one_of(kInfinite))
    return PlainScalar{PlainKind::kInfinite, std::string(text)};
  return std::nullopt;
}

/// An integer in the base that its prefix names ("0x", "0o", "0b", "0"), as Go's ParseInt and ParseUint with base 0.
std::optional<Json> ReadInteger(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
    text.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
  }
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!negative)
    return number <= kLargest ? Json(static_cast<std::int64_t>(number)) : Json(number);
  if (number > kLargest + 1)
    return std::nullopt;
  return Json(static_cast<std::int64_t>(~number + 1));
}

/// Whether `text` is [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?.
bool LooksLikeFloat(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t begin = i;
    while (i < text.size() && IsDigit(text[i]))
      ++i;
    return i - begin;
  };
  if (i < text.size() && (text[i] == '-' || text[i] == '+'))
    ++i;
  const std::size_t whole = digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0 && whole == 0)
      return false;
  } else if (whole == 0) {
    return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+'))
      ++i;
    if (digits() == 0)
      return false;
  }
  return i == text.size();
}

std::optional<Json> ReadFloat(std::string_view text) {
  if (!LooksLikeFloat(text))
    return std::nullopt;
  if (text[0] == '+')
    text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) {
    // Too small is zero in Go, too large an error, which leaves the string.
    const bool tiny = text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos;
    return tiny ? std::optional<Json>(0) : std::nullopt;
  }
  if (error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  // Go prints a whole number without its fraction, and a server's integer field takes nothing else.
  constexpr double kSafe = 9.2e18;
  if (std::trunc(number) == number && std::abs(number) < kSafe)
    return Json(static_cast<std::int64_t>(number));
  return Json(number);
}

PlainScalar ResolveNumber(std::string_view text) {
  std::string plain(text);
  std::erase(plain, '_');
  if (auto integer = ReadInteger(plain))
    return {PlainKind::kInteger, *std::move(integer)};
  if (auto number = ReadFloat(plain))
    return {PlainKind::kFloat, *std::move(number)};
  return {PlainKind::kString, std::string(text)};
}

/// Go's strconv.FormatFloat(number, 'g', -1, 32), which Kubernetes uses for keys.
std::string FloatKey(float number) {
  if (std::isinf(number))
    return number < 0 ? "-.inf" : ".inf";
  std::array<char, 64> buffer{};
  const auto print = [&](std::chars_format format) {
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format).ptr;
    return std::string(buffer.data(), end);
  };
  const std::string scientific = print(std::chars_format::scientific);
  const std::size_t mark = scientific.find('e') + 1;
  int exponent = 0;
  const std::size_t digits = scientific[mark] == '+' ? mark + 1 : mark;
  std::from_chars(scientific.data() + digits, scientific.data() + scientific.size(), exponent);
  constexpr int kSmallest = -4;
  constexpr int kLargest = 6;
  return exponent < kSmallest || exponent >= kLargest ? scientific : print(std::chars_format::fixed);
}

Error TypeMismatch(std::string_view text, std::string_view type) {
  return InvalidInput("'" + std::string(text) + "' is no " + std::string(type));
}

/// Whether a character may not begin a plain scalar.
bool IsIndicator(char c) {
  return std::string_view("-?:,[]{}#&*!|>'\"%@`").find(c) != std::string_view::npos;
}

}  // namespace

PlainScalar ResolvePlain(std::string_view text) {
  if (text.empty())
    return {PlainKind::kNull, nullptr};
  constexpr std::string_view kWordBegin = "yYnNtTfFoO~";
  const char first = text[0];
  if (IsDigit(first))
    return ResolveNumber(text);
  if (first == '+' || first == '-' || first == '.') {
    if (auto word = ResolveWord(text))
      return *std::move(word);
    if (first != '.')
      return ResolveNumber(text);
    std::string plain(text);
    std::erase(plain, '_');
    if (auto number = ReadFloat(plain))
      return {PlainKind::kFloat, *std::move(number)};
  } else if (kWordBegin.find(first) != std::string_view::npos) {
    if (auto word = ResolveWord(text))
      return *std::move(word);
  } else if (text == "<<") {
    return {PlainKind::kMerge, std::string(text)};
  }
  return {PlainKind::kString, std::string(text)};
}

Result<Json> ResolveTagged(std::string_view tag, std::string_view text) {
  if (!tag.starts_with(kCoreTag))
    return Json(std::string(text));
  const std::string_view type = tag.substr(kCoreTag.size());
  PlainScalar plain = ResolvePlain(text);
  if (type == "null") {
    if (plain.kind != PlainKind::kNull)
      return TypeMismatch(text, "null");
    return Json(nullptr);
  }
  if (type == "bool") {
    if (plain.kind != PlainKind::kBoolean)
      return TypeMismatch(text, "boolean");
    return std::move(plain.value);
  }
  if (type == "int") {
    if (plain.kind != PlainKind::kInteger)
      return TypeMismatch(text, "integer");
    return std::move(plain.value);
  }
  if (type == "float") {
    if (plain.kind == PlainKind::kInfinite)
      return InvalidInput("JSON has no '" + std::string(text) + "'");
    if (plain.kind != PlainKind::kInteger && plain.kind != PlainKind::kFloat)
      return TypeMismatch(text, "number");
    return std::move(plain.value);
  }
  return Json(std::string(text));
}

Result<std::string> KeyText(const PlainScalar& key) {
  if (key.kind == PlainKind::kFloat)
    return FloatKey(static_cast<float>(key.value.get<double>()));
  if (key.value.is_string())
    return key.value.get<std::string>();
  if (key.value.is_null())
    return InvalidInput("a field has no name");
  return Dump(key.value);
}

Json TypedScalar(std::string_view plain) {
  return ResolvePlain(plain).value;
}

bool IsPlainString(std::string_view text) {
  if (text.empty() || ResolvePlain(text).kind != PlainKind::kString)
    return false;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':')
    return false;
  if (text == "=" || text.starts_with("---") || text.starts_with("..."))
    return false;
  const bool may_begin = text[0] == '-' && text.size() > 1 && text[1] != ' ';
  if (IsIndicator(text[0]) && !may_begin)
    return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F)
      return false;
    // U+0080 to U+009F, U+2028, U+2029 and U+FEFF break lines or are refused by other readers.
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0)
      return false;
    if (text.substr(i, 2) == "\xE2\x80" && i + 2 < text.size() && (text[i + 2] == '\xA8' || text[i + 2] == '\xA9')) {
      return false;
    }
    if (text.substr(i, 3) == "\xEF\xBB\xBF")
      return false;
    if (std::string_view(",[]{}").find(text[i]) != std::string_view::npos)
      return false;
    if (text[i] == ':' && (text[i + 1] == ' '))
      return false;
    if (text[i] == '#' && text[i - 1] == ' ')
      return false;
  }
  return true;
}

}  // namespace kontrakt::doc
