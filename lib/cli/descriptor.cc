#include "lib/cli/descriptor.h"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace kontrakt::cli {

int WriteAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    if (errno == EAGAIN) {
      // Our caller may have handed us a pipe that another program made non-blocking.
      pollfd ready{descriptor, POLLOUT, 0};
      (void)::poll(&ready, 1, -1);
      continue;
    }
    if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

bool IsTerminal(int descriptor) {
  return ::isatty(descriptor) == 1;
}

TerminalSize SizeOfTerminal(int descriptor) {
  winsize size{};
  TerminalSize result;
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0) {
    constexpr int kNarrow = 40;
    constexpr int kLow = 10;
    result.columns = size.ws_col >= kNarrow ? size.ws_col : result.columns;
    result.rows = size.ws_row >= kLow ? size.ws_row : result.rows;
  }
  return result;
}

void OpenStandardDescriptors() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
      // open takes the lowest free number. The wrong direction, so that reads and writes fail as on a closed one.
      (void)::open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
    }
  }
}

}  // namespace kontrakt::cli
