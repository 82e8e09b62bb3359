#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace kontrakt::fakes {

struct LogLine {
  std::string stamp;  ///< RFC 3339 with nanoseconds
  std::string text;   ///< without its line feed
};

/// What containers printed: the running (or last) one's lines and those of the one before.
///
/// Threads: guarded by its owner.
class PodLogs {
 public:
  struct Key {
    std::string namespace_name;
    std::string pod;
    std::string container;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Log {
    std::vector<LogLine> lines;
    std::vector<LogLine> previous;
    bool has_previous = false;
  };

  /// Adds the lines of `text` to what it printed.
  void Append(const Key& key, std::string_view text);
  /// Starts anew: what is there becomes the previous log.
  void Rotate(const Key& key);
  void SetPrevious(const Key& key, std::string_view text);
  const Log& Get(const Key& key) const;
  void ForgetPod(const std::string& namespace_name, const std::string& pod);

 private:
  std::vector<LogLine> Stamped(std::string_view text);

  std::map<Key, Log> logs_;
  std::int64_t last_stamp_ = 0;
};

}  // namespace kontrakt::fakes
