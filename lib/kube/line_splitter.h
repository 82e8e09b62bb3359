#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace kontrakt::kube {

/// Cuts a stream into lines, of any length and however the pieces fall.
///
/// Threads: confined to one.
class LineSplitter {
 public:
  /// Calls `line` with each line that is now complete, without its line feed. A `line` that answers false ends the
  /// call; the rest stays for the next Add.
  void Add(std::string_view piece, const std::function<bool(std::string_view)>& line);
  /// What came after the last line feed.
  std::string_view rest() const { return std::string_view(buffer_); }
  void Clear();

 private:
  std::string buffer_;
  std::size_t searched_ = 0;  ///< bytes of the buffer known to hold no line feed
};

}  // namespace kontrakt::kube
