#include "tests/fakes/pod_logs.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace kontrakt::fakes {

std::vector<LogLine> PodLogs::Stamped(std::string_view text) {
  std::vector<LogLine> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::int64_t now =
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    // Stamps are distinct, as a container runtime's nearly always are.
    last_stamp_ = std::max(last_stamp_ + 1, now);
    const std::time_t seconds = last_stamp_ / 1'000'000'000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char stamp[64];
    const std::size_t length = std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &parts);
    char fraction[16];
    std::snprintf(fraction, sizeof fraction, ".%09dZ", static_cast<int>(last_stamp_ % 1'000'000'000));
    lines.push_back({std::string(stamp, length) + fraction, std::string(text.substr(0, end))});
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return lines;
}

void PodLogs::Append(const Key& key, std::string_view text) {
  for (LogLine& line : Stamped(text)) {
    logs_[key].lines.push_back(std::move(line));
  }
}

void PodLogs::Rotate(const Key& key) {
  Log& log = logs_[key];
  log.previous = std::move(log.lines);
  log.lines.clear();
  log.has_previous = true;
}

void PodLogs::SetPrevious(const Key& key, std::string_view text) {
  Log& log = logs_[key];
  log.previous = Stamped(text);
  log.has_previous = true;
}

const PodLogs::Log& PodLogs::Get(const Key& key) const {
  static const Log none;
  const auto found = logs_.find(key);
  return found == logs_.end() ? none : found->second;
}

void PodLogs::ForgetPod(const std::string& namespace_name, const std::string& pod) {
  std::erase_if(
      logs_, [&](const auto& entry) { return entry.first.namespace_name == namespace_name && entry.first.pod == pod; });
}

}  // namespace kontrakt::fakes
