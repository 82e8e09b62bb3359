#include "lib/base/redact.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

#include "lib/base/base64.h"
#include "lib/base/strings.h"

namespace kontrakt {
namespace {

constexpr std::size_t kShortestSecret = 6;
constexpr std::string_view kMask = "***";

std::uint32_t PrefixOf(const char* bytes) {
  std::uint32_t prefix = 0;
  std::memcpy(&prefix, bytes, sizeof prefix);
  return prefix;
}

std::size_t SlotOf(std::uint32_t prefix) {
  return (prefix * 2654435761U) >> 16;
}

std::string UrlSafe(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

/// The base64 characters that depend on `value` alone when `offset` unknown bytes stand before it.
std::string Base64Core(std::string_view value, std::size_t offset) {
  std::string padded(offset, '\0');
  padded += value;
  const std::string encoded = Base64Encode(padded);
  const std::size_t first = (offset * 8 + 5) / 6;
  return encoded.substr(first, padded.size() * 8 / 6 - first);
}

std::string JsonEscaped(std::string_view value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : value) {
    switch (c) {
      case '"':
      case '\\':
        text += '\\';
        text += c;
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      case '\t':
        text += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          text += "\\u00";
          text += kDigits[static_cast<unsigned char>(c) >> 4];
          text += kDigits[static_cast<unsigned char>(c) & 15U];
        } else {
          text += c;
        }
    }
  }
  return text;
}

std::string LowerPercents(std::string text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    if (text[i] != '%')
      continue;
    for (const std::size_t at : {i + 1, i + 2}) {
      if (text[at] >= 'A' && text[at] <= 'F')
        text[at] = static_cast<char>(text[at] - 'A' + 'a');
    }
  }
  return text;
}

bool IsBase64Url(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}
bool IsToken68(char c) {
  return IsBase64Url(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
}

template <typename Predicate>
std::size_t SkipWhile(std::string_view text, std::size_t at, const Predicate& holds) {
  while (at < text.size() && holds(text[at]))
    ++at;
  return at;
}

/// One past a JSON Web Token that begins at `at`, or `at`. Header and payload are JSON objects: "eyJ" in base64.
std::size_t EndOfJwt(std::string_view text, std::size_t at) {
  constexpr std::size_t kShortestPart = 10;
  const std::size_t header = SkipWhile(text, at, IsBase64Url);
  if (header - at < kShortestPart || header >= text.size() || text[header] != '.')
    return at;
  const std::size_t payload = SkipWhile(text, header + 1, IsBase64Url);
  if (payload - header < kShortestPart || payload >= text.size() || text[payload] != '.')
    return at;
  return SkipWhile(text, payload + 1, IsBase64Url);
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) { return (a | 0x20) == b; });
}

/// Whether a word after "bearer" or "basic" is a credential and no English.
bool LooksLikeCredential(std::string_view word) {
  constexpr std::size_t kLongWord = 24;
  constexpr std::size_t kShortest = 8;
  if (word.size() < kShortest)
    return false;
  return word.size() >= kLongWord || word.find_first_not_of("abcdefghijklmnopqrstuvwxyz.-") != std::string_view::npos;
}

/// The range of a credential after the scheme name that begins at `at`; empty where there is none.
std::pair<std::size_t, std::size_t> CredentialAfterScheme(std::string_view text, std::size_t at) {
  constexpr std::string_view kHeader = "authorization:";
  for (const std::string_view scheme : {std::string_view("bearer"), std::string_view("basic")}) {
    if (!EqualsIgnoringCase(text.substr(at, scheme.size()), scheme))
      continue;
    if (at > 0 && (IsBase64Url(text[at - 1])))
      continue;
    const auto space = [](char c) { return c == ' ' || c == '\t'; };
    const std::size_t begin = SkipWhile(text, at + scheme.size(), space);
    if (begin == at + scheme.size())
      continue;
    const std::size_t end = SkipWhile(text, begin, IsToken68);
    const std::string_view before = Trim(text.substr(0, at));
    const bool in_header =
        before.size() >= kHeader.size() && EqualsIgnoringCase(before.substr(before.size() - kHeader.size()), kHeader);
    if (end > begin && (in_header || LooksLikeCredential(text.substr(begin, end - begin))))
      return {begin, end};
  }
  return {0, 0};
}

