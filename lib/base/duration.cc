#include "lib/base/duration.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "lib/base/strings.h"

namespace kontrakt {
namespace {

using Nanoseconds = std::int64_t;
constexpr Nanoseconds kSecond = 1'000'000'000;
constexpr Nanoseconds kLongest = std::numeric_limits<Nanoseconds>::max();

struct Unit {
  std::string_view name;
  Nanoseconds length;
};
// Longer names first: "ms" must not be read as minutes.
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"\xC2\xB5s", 1'000},  // U+00B5, as Go prints it
                                      {"\xCE\xBCs", 1'000},  // U+03BC
                                      {"ms", 1'000'000},
                                      {"s", kSecond},
                                      {"m", 60 * kSecond},
                                      {"h", 3600 * kSecond}}};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes a decimal number off the front and returns it in nanoseconds of `unit`, which is taken off too.
std::optional<Nanoseconds> TakePart(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view number = text.substr(0, end);
  text.remove_prefix(end);
  const Unit* unit = nullptr;
  for (const Unit& candidate : kUnits) {
    if (text.substr(0, candidate.name.size()) == candidate.name) {
      unit = &candidate;
      break;
    }
  }
  if (unit == nullptr || number.empty() || number == ".")
    return std::nullopt;
  text.remove_prefix(unit->name.size());

  Nanoseconds whole = 0;
  std::size_t i = 0;
  for (; i < number.size() && IsDigit(number[i]); ++i) {
    if (__builtin_mul_overflow(whole, 10, &whole) || __builtin_add_overflow(whole, number[i] - '0', &whole)) {
      return std::nullopt;
    }
  }
  if (__builtin_mul_overflow(whole, unit->length, &whole))
    return std::nullopt;
  if (i == number.size())
    return whole;
  Nanoseconds place = unit->length;
  Nanoseconds fraction = 0;
  for (++i; i < number.size(); ++i) {
    if (!IsDigit(number[i]))
      return std::nullopt;
    place /= 10;
    fraction += place * (number[i] - '0');
  }
  if (__builtin_add_overflow(whole, fraction, &whole))
    return std::nullopt;
  return whole;
}

std::optional<Nanoseconds> ReadNanoseconds(std::string_view text) {
  if (text.empty())
    return std::nullopt;
  Nanoseconds total = 0;
  if (text.find_first_not_of("0123456789") == std::string_view::npos) {
    for (const char c : text) {
      if (__builtin_mul_overflow(total, 10, &total) || __builtin_add_overflow(total, c - '0', &total)) {
        return std::nullopt;
      }
    }
    if (__builtin_mul_overflow(total, kSecond, &total))
      return std::nullopt;
    return total;
  }
  while (!text.empty()) {
    const std::optional<Nanoseconds> part = TakePart(text);
    if (!part || *part > kLongest - total)
      return std::nullopt;
    total += *part;
  }
  return total;
}

}  // namespace

Result<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  const std::optional<Nanoseconds> total = ReadNanoseconds(Trim(text));
  if (!total) {
    return InvalidInput("'" + std::string(text) + "' is no duration")
        .SetHint("write a number of seconds or a duration such as 90s, 5m or 1h30m");
  }
  // Rounded up, so that what is not zero stays so: zero means "do not wait" in many places.
  return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds(*total));
}

std::string FormatDuration(std::chrono::milliseconds duration) {
  if (duration < duration.zero())
    return "-" + FormatDuration(-duration);
  const std::int64_t milliseconds = duration.count();
  if (milliseconds == 0)
    return "0s";
  if (milliseconds < 1000)
    return fmt::format("{}ms", milliseconds);
  const std::int64_t seconds = milliseconds / 1000;
  if (seconds < 60) {
    const std::int64_t tenths = milliseconds % 1000 / 100;
    return tenths == 0 ? fmt::format("{}s", seconds) : fmt::format("{}.{}s", seconds, tenths);
  }
  if (seconds < 3600) {
    return seconds % 60 == 0 ? fmt::format("{}m", seconds / 60) : fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  }
  const std::int64_t minutes = seconds / 60;
  return minutes % 60 == 0 ? fmt::format("{}h", minutes / 60) : fmt::format("{}h{:02}m", minutes / 60, minutes % 60);
}

}  // namespace kontrakt
