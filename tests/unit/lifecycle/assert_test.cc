#include "lib/lifecycle/assert.h"

#include <filesystem>
#include <thread>

#include <gmock/gmock.h>

#include "lib/manifest/load.h"
#include "tests/unit/lifecycle/applied_run.h"

namespace kontrakt {
namespace {

using doc::Json;
using ::testing::HasSubstr;
using ::testing::Not;

class Asserting : public AppliedRun {
 protected:
  Result<AssertReport> Run(std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
    const Context context = ContextFor(timeout);
    return Assert(context, *registry_, options_);
  }

  /// The report, where there must be one.
  AssertReport Judge(std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
    Result<AssertReport> report = Run(timeout);
    EXPECT_TRUE(report.ok()) << report.error().ToString();
    return report ? *report : AssertReport();
  }

  static const Check& CheckNamed(const AssertReport& report, const std::string& name) {
    for (const AssertedKontrakt& kontrakt : report.kontrakts) {
      for (const Check& check : kontrakt.checks) {
        if (check.name == name)
          return check;
      }
    }
    ADD_FAILURE() << "no check " << name << " in\n" << report.ToText(TextStyle());
    static const Check kNone;
    return kNone;
  }

  /// Assertion files as apply saw them, below `web/kontrakt`.
  void AddAssertion(const std::string& file, const std::string& text) {
    files_.Write("web/kontrakt/manifest.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    files_.Write("web/kontrakt/" + file, text);
    Annotate(annotation::kRoot, files_.path());
    Annotate(annotation::kFolder, "web/kontrakt");
    const auto found = manifest::FindKontrakts(
        {.paths = {files_ / "web/kontrakt"}, .recursive = false, .only = {}, .name = "web", .root = files_.path()});
    ASSERT_TRUE(found.ok()) << found.error().ToString();
    manifest::LoadProblems problems;
    const auto loaded = manifest::LoadAssertions(found->folders[0], {}, problems);
    ASSERT_TRUE(loaded.ok()) << loaded.error().ToString();
    Annotate(annotation::kAssertions, loaded->digest.ToString());
  }

  AssertOptions options_;
};

constexpr std::chrono::milliseconds kShort{400};

TEST_F(Asserting, PassesWhenTestsSucceededAndTargetsArePinned) {
  AddKontrakt();
  AddTarget(ImageId());
  AddTest("smoke", 0);
  const AssertReport report = Judge();
  EXPECT_EQ(report.Overall(), CheckResult::kPassed);
  EXPECT_TRUE(report.Outcome().ok());
  EXPECT_EQ(VerdictText(), "passed");
  EXPECT_EQ(Read().Mismatch(**Read().ReadVerdict()), std::nullopt);
  EXPECT_EQ(fake_.Count("manifest-get"), 0) << "the registry need not be asked when the digests are equal";
}

TEST_F(Asserting, FailsWithTheTestsExitCodeAndLastLogLines) {
  AddKontrakt();
  AddTest("good", 0);
  AddTest("smoke", 3);
  api_.AppendLog(NamespaceName(), "smoke", "test", "one\nexpected 200, got 500\n");
  const AssertReport report = Judge();
  EXPECT_EQ(report.Overall(), CheckResult::kFailed);
  EXPECT_EQ(report.Outcome().error().code(), ErrorCode::kNegative);
  const Check& check = CheckNamed(report, "test pod/smoke");
  EXPECT_EQ(check.result, CheckResult::kFailed);
  EXPECT_EQ(check.exit_code, 3);
  ASSERT_FALSE(check.last_log_lines.empty());
  EXPECT_EQ(check.last_log_lines.back(), "expected 200, got 500");
  EXPECT_THAT(VerdictText(), HasSubstr("failed: ContainerFailed: test pod/smoke"));
}

TEST_F(Asserting, IsUndecidedAtTheDeadlineAndWritesNoVerdict) {
  AddKontrakt();
  AddTest("smoke", std::nullopt);
  const AssertReport report = Judge(kShort);
  EXPECT_EQ(report.Overall(), CheckResult::kUndecided);
  EXPECT_EQ(report.Outcome().error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(VerdictText(), "");
}

TEST_F(Asserting, SeesTheEndOfATestAsItComes) {
  AddKontrakt();
  AddTest("smoke", std::nullopt);
  std::thread ends([this] {
    api_.http().WaitForRequests("GET", "*/pods", 2);  // one list, one watch
    api_.Update("v1", "Pod", NamespaceName(), "smoke", [](Json& pod) {
      pod["status"]["phase"] = "Succeeded";
      pod["status"]["containerStatuses"][0]["state"] = {{"terminated", {{"exitCode", 0}, {"reason", "Completed"}}}};
    });
  });
  const AssertReport report = Judge();
  ends.join();
  EXPECT_EQ(report.Overall(), CheckResult::kPassed);
}

TEST_F(Asserting, ARunWithoutTestsFailsUnlessAllowed) {
  AddKontrakt();
  AddTarget(ImageId());
  options_.allow_no_tests = true;
  EXPECT_EQ(Judge().Overall(), CheckResult::kPassed);
  Annotate(annotation::kAttempt, "attempt-2");
  options_.allow_no_tests = false;
  EXPECT_EQ(Judge().Overall(), CheckResult::kFailed);
  EXPECT_THAT(VerdictText(), HasSubstr("there is no test"));
}

TEST_F(Asserting, ARecordedEndStandsThoughItsJobIsGone) {
  AddKontrakt();
  InventoryItem job;
  job.key = {{kube::GroupVersionKind{"batch", "v1", "Job"}, "jobs", kube::Scope::kNamespaced}, NamespaceName(), "load"};
  job.uid = "gone";
  job.role = Role::kTest;
  Record(job);
  Annotate(annotation::kTests, TestEndsToText({{.object = "job/load",
                                                .uid = "gone",
                                                .result = "passed",
                                                .cause = "",
                                                .message = "",
                                                .exit_code = 0,
                                                .seconds = 3,
                                                .ended = "2026-01-01T00:00:03Z"}}));
  EXPECT_EQ(Judge().Overall(), CheckResult::kPassed);
}

TEST_F(Asserting, ATestThatIsGoneUnrecordedHasFailed) {
  AddKontrakt();
  AddTest("smoke", 0);
  api_.Remove("v1", "Pod", NamespaceName(), "smoke");
  const AssertReport report = Judge();
  EXPECT_EQ(CheckNamed(report, "test pod/smoke").cause, "Vanished");
  EXPECT_EQ(report.Overall(), CheckResult::kFailed);
}

TEST_F(Asserting, AnotherPodOfTheSameNameIsNotTheTest) {
  AddKontrakt();
  const InventoryItem test = AddTest("smoke", 3);
  api_.Remove("v1", "Pod", NamespaceName(), "smoke");
  api_.Put({{"apiVersion", "v1"},
            {"kind", "Pod"},
            {"metadata", {{"name", "smoke"}, {"namespace", NamespaceName()}}},
            {"spec", {{"restartPolicy", "Never"}, {"containers", {{{"name", "test"}, {"image", "x"}}}}}},
            {"status", {{"phase", "Succeeded"}}}});
  EXPECT_EQ(Judge().Overall(), CheckResult::kFailed);
}

TEST_F(Asserting, ALostTestIsNoVerdict) {
  AddKontrakt();
  const InventoryItem test = AddTest("smoke", std::nullopt);
  Annotate(annotation::kTests, TestEndsToText({{.object = "pod/smoke",
                                                .uid = test.uid,
                                                .result = "lost",
                                                .cause = "Evicted",
                                                .message = "evicted",
                                                .exit_code = std::nullopt,
                                                .seconds = 3,
                                                .ended = "2026-01-01T00:00:03Z"}}));
  const AssertReport report = Judge();
  EXPECT_EQ(report.Overall(), CheckResult::kLost);
  EXPECT_EQ(report.Outcome().error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(VerdictText(), "");
}

TEST_F(Asserting, AFailedVerdictOfTheAttemptStands) {
  AddKontrakt();
  AddTest("smoke", 0);
  RunNamespace ns = Read();
  ASSERT_TRUE(WriteVerdict(*client_, ns, "failed", "CrashLoop: deployment/web", {}).ok());
  const AssertReport report = Judge();
  EXPECT_EQ(report.Overall(), CheckResult::kFailed);
  EXPECT_TRUE(report.kontrakts[0].standing);
  EXPECT_THAT(report.ToText(TextStyle()), HasSubstr("CrashLoop: deployment/web"));
  EXPECT_EQ(VerdictText(), "failed: CrashLoop: deployment/web");
}

TEST_F(Asserting, APassedVerdictStaysWithoutLookingAgain) {
  AddKontrakt();
  AddTest("smoke", 0);
  ASSERT_EQ(Judge().Overall(), CheckResult::kPassed);
  api_.Remove("v1", "Pod", NamespaceName(), "smoke");
  const AssertReport report = Judge();
  EXPECT_EQ(report.Overall(), CheckResult::kPassed);
  EXPECT_TRUE(report.kontrakts[0].standing);
}

TEST_F(Asserting, AVerdictOfAnotherAttemptDoesNotCount) {
  AddKontrakt();
  AddTest("smoke", 0);
  RunNamespace ns = Read();
  ASSERT_TRUE(WriteVerdict(*client_, ns, "failed", "before", {}).ok());
  Annotate(annotation::kAttempt, "attempt-2");
  EXPECT_EQ(Judge().Overall(), CheckResult::kPassed);
}

TEST_F(Asserting, HalfARunIsUndecided) {
  AddKontrakt("web", "web,backend");
  AddTest("smoke", 0);
  const AssertReport report = Judge(kShort);
  EXPECT_EQ(report.Overall(), CheckResult::kUndecided);
  EXPECT_THAT(report.Outcome().error().message(), HasSubstr("backend is undecided: it was never applied"));
  EXPECT_EQ(VerdictText("web"), "passed") << "what is there is judged";
}

TEST_F(Asserting, AnUnfinishedApplyIsUndecided) {
  AddKontrakt("web", "web", "applying");
  const AssertReport report = Judge(kShort);
  EXPECT_EQ(report.Overall(), CheckResult::kUndecided);
  EXPECT_THAT(report.kontrakts[0].reason, HasSubstr("apply has not finished"));
}

TEST_F(Asserting, OnlyJudgesWhatIsInScope) {
  AddKontrakt("web", "web,backend");
  AddTest("smoke", 0);
  scope_.only = {"web"};
  EXPECT_EQ(Judge().Overall(), CheckResult::kPassed);
}

TEST_F(Asserting, ARunThatIsNotThereIsNotFound) {
  const Result<AssertReport> report = Run();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kNotFound);
}

TEST_F(Asserting, AChildOfThePinnedIndexIsPartOfIt) {
  const fakes::StoredManifest index = fakes::PushIndex(fake_.store(), "team/web", "2", "seed");
  pinned_.digest = index.digest;
  const Json children = *doc::ParseJson(index.bytes);
  AddKontrakt();
  AddTarget("sha256:" + doc::StringAt(children["manifests"][1], {"digest"}).substr(7));
  AddTest("smoke", 0);
  EXPECT_EQ(Judge().Overall(), CheckResult::kPassed);
}

TEST_F(Asserting, AnotherImageFails) {
  AddKontrakt();
  AddTarget("x@" + fakes::PushImage(fake_.store(), "team/web", "other", {.seed = "other"}).digest);
  AddTest("smoke", 0);
  const AssertReport report = Judge();
  EXPECT_EQ(CheckNamed(report, "target pod/web container app").result, CheckResult::kFailed);
  EXPECT_THAT(VerdictText(), HasSubstr("which is not the pinned"));
}

TEST_F(Asserting, ARegistryThatIsNeededAndGoneIsUnavailable) {
  AddKontrakt();
  AddTarget("docker.io/team/web@sha256:" + std::string(64, 'a'));
  AddTest("smoke", 0);
  fake_.http().Stop();
  oci::RegistryOptions impatient;
  impatient.retry.attempts = 1;
  registry_ = std::make_unique<oci::Registry>(*oci::Registry::Create(impatient));
  const Result<AssertReport> report = Run();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kUnavailable) << report.error().ToString();
  EXPECT_EQ(VerdictText(), "");
}

TEST_F(Asserting, ARestartedTargetFails) {
  AddKontrakt();
  AddTarget(ImageId(), 1);
  AddTest("smoke", 0);
  EXPECT_EQ(Judge().Overall(), CheckResult::kFailed);
  EXPECT_THAT(VerdictText(), HasSubstr("restarted once: it exited with status 3"));
}

TEST_F(Asserting, MaxRestartsAllowsSome) {
  AddKontrakt();
  AddTarget(ImageId(), 1);
  AddTest("smoke", 0);
  options_.max_restarts = 1;
  EXPECT_EQ(Judge().Overall(), CheckResult::kPassed);
}

TEST_F(Asserting, AssertionFilesAreReadFromWhereApplyFoundThem) {
  AddKontrakt();
  AddTest("smoke", 0);
  AddAssertion("pods.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke}\nstatus: {phase: Succeeded}\n");
  const AssertReport report = Judge();
  EXPECT_EQ(report.Overall(), CheckResult::kPassed);
  EXPECT_EQ(CheckNamed(report, "pods.assert.yaml:1 pod/smoke").result, CheckResult::kPassed);
}

TEST_F(Asserting, AnAssertionThatDoesNotHoldByTheDeadlineFailsWithItsFields) {
  AddKontrakt();
  AddTest("smoke", 0);
  AddAssertion("pods.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke}\nstatus: {phase: Running}\n");
  const AssertReport report = Judge(kShort);
  EXPECT_EQ(report.Overall(), CheckResult::kFailed);
  const Check& check = CheckNamed(report, "pods.assert.yaml:1 pod/smoke");
  ASSERT_EQ(check.fields.size(), 1U);
  EXPECT_EQ(check.fields[0].path, "status.phase");
  EXPECT_EQ(check.fields[0].wanted, "\"Running\"");
  EXPECT_EQ(check.fields[0].found, "\"Succeeded\"");
  EXPECT_THAT(VerdictText(), HasSubstr("status.phase wanted \"Running\", found \"Succeeded\""));
}

TEST_F(Asserting, AnAssertionIsNoExcuseForATestThatStillRuns) {
  AddKontrakt();
  AddTest("smoke", std::nullopt);
  AddAssertion("pods.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke}\nstatus: {phase: Succeeded}\n");
  EXPECT_EQ(Judge(kShort).Overall(), CheckResult::kUndecided);
}

TEST_F(Asserting, WaitsForAnAssertionToHold) {
  AddKontrakt();
  AddTest("smoke", 0);
  AddAssertion("map.assert.yaml", "apiVersion: v1\nkind: ConfigMap\ndata: {answer: '42'}\n");
  std::thread answers([this] {
    api_.http().WaitForRequests("GET", "*/configmaps", 1);
    api_.Put({{"apiVersion", "v1"},
              {"kind", "ConfigMap"},
              {"metadata", {{"name", "any"}, {"namespace", NamespaceName()}}},
              {"data", {{"answer", "42"}}}});
  });
  const AssertReport report = Judge();
  answers.join();
  EXPECT_EQ(report.Overall(), CheckResult::kPassed);
}

TEST_F(Asserting, AnErrorFileMustNotMatch) {
  AddKontrakt();
  AddTest("smoke", 0);
  AddAssertion("pods.error.yaml", "apiVersion: v1\nkind: Pod\nstatus: {phase: Succeeded}\n");
  const AssertReport report = Judge(kShort);
  EXPECT_EQ(report.Overall(), CheckResult::kFailed);
  EXPECT_THAT(CheckNamed(report, "pods.error.yaml:1 pod/*").message, HasSubstr("pod/smoke matches, and must not"));
}

TEST_F(Asserting, WhatMustStayAwayIsWatchedForItsTime) {
  AddKontrakt();
  AddTest("smoke", 0);
  AddAssertion(
      "pods.error.yaml",
      "apiVersion: v1\nkind: Pod\nmetadata: {annotations: {kontrakt/stays: 200ms}}\nstatus: {phase: Failed}\n");
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(Judge().Overall(), CheckResult::kPassed);
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(200));
}

TEST_F(Asserting, OtherAssertionFilesThanWereAppliedAreRefused) {
  AddKontrakt();
  AddTest("smoke", 0);
  AddAssertion("pods.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke}\nstatus: {phase: Running}\n");
  files_.Write("web/kontrakt/pods.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke}\n");
  const Result<AssertReport> report = Run();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kConflict);
}

TEST_F(Asserting, MissingAssertionFilesAreNotFound) {
  AddKontrakt();
  AddTest("smoke", 0);
  AddAssertion("pods.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke}\n");
  std::filesystem::remove_all(files_ / "web");
  const Result<AssertReport> report = Run();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kNotFound) << report.error().ToString();
  EXPECT_THAT(*report.error().hint(), HasSubstr("-f"));
}

