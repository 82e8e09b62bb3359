#include "lib/lifecycle/run_namespace.h"

#include <gtest/gtest.h>

#include "tests/unit/lifecycle/applied_run.h"

namespace kontrakt {
namespace {

using RunNamespaces = AppliedRun;

TEST_F(RunNamespaces, AreOursOnlyByTheFormula) {
  AddKontrakt();
  EXPECT_TRUE(Read().IsOurs());
  RunNamespace look_alike = Read();
  look_alike.name = "kontrakt-web-aaaaaaaaaa";
  EXPECT_FALSE(look_alike.IsOurs());
}

TEST_F(RunNamespaces, KeepWhatOthersWriteMeanwhile) {
  AddKontrakt();
  RunNamespace ns = Read();
  Annotate("kontrakt/report-url", "https://ci.example");
  ASSERT_TRUE(WriteAnnotations(*client_, ns, {{"kontrakt/expires", "2030-01-01T00:00:00Z"}}, {}).ok());
  EXPECT_EQ(Read().Annotation("kontrakt/report-url"), "https://ci.example");
  EXPECT_EQ(Read().Annotation("kontrakt/expires"), "2030-01-01T00:00:00Z");
}

TEST_F(RunNamespaces, RefuseToWriteOntoAnotherAttempt) {
  AddKontrakt();
  RunNamespace ns = Read();
  Annotate(annotation::kAttempt, "attempt-2");
  const Result<void> written = WriteAnnotations(*client_, ns, {{"kontrakt/expires", "x"}}, {});
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code(), ErrorCode::kConflict);
}

TEST_F(RunNamespaces, AFailedVerdictStands) {
  AddKontrakt();
  RunNamespace ns = Read();
  ASSERT_TRUE(WriteVerdict(*client_, ns, "failed", "no", {}).ok());
  EXPECT_EQ(WriteVerdict(*client_, ns, "passed", "", {}).error().code(), ErrorCode::kConflict);
  EXPECT_EQ(VerdictText(), "failed: no");
}

TEST_F(RunNamespaces, AVerdictIsBoundToWhatItWasGivenFor) {
  AddKontrakt();
  RunNamespace ns = Read();
  ASSERT_TRUE(WriteVerdict(*client_, ns, "passed", "", {}).ok());
  EXPECT_FALSE(Read().Mismatch(**Read().ReadVerdict()));
  Annotate(annotation::kTargets, "[{}]");
  EXPECT_TRUE(Read().Mismatch(**Read().ReadVerdict()));
}

TEST_F(RunNamespaces, ListLiveRunsWhereNoneIsNamed) {
  AddKontrakt();
  scope_.run_id.clear();
  const auto found = FindRunNamespaces(*client_, scope_, {});
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code(), ErrorCode::kUsage);
  EXPECT_NE(found.error().hint()->find("run-1"), std::string::npos);
}

}  // namespace
}  // namespace kontrakt
