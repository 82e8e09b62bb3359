#include "lib/base/time.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace kontrakt {
namespace {

/// Takes exactly `digits` digits off the front of `text`.
std::optional<int> TakeNumber(std::string_view& text, std::size_t digits) {
  if (text.size() < digits)
    return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9')
      return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool TakeText(std::string_view& text, std::string_view expected) {
  if (text.substr(0, expected.size()) != expected)
    return false;
  text.remove_prefix(expected.size());
  return true;
}

struct DateAndTime {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

std::optional<WallTime> ToWallTime(const DateAndTime& from) {
  const std::chrono::year_month_day date(std::chrono::year(from.year),
                                         std::chrono::month(static_cast<unsigned>(from.month)),
                                         std::chrono::day(static_cast<unsigned>(from.day)));
  // A leap second is allowed by both formats and becomes the next minute's first.
  if (!date.ok() || from.hour > 23 || from.minute > 59 || from.second > 60)
    return std::nullopt;
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(from.hour) + std::chrono::minutes(from.minute) +
         std::chrono::seconds(from.second);
}

bool TakeClock(std::string_view& text, DateAndTime& into) {
  const auto hour = TakeNumber(text, 2);
  if (!hour || !TakeText(text, ":"))
    return false;
  const auto minute = TakeNumber(text, 2);
  if (!minute || !TakeText(text, ":"))
    return false;
  const auto second = TakeNumber(text, 2);
  if (!second)
    return false;
  into.hour = *hour;
  into.minute = *minute;
  into.second = *second;
  return true;
}

/// Takes ".123456", keeping milliseconds.
std::optional<std::chrono::milliseconds> TakeFraction(std::string_view& text) {
  if (!TakeText(text, "."))
    return std::chrono::milliseconds::zero();
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0)
    return std::nullopt;
  int milliseconds = 0;
  for (std::size_t i = 0; i < 3; ++i)
    milliseconds = milliseconds * 10 + (i < digits ? text[i] - '0' : 0);
  text.remove_prefix(digits);
  return std::chrono::milliseconds(milliseconds);
}

/// Takes "Z" or "+01:30".
std::optional<std::chrono::minutes> TakeOffset(std::string_view& text) {
  if (TakeText(text, "Z") || TakeText(text, "z"))
    return std::chrono::minutes::zero();
  const bool negative = TakeText(text, "-");
  if (!negative && !TakeText(text, "+"))
    return std::nullopt;
  const auto hours = TakeNumber(text, 2);
  if (!hours || *hours > 23 || !TakeText(text, ":"))
    return std::nullopt;
  const auto minutes = TakeNumber(text, 2);
  if (!minutes || *minutes > 59)
    return std::nullopt;
  const std::chrono::minutes offset(*hours * 60 + *minutes);
  return negative ? -offset : offset;
}

std::optional<WallTime> ReadRfc3339(std::string_view text) {
  DateAndTime parts;
  const auto year = TakeNumber(text, 4);
  if (!year || !TakeText(text, "-"))
    return std::nullopt;
  const auto month = TakeNumber(text, 2);
  if (!month || !TakeText(text, "-"))
    return std::nullopt;
  const auto day = TakeNumber(text, 2);
  if (!day || !(TakeText(text, "T") || TakeText(text, "t")))
    return std::nullopt;
  parts.year = *year;
  parts.month = *month;
  parts.day = *day;
  if (!TakeClock(text, parts))
    return std::nullopt;
  const auto fraction = TakeFraction(text);
  if (!fraction)
    return std::nullopt;
  const auto offset = TakeOffset(text);
  if (!offset || !text.empty())
    return std::nullopt;
  const auto time = ToWallTime(parts);
  if (!time)
    return std::nullopt;
  return *time + *fraction - *offset;
}

constexpr std::array<std::string_view, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<WallTime> ReadHttpDate(std::string_view text) {
  DateAndTime parts;
  if (std::find(kWeekdays.begin(), kWeekdays.end(), text.substr(0, 3)) == kWeekdays.end())
    return std::nullopt;
  text.remove_prefix(3);
  if (!TakeText(text, ", "))
    return std::nullopt;
  const auto day = TakeNumber(text, 2);
  if (!day || !TakeText(text, " "))
    return std::nullopt;
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(0, 3));
  if (month == kMonths.end())
    return std::nullopt;
  text.remove_prefix(3);
  if (!TakeText(text, " "))
    return std::nullopt;
  const auto year = TakeNumber(text, 4);
  if (!year || !TakeText(text, " "))
    return std::nullopt;
  parts.year = *year;
  parts.month = static_cast<int>(month - kMonths.begin()) + 1;
  parts.day = *day;
  if (!TakeClock(text, parts) || text != " GMT")
    return std::nullopt;
  return ToWallTime(parts);
}

}  // namespace

WallTime NowWall() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Result<WallTime> ParseRfc3339(std::string_view text) {
  if (const auto time = ReadRfc3339(text))
    return *time;
  return InvalidInput("'" + std::string(text) + "' is no RFC 3339 time");
}

Result<WallTime> ParseHttpDate(std::string_view text) {
  if (const auto time = ReadHttpDate(text))
    return *time;
  return InvalidInput("'" + std::string(text) + "' is no HTTP date");
}

std::string FormatRfc3339(WallTime time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - days));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

}  // namespace kontrakt
