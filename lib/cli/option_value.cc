#include "lib/cli/option_value.h"

#include <charconv>
#include <system_error>

#include "lib/base/duration.h"
#include "lib/base/strings.h"

namespace kontrakt::cli {
namespace {

template <typename Number>
Result<Number> ParseNumber(const std::string& text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stopped_at, problem] = std::from_chars(text.data(), end, number);
  if (problem == std::errc::result_out_of_range) {
    return Usage("'" + text + "' is too large a number");
  }
  if (problem != std::errc() || stopped_at != end) {
    return Usage("'" + text + "' is not a whole number");
  }
  return number;
}

}  // namespace

Result<bool> OptionValue<bool>::Parse(const std::string& text) {
  if (text == "true") {
    return true;
  }
  if (text == "false") {
    return false;
  }
  return Usage("'" + text + "' is neither true nor false");
}

Result<std::int64_t> OptionValue<std::int64_t>::Parse(const std::string& text) {
  return ParseNumber<std::int64_t>(text);
}

Result<int> OptionValue<int>::Parse(const std::string& text) {
  return ParseNumber<int>(text);
}

Result<std::chrono::milliseconds> OptionValue<std::chrono::milliseconds>::Parse(const std::string& text) {
  auto duration = ParseDuration(text);
  if (!duration) {
    return Usage("'" + text + "' is no duration such as 90s, 5m or 1h30m");
  }
  return *duration;
}

std::string OptionValue<std::chrono::milliseconds>::Print(std::chrono::milliseconds value) {
  constexpr std::int64_t kSecond = 1000;
  constexpr std::int64_t kMinute = 60 * kSecond;
  constexpr std::int64_t kHour = 60 * kMinute;
  const std::int64_t count = value.count();
  if (count == 0) {
    return "";
  }
  if (count % kHour == 0) {
    return std::to_string(count / kHour) + "h";
  }
  if (count % kMinute == 0) {
    return std::to_string(count / kMinute) + "m";
  }
  if (count % kSecond == 0) {
    return std::to_string(count / kSecond) + "s";
  }
  return std::to_string(count) + "ms";
}

Result<std::chrono::seconds> OptionValue<std::chrono::seconds>::Parse(const std::string& text) {
  KT_ASSIGN(const auto precise, OptionValue<std::chrono::milliseconds>::Parse(text));
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(precise);
  if (whole != precise) {
    return Usage("'" + text + "' is finer than a second");
  }
  return whole;
}

Error NoSuchChoice(const std::string& text, const std::vector<std::string>& choices) {
  Error error = Usage("'" + text + "' is none of " + Join(choices, ", "));
  if (const std::string near = Nearest(text, choices); !near.empty()) {
    error.SetHint("did you mean " + near + "?");
  }
  return error;
}

}  // namespace kontrakt::cli