/// The range of the password in the URL whose "://" begins at `at`: all user info where it has no name of its own.
std::pair<std::size_t, std::size_t> PasswordInUrl(std::string_view text, std::size_t at) {
  const std::size_t begin = at + 3;
  const std::size_t end = std::min(text.find_first_of("/?# \t\r\n\"'<>\\", begin), text.size());
  const std::string_view authority = text.substr(begin, end - begin);
  const std::size_t sign = authority.rfind('@');
  if (sign == std::string_view::npos || sign == 0)
    return {0, 0};
  const std::size_t colon = authority.substr(0, sign).find(':');
  if (colon != std::string_view::npos)
    return {begin + colon + 1, begin + sign};
  const bool http = text.substr(0, at).ends_with("http") || text.substr(0, at).ends_with("https");
  return http ? std::pair{begin, begin + sign} : std::pair<std::size_t, std::size_t>{0, 0};
}

/// Length of the UTF-8 sequence at `at`, 0 when it is malformed, overlong or a surrogate.
std::size_t Utf8Length(std::string_view text, std::size_t at, char32_t& code) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || at + length > text.size())
    return 0;
  code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xC0U) != 0x80U)
      return 0;
    code = (code << 6) | (next & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
    return 0;
  return length;
}

/// One past the escape sequence (ECMA-48) whose ESC stands at `at`.
std::size_t EndOfEscape(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size())
    return text.size();
  const char kind = text[at + 1];
  if (kind == '[') {
    const std::size_t end = SkipWhile(text, at + 2, [](char c) { return c >= 0x20 && c < 0x40; });
    return end < text.size() && text[end] >= 0x40 ? end + 1 : end;
  }
  if (kind == ']' || kind == 'P' || kind == '_' || kind == '^' || kind == 'X') {
    const std::size_t end = text.find_first_of("\x07\x1b\n", at + 2);
    if (end == std::string_view::npos)
      return text.size();
    if (text[end] == '\x07')
      return end + 1;
    return end + 1 < text.size() && text[end] == '\x1b' && text[end + 1] == '\\' ? end + 2 : end;
  }
  return kind >= 0x20 && kind < 0x7f ? at + 2 : at + 1;
}

bool IsHarmful(char32_t code) {
  if (code < 0x20)
    return code != '\n' && code != '\t';
  if (code >= 0x7F && code < 0xA0)
    return true;
  // Marks that show text in another order than it has, and separators that some viewers take for a new line.
  return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0x2028 || code == 0x2029;
}

}  // namespace

std::string StripControl(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\x1b') {
      i = EndOfEscape(text, i);
      continue;
    }
    char32_t code = 0;
    const std::size_t length = Utf8Length(text, i, code);
    if (length == 0) {
      clean += "\xEF\xBF\xBD";
      ++i;
      continue;
    }
    if (!IsHarmful(code))
      clean += text.substr(i, length);
    i += length;
  }
  return clean;
}

void Redactor::AddPattern(std::string pattern) {
  if (pattern.size() < kShortestSecret)
    return;
  const std::uint32_t prefix = PrefixOf(pattern.data());
  known_.set(SlotOf(prefix));
  const std::size_t length = pattern.size();
  patterns_[prefix][length].insert(std::move(pattern));
}

void Redactor::AddSecret(std::string_view value) {
  const std::lock_guard lock(mutex_);
  const std::string_view trimmed = Trim(value);
  if (trimmed.size() < kShortestSecret)
    return;
  AddPattern(std::string(trimmed));
  AddPattern(JsonEscaped(trimmed));
  const std::string percent = PercentEncode(trimmed);
  AddPattern(percent);
  AddPattern(LowerPercents(percent));
  for (const std::string_view whole : {value, trimmed}) {
    AddPattern(Base64Encode(whole));
    AddPattern(UrlSafe(Base64Encode(whole)));
  }
  for (const std::size_t offset : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
    const std::string core = Base64Core(trimmed, offset);
    AddPattern(core);
    AddPattern(UrlSafe(core));
  }
  if (trimmed.find('\n') == std::string_view::npos)
    return;
  for (const std::string& line : Split(trimmed, '\n')) {
    const std::string_view part = Trim(line);
    if (part.starts_with("-----"))
      continue;  // PEM's frame is no secret
    AddPattern(std::string(part));
    AddPattern(JsonEscaped(part));
  }
}

