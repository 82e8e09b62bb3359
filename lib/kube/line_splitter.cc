#include "lib/kube/line_splitter.h"

#include <algorithm>

namespace kontrakt::kube {

void LineSplitter::Add(std::string_view piece, const std::function<bool(std::string_view)>& line) {
  buffer_.append(piece);
  std::size_t begin = 0;
  bool go_on = true;
  while (go_on) {
    const auto end = buffer_.find('\n', std::max(begin, searched_));
    if (end == std::string::npos)
      break;
    go_on = line(std::string_view(buffer_).substr(begin, end - begin));
    begin = end + 1;
  }
  buffer_.erase(0, begin);
  searched_ = go_on ? buffer_.size() : 0;
}

void LineSplitter::Clear() {
  buffer_.clear();
  searched_ = 0;
}

}  // namespace kontrakt::kube
