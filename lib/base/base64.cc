#include "lib/base/base64.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace kontrakt {
namespace {

constexpr std::string_view kBase64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase32Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::uint8_t kNoDigit = 0xff;
constexpr std::uint8_t kWhiteSpace = 0xfe;

constexpr std::array<std::uint8_t, 256> MakeBase64Digits() {
  std::array<std::uint8_t, 256> digits{};
  for (auto& digit : digits)
    digit = kNoDigit;
  for (std::size_t i = 0; i < kBase64Alphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kBase64Alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  digits[static_cast<unsigned char>('-')] = 62;
  digits[static_cast<unsigned char>('_')] = 63;
  for (const char space : {' ', '\t', '\r', '\n'})
    digits[static_cast<unsigned char>(space)] = kWhiteSpace;
  return digits;
}
constexpr std::array<std::uint8_t, 256> kBase64Digits = MakeBase64Digits();

}  // namespace

std::string Base64Encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = (group << 8) | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    const std::size_t digits = bytes.size() - i >= 3 ? 4 : bytes.size() - i + 1;
    for (std::size_t j = 0; j < 4; ++j) {
      text += j < digits ? kBase64Alphabet[(group >> (18 - 6 * j)) & 63U] : '=';
    }
  }
  return text;
}

Result<std::string> Base64Decode(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t group = 0;
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    const std::uint8_t digit = kBase64Digits[static_cast<unsigned char>(c)];
    if (digit == kWhiteSpace)
      continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    if (digit == kNoDigit)
      return InvalidInput("base64 text holds a character that is none of its alphabet");
    if (padding > 0)
      return InvalidInput("base64 text goes on after its padding");
    group = (group << 6) | digit;
    if (++digits % 4 == 0) {
      bytes += static_cast<char>((group >> 16) & 0xff);
      bytes += static_cast<char>((group >> 8) & 0xff);
      bytes += static_cast<char>(group & 0xff);
      group = 0;
    }
  }
  const std::size_t rest = digits % 4;
  if (rest == 1)
    return InvalidInput("base64 text ends in the middle of a byte");
  if (padding > 0 && (rest == 0 || rest + padding != 4))
    return InvalidInput("base64 text is padded wrongly");
  if (rest == 2)
    bytes += static_cast<char>((group >> 4) & 0xff);
  if (rest == 3) {
    bytes += static_cast<char>((group >> 10) & 0xff);
    bytes += static_cast<char>((group >> 2) & 0xff);
  }
  return bytes;
}

std::string Base32Lower(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * 8 + 4) / 5);
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    pending = ((pending << 8) | static_cast<unsigned char>(c)) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += kBase32Alphabet[(pending >> bits) & 31U];
    }
  }
  if (bits > 0)
    text += kBase32Alphabet[(pending << (5 - bits)) & 31U];
  return text;
}

}  // namespace kontrakt
