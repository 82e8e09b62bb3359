#include "lib/base/stop.h"

#include <thread>

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(Bound, LetsGoOnByDefault) {
  EXPECT_TRUE(Bound().Check("x"));
}

TEST(Bound, TellsATimeoutFromAStop) {
  std::stop_source source;
  const Bound bound{source.get_token(), Deadline::After(milliseconds(-1))};
  EXPECT_EQ(bound.Check("pod/a").error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(bound.Check("pod/a").error().message(), "waiting for pod/a took longer than allowed");
  source.request_stop();
  EXPECT_EQ(bound.Check("pod/a").error().code(), ErrorCode::kCancelled);
}

TEST(Bound, UntilKeepsTheTokenAndTheEarlierDeadline) {
  std::stop_source source;
  const Deadline soon = Deadline::After(hours(1));
  const Bound bound = Bound{source.get_token(), Deadline::After(hours(2))}.Until(soon);
  EXPECT_EQ(bound.deadline.when(), soon.when());
  source.request_stop();
  EXPECT_TRUE(bound.stop.stop_requested());
}

TEST(SleepFor, SleepsTheWholeTime) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(SleepFor(milliseconds(5), Bound()));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(5));
}

TEST(SleepFor, EndsAtTheDeadline) {
  EXPECT_FALSE(SleepFor(hours(1), Bound{{}, Deadline::After(milliseconds(1))}));
}

TEST(SleepFor, EndsAtOnceWhenStopped) {
  std::stop_source source;
  const std::jthread stopper([&source] { source.request_stop(); });
  EXPECT_FALSE(SleepFor(hours(1), Bound{source.get_token(), {}}));
  EXPECT_FALSE(SleepFor(milliseconds(0), Bound{source.get_token(), {}}));
}

}  // namespace
}  // namespace kontrakt
