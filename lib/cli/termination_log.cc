#include "lib/cli/termination_log.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cli/descriptor.h"

namespace kontrakt::cli {

void WriteTerminationLog(const std::string& path, std::string_view reason) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) {
    return;
  }
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  if (descriptor < 0) {
    return;
  }
  constexpr std::size_t kKept = 2048;  // of the 4,096 that the kubelet keeps; a line longer than this is no line
  std::string line(reason.substr(0, kKept));
  std::replace(line.begin(), line.end(), '\n', ' ');
  (void)WriteAll(descriptor, line);
  (void)::close(descriptor);
}

}  // namespace kontrakt::cli
