#include "lib/lifecycle/assert_board.h"

#include <gmock/gmock.h>

#include "tests/unit/lifecycle/applied_run.h"

namespace kontrakt {
namespace {

using ::testing::HasSubstr;

class AssertBoardTest : public AppliedRun {
 protected:
  void Make() {
    board_ = std::make_unique<AssertBoard>(context_, *registry_, options_, folders_, "web", NamespaceName());
  }

  bool See() {
    const Result<bool> begun = board_->SeeNamespace(Read());
    EXPECT_TRUE(begun.ok()) << begun.error().ToString();
    return begun && *begun;
  }

  /// Gives it all pods, as the watches would.
  void Sync() {
    board_->SetSubjects({1});
    for (const doc::Json& pod : api_.GetAll("v1", "Pod", NamespaceName()))
      board_->See(kube::Pods(), {.subject = 1, .type = kube::EventType::kUpserted, .object = pod, .error = {}});
    board_->Synced(1);
  }

  const Context context_ = ContextFor();
  AssertOptions options_;
  AssertionFolders folders_;
  std::unique_ptr<AssertBoard> board_;
};

TEST_F(AssertBoardTest, BeginsWhenApplyHasFinished) {
  Make();
  AddKontrakt("web", "web", "applying");
  AddTest("smoke", 0);
  EXPECT_FALSE(See());
  EXPECT_TRUE(board_->Subjects().empty());
  Annotate(annotation::kPhase, "applied");
  EXPECT_TRUE(See());
  EXPECT_FALSE(board_->Subjects().empty());
  Annotate("other", "x");
  EXPECT_FALSE(See()) << "the same attempt goes on";
}

TEST_F(AssertBoardTest, JudgesNothingBeforeAllIsSeen) {
  Make();
  AddKontrakt();
  AddTest("smoke", 0);
  ASSERT_TRUE(See());
  board_->SetSubjects({1, 2});
  board_->Synced(1);
  ASSERT_TRUE(board_->Step().ok());
  EXPECT_FALSE(board_->IsDecided());
  Sync();
  ASSERT_TRUE(board_->Step().ok());
  EXPECT_EQ(board_->result(), CheckResult::kPassed);
}

TEST_F(AssertBoardTest, ANewAttemptBeginsAnew) {
  Make();
  AddKontrakt();
  AddTest("smoke", 1);
  ASSERT_TRUE(See());
  Sync();
  ASSERT_TRUE(board_->Step().ok());
  EXPECT_EQ(board_->result(), CheckResult::kFailed);
  Annotate(annotation::kAttempt, "attempt-2");
  EXPECT_TRUE(See());
  EXPECT_FALSE(board_->IsDecided());
}

TEST_F(AssertBoardTest, ANamespaceThatGoesLeavesItOpen) {
  Make();
  AddKontrakt();
  AddTest("smoke", std::nullopt);
  ASSERT_TRUE(See());
  board_->NamespaceGone();
  board_->TimeIsOver();
  EXPECT_EQ(board_->result(), CheckResult::kUndecided);
  EXPECT_EQ(board_->Report().reason, "it was never applied");
}

TEST_F(AssertBoardTest, AFailedVerdictDecidesEvenWhenNothingWasSeen) {
  Make();
  AddKontrakt();
  AddTest("smoke", 0);
  RunNamespace ns = Read();
  ASSERT_TRUE(WriteVerdict(*client_, ns, "failed", "ImageNotFound: pod/web", {}).ok());
  ASSERT_TRUE(See());
  board_->SetSubjects({1});
  board_->TimeIsOver();
  EXPECT_EQ(board_->result(), CheckResult::kFailed);
  EXPECT_EQ(board_->Report().reason, "ImageNotFound: pod/web");
}

TEST_F(AssertBoardTest, ShowsWhatIsOpenLive) {
  Make();
  AddKontrakt();
  AddTest("smoke", std::nullopt);
  ASSERT_TRUE(See());
  Sync();
  ASSERT_TRUE(board_->Step().ok());
  std::vector<LiveRow> rows;
  board_->AppendLive(rows);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "web");
  EXPECT_EQ(rows[1].name, "test pod/smoke");
  EXPECT_EQ(rows[1].state, "undecided");
}

}  // namespace
}  // namespace kontrakt
