#include "lib/base/task_group.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <latch>
#include <mutex>

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

/// Waits until a stop is requested, however it comes.
void AwaitStop(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait(lock, stop, [] { return false; });
}

TEST(TaskGroup, RunsEveryTask) {
  std::atomic<int> sum = 0;
  TaskGroup group(4, {});
  for (int i = 1; i <= 100; ++i) {
    group.Add([&sum, i](const std::stop_token&) -> Result<void> {
      sum += i;
      return {};
    });
  }
  EXPECT_TRUE(group.Wait());
  EXPECT_EQ(sum, 5050);
}

TEST(TaskGroup, RunsAtMostItsWidthAtATimeAndReachesIt) {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::latch all(3);
  TaskGroup group(3, {});
  for (int i = 0; i < 30; ++i) {
    group.Add([&, i](const std::stop_token&) -> Result<void> {
      const int now = ++running;
      int seen = most;
      while (seen < now && !most.compare_exchange_weak(seen, now)) {
      }
      if (i < 3)
        all.arrive_and_wait();
      --running;
      return {};
    });
  }
  EXPECT_TRUE(group.Wait());
  EXPECT_EQ(most, 3);
}

TEST(TaskGroup, WaitsForNothing) {
  TaskGroup group(2, {});
  EXPECT_TRUE(group.Wait());
}

TEST(TaskGroup, StopsTheOthersAtTheFirstError) {
  std::atomic<int> begun = 0;
  TaskGroup group(2, {});
  group.Add([](const std::stop_token& stop) -> Result<void> {
    AwaitStop(stop);
    return Cancelled("stopped");
  });
  group.Add([](const std::stop_token&) -> Result<void> { return InvalidInput("broken"); });
  for (int i = 0; i < 10; ++i) {
    group.Add([&begun](const std::stop_token& stop) -> Result<void> {
      ++begun;
      AwaitStop(stop);
      return {};
    });
  }
  const Result<void> result = group.Wait();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message(), "broken");
  EXPECT_LE(begun, 1);
}

TEST(TaskGroup, GoesOnAfterAnErrorWhenAskedTo) {
  std::atomic<int> done = 0;
  TaskGroup group(1, {}, OnError::kContinue);
  for (int i = 0; i < 5; ++i) {
    group.Add([&done, i](const std::stop_token&) -> Result<void> {
      ++done;
      if (i % 2 == 1)
        return InvalidInput("task " + std::to_string(i));
      return {};
    });
  }
  EXPECT_EQ(group.Wait().error().message(), "task 1");
  EXPECT_EQ(done, 5);
}

TEST(TaskGroup, PassesAStopFromOutsideOn) {
  std::stop_source outer;
  std::atomic<int> begun = 0;
  std::latch first(1);
  TaskGroup group(1, outer.get_token());
  group.Add([&first](const std::stop_token& stop) -> Result<void> {
    first.count_down();
    AwaitStop(stop);
    return {};
  });
  group.Add([&begun](const std::stop_token&) -> Result<void> {
    ++begun;
    return {};
  });
  first.wait();
  outer.request_stop();
  EXPECT_EQ(group.Wait().error().code(), ErrorCode::kCancelled);
  EXPECT_EQ(begun, 0);
}

TEST(TaskGroup, BeginsNothingWhenStoppedBefore) {
  std::stop_source outer;
  outer.request_stop();
  TaskGroup group(2, outer.get_token());
  group.Add([](const std::stop_token&) -> Result<void> { return InvalidInput("ran"); });
  EXPECT_EQ(group.Wait().error().code(), ErrorCode::kCancelled);
}

TEST(TaskGroup, MayBeUsedAgain) {
  std::atomic<int> done = 0;
  TaskGroup group(2, {});
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) {
      group.Add([&done](const std::stop_token&) -> Result<void> {
        ++done;
        return {};
      });
    }
    EXPECT_TRUE(group.Wait());
    EXPECT_EQ(done, 4 * (round + 1));
  }
}

TEST(TaskGroup, StopsAndJoinsWhenDestroyed) {
  std::atomic<bool> ended = false;
  {
    TaskGroup group(1, {});
    std::latch begun(1);
    group.Add([&](const std::stop_token& stop) -> Result<void> {
      begun.count_down();
      AwaitStop(stop);
      ended = true;
      return {};
    });
    begun.wait();
  }
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace kontrakt
