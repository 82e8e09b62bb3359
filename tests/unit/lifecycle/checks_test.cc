#include "lib/lifecycle/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/json.h"

namespace kontrakt {
namespace {

using doc::Json;
using ::testing::HasSubstr;

InventoryItem PodItem(const std::string& name, Role role) {
  InventoryItem item;
  item.key = {kube::Pods(), "ns", name};
  item.uid = "uid-" + name;
  item.role = role;
  return item;
}

Json Pod(const std::string& name, Json status) {
  return {{"metadata", {{"name", name}, {"namespace", "ns"}, {"uid", "uid-" + name}}},
          {"spec", {{"restartPolicy", "Never"}, {"containers", {{{"name", "app"}}}}}},
          {"status", std::move(status)}};
}

Json Restarted(int times, const std::string& last_end) {
  return {
      {"phase", "Running"},
      {"containerStatuses",
       {{{"name", "app"},
         {"restartCount", times},
         {"ready", true},
         {"state", {{"running", Json::object()}}},
         {"lastState", {{"terminated", {{"exitCode", 137}, {"reason", "OOMKilled"}, {"finishedAt", last_end}}}}}}}}};
}

/// A board that has seen these pods, which are its inventory.
class ChecksTest : public testing::Test {
 protected:
  void See(const std::string& name, Role role, Json status, Hold hold = Hold::kNone) {
    InventoryItem item = PodItem(name, role);
    item.hold = hold;
    inventory_.items.push_back(std::move(item));
    pods_.push_back(Pod(name, std::move(status)));
  }

  Board& board() {
    if (!board_) {
      board_ = std::make_unique<Board>("ns", inventory_, verdict::Patience());
      for (const Json& pod : pods_)
        board_->See(kube::Pods(), {.subject = 0, .type = kube::EventType::kUpserted, .object = pod, .error = {}});
    }
    return *board_;
  }

  const InventoryItem& Item(std::size_t index) { return board().inventory().items.at(index); }

