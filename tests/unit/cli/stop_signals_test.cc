#include "lib/cli/stop_signals.h"

#include <array>
#include <condition_variable>
#include <future>
#include <mutex>

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace kontrakt::cli {
namespace {

/// What the listener was told, in order.
class Told {
 public:
  void operator()(int signal, bool again) {
    const std::lock_guard lock(mutex_);
    calls_.emplace_back(signal, again);
    changed_.notify_all();
  }
  std::pair<int, bool> Wait(std::size_t index) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return calls_.size() > index; });
    return calls_[index];
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<int, bool>> calls_;
};

TEST(StopSignals, TurnASignalIntoAStopRequest) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    StopSignals signals;
    Told told;
    signals.SetListener(std::ref(told));
    EXPECT_FALSE(signals.token().stop_requested());
    EXPECT_EQ(signals.received(), 0);
    ::kill(::getpid(), signal);
    EXPECT_EQ(told.Wait(0), std::pair(signal, false));
    EXPECT_TRUE(signals.token().stop_requested());
    signals.SetListener({});
    EXPECT_EQ(signals.received(), signal);
  }
}

TEST(StopSignals, OnlyASecondInterruptIsAgain) {
  StopSignals signals;
  Told told;
  signals.SetListener(std::ref(told));
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(told.Wait(0), std::pair(SIGTERM, false));
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(told.Wait(1), std::pair(SIGTERM, false));
  ::kill(::getpid(), SIGINT);
  EXPECT_EQ(told.Wait(2), std::pair(SIGINT, true));
  signals.SetListener({});
  EXPECT_EQ(signals.received(), SIGTERM);
}

TEST(StopSignals, ABrokenPipeDoesNotKill) {
  const StopSignals signals;
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::close(ends[0]);
  EXPECT_EQ(::write(ends[1], "x", 1), -1);
  ::close(ends[1]);
}

TEST(StopSignals, GiveTheDefaultBackAtTheirEnd) {
  {
    const StopSignals signals;
  }
  struct sigaction present{};
  ASSERT_EQ(::sigaction(SIGTERM, nullptr, &present), 0);
  EXPECT_EQ(present.sa_handler, SIG_DFL);
}

TEST(StopSignals, RespectThatNohupIgnoresHangUps) {
  ::signal(SIGHUP, SIG_IGN);
  {
    const StopSignals signals;
    struct sigaction present{};
    ASSERT_EQ(::sigaction(SIGHUP, nullptr, &present), 0);
    EXPECT_EQ(present.sa_handler, SIG_IGN);
  }
  ::signal(SIGHUP, SIG_DFL);
}

}  // namespace
}  // namespace kontrakt::cli