TEST_F(Asserting, KeepsEvidenceAndReportsOfAFailure) {
  AddKontrakt();
  AddTest("smoke", 3);
  api_.AppendLog(NamespaceName(), "smoke", "test", "boom\n");
  options_.evidence.folder = files_ / "evidence";
  options_.junit = files_ / "junit.xml";
  options_.markdown = files_ / "report.md";
  const AssertReport report = Judge();
  EXPECT_EQ(report.kontrakts[0].evidence, files_ / "evidence/web");
  EXPECT_EQ(files_.Read("evidence/web/logs/smoke/test.log"), "boom\n");
  EXPECT_THAT(files_.Read("junit.xml"), HasSubstr("<failure"));
  EXPECT_THAT(files_.Read("report.md"), HasSubstr("0 of 1 passed"));
}

TEST_F(Asserting, KeepsNoEvidenceOfAPass) {
  AddKontrakt();
  AddTest("smoke", 0);
  options_.evidence.folder = files_ / "evidence";
  EXPECT_EQ(Judge().Overall(), CheckResult::kPassed);
  EXPECT_FALSE(std::filesystem::exists(files_ / "evidence"));
}

TEST_F(Asserting, MasksTheNamespacesSecretsInAllItSays) {
  AddKontrakt();
  api_.Put({{"apiVersion", "v1"},
            {"kind", "Secret"},
            {"metadata", {{"name", "db"}, {"namespace", NamespaceName()}}},
            {"data", {{"password", "aHVudGVyMi1odW50ZXIy"}}}});
  AddTest("smoke", 3);
  api_.AppendLog(NamespaceName(), "smoke", "test", "login with hunter2-hunter2 failed\n");
  const AssertReport report = Judge();
  EXPECT_THAT(doc::Dump(report.ToJson()), Not(HasSubstr("hunter2")));
  EXPECT_THAT(report.ToText(TextStyle()), HasSubstr("login with *** failed"));
}

TEST_F(Asserting, RecordsWhatItFoundInTheReport) {
  AddKontrakt();
  AddTest("smoke", 0);
  Judge();
  const Json& kontrakts = report_.json()["kontrakts"];
  ASSERT_EQ(kontrakts.size(), 1U);
  EXPECT_EQ(doc::StringAt(kontrakts[0], {"verdict", "result"}), "passed");
  EXPECT_EQ(doc::StringAt(kontrakts[0], {"assert", "result"}), "passed");
}

TEST_F(Asserting, StopsWhenToldTo) {
  AddKontrakt();
  AddTest("smoke", std::nullopt);
  std::stop_source stop;
  stop.request_stop();
  Context context = ContextFor();
  context.bound.stop = stop.get_token();
  const Result<AssertReport> report = Assert(context, *registry_, options_);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kCancelled);
}

}  // namespace
}  // namespace kontrakt
