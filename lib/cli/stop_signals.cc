#include "lib/cli/stop_signals.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "lib/base/check.h"

namespace kontrakt::cli {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

// A signal handler can reach nothing else.
std::atomic<int> handler_pipe{-1};
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void HandleStop(int signal) {
  const int saved = errno;
  const char byte = static_cast<char>(signal);
  (void)!::write(handler_pipe.load(), &byte, 1);
  errno = saved;
}

extern "C" void IgnoreSignal(int) {}

void Install(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  KT_CHECK(::sigaction(signal, &action, nullptr) == 0);
}

/// nohup asks for SIGHUP to be ignored, and means it.
bool IsIgnored(int signal) {
  struct sigaction present{};
  return ::sigaction(signal, nullptr, &present) == 0 && present.sa_handler == SIG_IGN;
}

}  // namespace

StopSignals::StopSignals() {
  std::array<int, 2> ends{};
  KT_CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0);
  read_end_ = ends[0];
  write_end_ = ends[1];
  handler_pipe = write_end_;
  thread_ = std::thread([this] { Listen(); });
  for (const int signal : kSignals) {
    if (signal != SIGHUP || !IsIgnored(signal)) {
      Install(signal, HandleStop);
    }
  }
  Install(SIGPIPE, IgnoreSignal);
}

StopSignals::~StopSignals() {
  for (const int signal : kSignals) {
    if (!IsIgnored(signal)) {
      Install(signal, SIG_DFL);
    }
  }
  const char end = 0;
  (void)!::write(write_end_, &end, 1);
  thread_.join();
  handler_pipe = -1;
  (void)::close(read_end_);
  (void)::close(write_end_);
}

int StopSignals::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

void StopSignals::SetListener(Listener listener) {
  const std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
}

void StopSignals::Listen() {
  char byte = 0;
  while (true) {
    const ssize_t got = ::read(read_end_, &byte, 1);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got != 1 || byte == 0) {
      return;
    }
    const int signal = byte;
    const std::lock_guard lock(mutex_);
    const bool again = received_ != 0 && signal == SIGINT;
    received_ = received_ == 0 ? signal : received_;
    stop_.request_stop();
    if (listener_) {
      listener_(signal, again);
    }
  }
}

}  // namespace kontrakt::cli
