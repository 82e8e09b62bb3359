#include "lib/base/deadline.h"

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(Deadline, NeverPassesByDefault) {
  const Deadline never;
  EXPECT_TRUE(never.IsNever());
  EXPECT_FALSE(never.HasPassed());
  EXPECT_EQ(never.Remaining(milliseconds(5)), milliseconds(5));
  EXPECT_EQ(never.Remaining(), hours(24));
}

TEST(Deadline, HasNothingLeftOncePassed) {
  const Deadline passed = Deadline::At(Deadline::Clock::now() - milliseconds(1));
  EXPECT_TRUE(passed.HasPassed());
  EXPECT_EQ(passed.Remaining(), milliseconds(0));
}

TEST(Deadline, NeverRoundsTheTimeLeftDownToNothing) {
  const Deadline near = Deadline::After(hours(1) + std::chrono::microseconds(1));
  EXPECT_FALSE(near.HasPassed());
  EXPECT_GT(near.Remaining(), milliseconds(3'500'000));
  EXPECT_EQ(near.Remaining(milliseconds(10)), milliseconds(10));
}

TEST(Deadline, TakesTheEarlierOfTwo) {
  const Deadline soon = Deadline::After(hours(1));
  const Deadline late = Deadline::After(hours(2));
  EXPECT_EQ(Deadline::Earlier(soon, late).when(), soon.when());
  EXPECT_EQ(Deadline::Earlier(late, soon).when(), soon.when());
  EXPECT_EQ(Deadline::Earlier(Deadline::Never(), late).when(), late.when());
  EXPECT_EQ(Deadline::Earlier(late, Deadline::Never()).when(), late.when());
  EXPECT_TRUE(Deadline::Earlier(Deadline::Never(), Deadline::Never()).IsNever());
}

}  // namespace
}  // namespace kontrakt
