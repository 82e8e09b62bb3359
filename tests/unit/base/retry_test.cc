#include "lib/base/retry.h"

#include <set>

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, AllowsAsManyAttemptsAsThePolicySays) {
  Backoff backoff({.attempts = 3}, 1);
  EXPECT_EQ(backoff.attempts(), 1);
  EXPECT_TRUE(backoff.HasNext());
  backoff.Next();
  EXPECT_TRUE(backoff.HasNext());
  backoff.Next();
  EXPECT_EQ(backoff.attempts(), 3);
  EXPECT_FALSE(backoff.HasNext());
  backoff.Reset();
  EXPECT_TRUE(backoff.HasNext());
}

TEST(Backoff, AllowsNoSecondAttemptWhereThereIsOne) {
  EXPECT_FALSE(Backoff({.attempts = 1}, 1).HasNext());
}

TEST(Backoff, DoublesUpToTheLongestWithinHalfAndWhole) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    Backoff backoff({.attempts = 10, .first = milliseconds(100), .longest = milliseconds(1000), .factor = 2.0}, seed);
    for (const int step : {100, 200, 400, 800, 1000, 1000}) {
      const milliseconds pause = backoff.Next();
      EXPECT_GE(pause, milliseconds(step / 2));
      EXPECT_LE(pause, milliseconds(step));
    }
  }
}

TEST(Backoff, IsSpread) {
  std::set<milliseconds> pauses;
  for (unsigned seed = 0; seed < 50; ++seed)
    pauses.insert(Backoff({.first = milliseconds(10'000), .longest = milliseconds(10'000)}, seed).Next());
  EXPECT_GT(pauses.size(), 10U);
}

TEST(Backoff, MayPauseForNoTimeAtAll) {
  Backoff backoff({.first = milliseconds(0), .longest = milliseconds(0)}, 1);
  EXPECT_EQ(backoff.Next(), milliseconds(0));
}

}  // namespace
}  // namespace kontrakt
