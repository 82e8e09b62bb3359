#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kontrakt::kube {

/// How far a container's log has been read, in the timestamps that the kubelet puts before each line. A new stream from
/// SinceTime() begins with the whole second, so Take leaves out what was given before; several lines of one timestamp
/// are counted.
///
/// Threads: confined to one.
class LogPosition {
 public:
  /// RFC 3339 in whole seconds of the last line, or empty before the first.
  std::string SinceTime() const;
  void BeginStream();
  /// The line without its timestamp, or nothing when it was given before. A line without one is given as it is.
  std::optional<std::string_view> Take(std::string_view line);

 private:
  std::string last_;               ///< timestamp of the last line given
  std::size_t given_at_last_ = 0;  ///< lines of that timestamp given so far
  std::size_t seen_at_last_ = 0;   ///< lines of that timestamp met again in this stream
  bool resuming_ = false;
};

}  // namespace kontrakt::kube
