#include "lib/lifecycle/wait.h"

#include <gtest/gtest.h>

#include "tests/unit/lifecycle/chain_run.h"

namespace kontrakt {
namespace {

class Waiting : public ChainRun {
 protected:
  Result<WaitReport> WaitFor(std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
    manifest::Scope all = scope_;
    all.files.clear();
    const Context context{*client_, all, progress_, redactor_, report_, {{}, Deadline::After(timeout)}};
    return Wait(context, options);
  }
  WaitOptions options;
};

TEST_F(Waiting, StartsTestsWhenAllElseIsReadyAndRecordsTheirEnd) {
  WriteTarget();
  WriteTest();
  ASSERT_TRUE(ApplyIt()->Outcome().ok());
  const Result<WaitReport> report = WaitFor();
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_TRUE(report->Outcome().ok()) << report->ToText({});
  const auto ends = Read().ReadTests();
  ASSERT_EQ(ends->size(), 1U);
  EXPECT_EQ(ends->front().result, "passed");
}

TEST_F(Waiting, AFailedTestHasReachedItsEnd) {
  WriteTest();
  Behave("smoke", [](fakes::PodBehaviour& pod) { pod.exit_code = 5; });
  ASSERT_TRUE(ApplyIt()->Outcome().ok());
  EXPECT_TRUE(WaitFor()->Outcome().ok());
  EXPECT_EQ(Read().ReadTests()->front().result, "failed");
  EXPECT_EQ(Read().ReadTests()->front().exit_code, 5);
}

TEST_F(Waiting, ADoomedTargetIsAFailedVerdict) {
  WriteTarget();
  WriteTest();
  Behave("web-*", [](fakes::PodBehaviour& pod) {
    pod.waiting_reason = "InvalidImageName";
    pod.message = "no such name";
  });
  ASSERT_TRUE(ApplyIt()->Outcome().ok());
  EXPECT_EQ(WaitFor()->Outcome().error().code(), ErrorCode::kNegative);
  EXPECT_FALSE((*Read().ReadVerdict())->passed());
}

TEST_F(Waiting, TheDeadlineDecidesNothing) {
  WriteTest();
  Behave("smoke", [](fakes::PodBehaviour& pod) { pod.run = std::chrono::hours(1); });
  ASSERT_TRUE(ApplyIt()->Outcome().ok());
  EXPECT_EQ(WaitFor(std::chrono::milliseconds(400))->Outcome().error().code(), ErrorCode::kTimeout);
  EXPECT_FALSE(*Read().ReadVerdict());
}

TEST_F(Waiting, EvictionIsALoss) {
  WriteTest();
  Behave("smoke", [](fakes::PodBehaviour& pod) { pod.disruption = "EvictionByEvictionAPI"; });
  ASSERT_TRUE(ApplyIt()->Outcome().ok());
  EXPECT_EQ(WaitFor()->Outcome().error().code(), ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace kontrakt
