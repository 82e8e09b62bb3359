#include "lib/kube/log_position.h"

#include <algorithm>

#include "lib/base/time.h"

namespace kontrakt::kube {
namespace {

/// "2026-01-02T03:04:05.123456789Z": date and time, a fraction of up to nine digits, Z or an offset.
bool IsTimestamp(std::string_view text) {
  return text.size() >= 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':';
}

/// Sorts timestamps of one kubelet as text: all have one offset, but trailing zeros of the fraction are cut.
std::string Sortable(std::string_view timestamp) {
  std::string text(timestamp.substr(0, 19));
  std::string fraction;
  if (timestamp[19] == '.') {
    const auto end = std::min(timestamp.find_first_not_of("0123456789", 20), timestamp.size());
    fraction = timestamp.substr(20, end - 20);
  }
  fraction.resize(9, '0');
  return text + "." + fraction;
}

}  // namespace

std::string LogPosition::SinceTime() const {
  if (last_.empty())
    return {};
  const auto time = ParseRfc3339(last_);
  return time ? FormatRfc3339(std::chrono::floor<std::chrono::seconds>(*time)) : std::string();
}

void LogPosition::BeginStream() {
  resuming_ = !last_.empty();
  seen_at_last_ = 0;
}

std::optional<std::string_view> LogPosition::Take(std::string_view line) {
  if (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  const auto space = std::min(line.find(' '), line.size());
  const std::string_view timestamp = line.substr(0, space);
  if (!IsTimestamp(timestamp))
    return line;
  const std::string_view text = line.substr(std::min(space + 1, line.size()));
  if (resuming_) {
    const std::string now = Sortable(timestamp);
    const std::string before = Sortable(last_);
    if (now < before)
      return std::nullopt;
    if (now == before && ++seen_at_last_ <= given_at_last_)
      return std::nullopt;
    resuming_ = now == before;
  }
  given_at_last_ = timestamp == last_ ? given_at_last_ + 1 : 1;
  last_ = timestamp;
  return text;
}

}  // namespace kontrakt::kube