void Redactor::FindSecrets(std::string_view text, std::vector<Range>& found) const {
  const std::lock_guard lock(mutex_);
  if (patterns_.empty())
    return;
  for (std::size_t i = 0; i + kShortestSecret <= text.size(); ++i) {
    const std::uint32_t prefix = PrefixOf(text.data() + i);
    if (!known_[SlotOf(prefix)])
      continue;
    const auto bucket = patterns_.find(prefix);
    if (bucket == patterns_.end())
      continue;
    for (const auto& [length, texts] : bucket->second) {
      if (i + length > text.size() || !texts.contains(text.substr(i, length)))
        continue;
      found.push_back({i, i + length});
      break;
    }
  }
}

std::string Redactor::Redact(std::string_view text) const {
  std::vector<Range> found;
  FindSecrets(text, found);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::pair<std::size_t, std::size_t> range{0, 0};
    if (c == 'e' && text.substr(i, 3) == "eyJ" && (i == 0 || !IsBase64Url(text[i - 1])))
      range = {i, EndOfJwt(text, i)};
    if (c == 'b' || c == 'B')
      range = CredentialAfterScheme(text, i);
    if (c == ':' && text.substr(i, 3) == "://")
      range = PasswordInUrl(text, i);
    if (range.second > range.first)
      found.push_back({range.first, range.second});
  }
  if (found.empty())
    return std::string(text);

  std::sort(found.begin(), found.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
  std::string masked;
  std::size_t done = 0;
  for (std::size_t i = 0; i < found.size();) {
    Range range = found[i];
    for (++i; i < found.size() && found[i].begin <= range.end; ++i)
      range.end = std::max(range.end, found[i].end);
    masked += text.substr(done, range.begin - done);
    masked += kMask;
    done = range.end;
  }
  masked += text.substr(done);
  return masked;
}

std::string Redactor::Clean(std::string_view text) const {
  const std::string masked = Redact(text);
  std::string clean = StripControl(masked);
  // Taking control characters out may put a secret together that they had cut in two.
  return clean == masked ? clean : Redact(clean);
}

std::string RedactUrl(std::string_view url) {
  std::string_view rest = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = rest.find("://");
  if (scheme == std::string_view::npos)
    return std::string(rest);
  const std::size_t begin = scheme + 3;
  const std::size_t end = std::min(rest.find('/', begin), rest.size());
  const std::size_t sign = rest.substr(0, end).rfind('@');
  if (sign == std::string_view::npos || sign < begin)
    return std::string(rest);
  return std::string(rest.substr(0, begin)) + std::string(rest.substr(sign + 1));
}

bool IsSecretName(std::string_view name) {
  std::string lower = ToLower(name);
  std::replace(lower.begin(), lower.end(), '-', '_');
  std::replace(lower.begin(), lower.end(), '.', '_');
  // Names of a place or a property of a secret, not of the secret itself.
  for (const std::string_view suffix : {"_name", "_file", "_path", "_dir", "_ttl", "_type", "_id", "_length"}) {
    if (lower.ends_with(suffix))
      return false;
  }
  for (const std::string_view part : {"password", "passwd", "passphrase", "token", "secret", "credential", "apikey",
                                      "accesskey", "privatekey", "authorization"}) {
    if (lower.find(part) != std::string::npos)
      return true;
  }
  return lower == "key" || lower == "pwd" || lower == "pass" || lower == "auth" || lower.ends_with("_key") ||
         lower.ends_with("_pwd") || lower.ends_with("_pass") || lower.ends_with("_auth");
}

}  // namespace kontrakt