  const WallTime now_ = *ParseRfc3339("2026-01-01T00:01:00Z");
  const WallTime tests_started_ = *ParseRfc3339("2026-01-01T00:00:30Z");
  Inventory inventory_;
  std::vector<Json> pods_;
  std::unique_ptr<Board> board_;
};

TEST(CheckTestsExist, FailsWithoutATest) {
  Inventory inventory;
  EXPECT_EQ(CheckTestsExist(inventory, false).result, CheckResult::kFailed);
  EXPECT_EQ(CheckTestsExist(inventory, true).result, CheckResult::kNote);
  inventory.items.push_back(PodItem("a", Role::kTarget));
  EXPECT_EQ(CheckTestsExist(inventory, false).result, CheckResult::kFailed);
  inventory.items.push_back(PodItem("b", Role::kTest));
  EXPECT_EQ(CheckTestsExist(inventory, false).result, CheckResult::kPassed);
}

TEST_F(ChecksTest, ATestThatEndedBadlyHasItsExitCode) {
  See("smoke", Role::kTest,
      {{"phase", "Failed"},
       {"startTime", "2026-01-01T00:00:50Z"},
       {"containerStatuses",
        {{{"name", "app"}, {"state", {{"terminated", {{"exitCode", 2}, {"reason", "Error"}}}}}}}}});
  const Check check = CheckTest(board(), Item(0), nullptr, now_);
  EXPECT_EQ(check.result, CheckResult::kFailed);
  EXPECT_EQ(check.exit_code, 2);
  EXPECT_EQ(check.object, "pod/smoke");
  EXPECT_EQ(check.duration, std::chrono::seconds(10));
  EXPECT_THAT(check.message, HasSubstr("exited with status 2"));
}

TEST_F(ChecksTest, WhatWasRecordedStandsAgainstWhatIsThereNow) {
  See("smoke", Role::kTest, {{"phase", "Succeeded"}});
  const TestEnd end{.object = "pod/smoke",
                    .uid = "uid-smoke",
                    .result = "failed",
                    .cause = "ContainerFailed",
                    .message = "exited with status 1",
                    .exit_code = 1,
                    .seconds = 7,
                    .ended = ""};
  const Check check = CheckTest(board(), Item(0), &end, now_);
  EXPECT_EQ(check.result, CheckResult::kFailed);
  EXPECT_EQ(check.cause, "ContainerFailed");
  EXPECT_EQ(check.duration, std::chrono::seconds(7));
}

TEST_F(ChecksTest, ATestThatIsHeldBackSaysWhoLetsItStart) {
  See("smoke", Role::kTest, {{"phase", "Pending"}}, Hold::kGate);
  pods_[0]["spec"]["schedulingGates"] = {{{"name", "kontrakt/ready"}}};
  const Check check = CheckTest(board(), Item(0), nullptr, now_);
  EXPECT_EQ(check.result, CheckResult::kUndecided);
  EXPECT_THAT(check.message, HasSubstr("wait"));
}

TEST_F(ChecksTest, NoRestartPasses) {
  See("web", Role::kTarget, Restarted(0, ""));
  EXPECT_EQ(CheckRestarts(board(), Item(0), 0, tests_started_).result, CheckResult::kPassed);
}

TEST_F(ChecksTest, ARestartAfterTheTestsStartedFailsWithItsCause) {
  See("web", Role::kTarget, Restarted(1, "2026-01-01T00:00:40Z"));
  const Check check = CheckRestarts(board(), Item(0), 0, tests_started_);
  EXPECT_EQ(check.result, CheckResult::kFailed);
  EXPECT_THAT(check.message, HasSubstr("pod/web container app was restarted once: it was killed: out of memory"));
}

TEST_F(ChecksTest, ARestartBeforeTheTestsStartedWasStartOrder) {
  See("web", Role::kTarget, Restarted(2, "2026-01-01T00:00:20Z"));
  const Check check = CheckRestarts(board(), Item(0), 0, tests_started_);
  EXPECT_EQ(check.result, CheckResult::kPassed);
  EXPECT_THAT(check.message, HasSubstr("before it was first Ready"));
}

TEST_F(ChecksTest, ARestartThatCantBePlacedCounts) {
  See("web", Role::kTarget, Restarted(2, "2026-01-01T00:00:20Z"));
  EXPECT_EQ(CheckRestarts(board(), Item(0), 0, std::nullopt).result, CheckResult::kFailed);
  EXPECT_EQ(CheckRestarts(board(), Item(0), 2, std::nullopt).result, CheckResult::kPassed);
}

TEST_F(ChecksTest, InjectedContainersMayRestart) {
  See("web", Role::kTarget, Restarted(1, "2026-01-01T00:00:40Z"));
  inventory_.items[0].containers = {"other"};
  EXPECT_EQ(CheckRestarts(board(), Item(0), 0, tests_started_).result, CheckResult::kPassed);
}

TEST_F(ChecksTest, TestsStartedWithTheFirstThatWasHeldBack) {
  See("at-once", Role::kTest, {{"startTime", "2026-01-01T00:00:01Z"}});
  See("late", Role::kTest, {{"startTime", "2026-01-01T00:00:20Z"}}, Hold::kGate);
  See("gone", Role::kTest, Json::object(), Hold::kGate);
  const std::vector<TestEnd> ends = {{.object = "pod/gone",
                                      .uid = "uid-gone",
                                      .result = "passed",
                                      .cause = "",
                                      .message = "",
                                      .exit_code = 0,
                                      .seconds = 5,
                                      .ended = "2026-01-01T00:00:20Z"}};
  EXPECT_EQ(TestsStarted(board(), {}), *ParseRfc3339("2026-01-01T00:00:20Z"));
  EXPECT_EQ(TestsStarted(board(), ends), *ParseRfc3339("2026-01-01T00:00:15Z"));
}

TEST_F(ChecksTest, TestsThatStartAtOnceSayNothingAboutTargets) {
  See("at-once", Role::kTest, {{"startTime", "2026-01-01T00:00:01Z"}});
  EXPECT_EQ(TestsStarted(board(), {}), std::nullopt);
}

TEST(CheckNames, AreStable) {
  EXPECT_EQ(NameOf(CheckKind::kTestsExist), "tests-exist");
  EXPECT_EQ(NameOf(CheckKind::kRestarts), "restarts");
  EXPECT_EQ(NameOf(CheckResult::kUndecided), "undecided");
  EXPECT_EQ(NameOf(CheckResult::kLost), "lost");
}

}  // namespace
}  // namespace kontrakt
