#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/json.h"
#include "lib/lifecycle/assert.h"
#include "tests/unit/lifecycle/asserted_reports.h"

namespace kontrakt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

AssertReport Of(std::vector<AssertedKontrakt> kontrakts) {
  AssertReport report;
  report.kontrakts = std::move(kontrakts);
  return report;
}

TEST(AssertReport, TextSaysWhatFailedAndWhy) {
  EXPECT_EQ(MixedReport().ToText(TextStyle()), TextStyle().Sign(Mood::kGood) +
                                                   " backend passed after 4.2s: 1 test, 1 target\n"
                                                   "  note: target pod/web container app: runs imageID \"x\"\n" +
                                                   TextStyle().Sign(Mood::kBad) +
                                                   " frontend failed after 4.2s: 1 test, 1 assertion\n  " +
                                                   TextStyle().Sign(Mood::kBad) +
                                                   " test job/page (ContainerFailed): exited with status 3\n"
                                                   "      | GET /\n"
                                                   "      | expected <b>200</b> & got \"500\"\n  " +
                                                   TextStyle().Sign(Mood::kBad) +
                                                   " page.assert.yaml:3 service/web: service/web differs in 1 field\n"
                                                   "      spec.type  wanted \"LoadBalancer\"  found \"ClusterIP\"\n"
                                                   "  evidence: out/frontend\n");
}

TEST(AssertReport, TextFitsAScreen) {
  AssertedKontrakt bad = MakeAsserted("big", CheckResult::kFailed, "all");
  for (int i = 0; i < 50; ++i) {
    Check check = MakeCheck(CheckKind::kAssertion, "a" + std::to_string(i), CheckResult::kFailed, "differs");
    check.fields.assign(30, {"a", "1", "2"});
    bad.checks.push_back(std::move(check));
  }
  const std::string text = Of({bad}).ToText(TextStyle());
  EXPECT_THAT(text, HasSubstr("and 24 more fields"));
  EXPECT_THAT(text, HasSubstr("and 42 more checks"));
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 70);
}

TEST(AssertReport, ExitCodesAreShownWhereTheMessageDoesNotSayThem) {
  AssertedKontrakt bad = MakeAsserted("web", CheckResult::kFailed);
  bad.checks = {MakeCheck(CheckKind::kTest, "test pod/a", CheckResult::kFailed, "backoff limit exceeded")};
  bad.checks[0].exit_code = 9;
  EXPECT_THAT(Of({bad}).ToText(TextStyle()), HasSubstr("backoff limit exceeded, exit code 9"));
}

TEST(AssertReport, AStandingVerdictShowsItsReason) {
  AssertedKontrakt bad = MakeAsserted("web", CheckResult::kFailed, "CrashLoop: deployment/web");
  bad.standing = true;
  EXPECT_THAT(Of({bad}).ToText(TextStyle()),
              HasSubstr("web failed before; that verdict stands\n  CrashLoop: deployment/web\n"));
}

TEST(AssertReport, JsonHoldsAllOfIt) {
  const doc::Json json = MixedReport().ToJson();
  EXPECT_EQ(doc::StringAt(json, {"result"}), "failed");
  const doc::Json& check = json["kontrakts"][1]["checks"][0];
  EXPECT_EQ(doc::Dump(check),
            R"({"kind":"test","name":"test job/page","result":"failed","cause":"ContainerFailed",)"
            R"("message":"exited with status 3","lastLogLines":["GET /","expected <b>200</b> & got \"500\""],)"
            R"("exitCode":3,"seconds":7,"file":"frontend/kontrakt/page.yaml","line":12})");
  EXPECT_EQ(doc::Dump(json["kontrakts"][1]["checks"][1]["fields"]),
            R"([{"path":"spec.type","wanted":"\"LoadBalancer\"","found":"\"ClusterIP\""}])");
}

TEST(AssertReport, NamesThoseThatPassed) {
  EXPECT_THAT(MixedReport().Names(), ElementsAre("backend"));
}

TEST(AssertReport, TheWorstDecides) {
  const auto passed = MakeAsserted("a", CheckResult::kPassed);
  const auto failed = MakeAsserted("b", CheckResult::kFailed, "why");
  const auto lost = MakeAsserted("c", CheckResult::kLost, "evicted");
  const auto undecided = MakeAsserted("d", CheckResult::kUndecided, "pending");
  EXPECT_TRUE(Of({passed}).Outcome().ok());
  EXPECT_EQ(Of({passed, lost, undecided, failed}).Outcome().error().code(), ErrorCode::kNegative);
  EXPECT_EQ(Of({passed, lost, undecided}).Outcome().error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(Of({passed, lost}).Outcome().error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(Of({passed, failed}).Outcome().error().message(), "kontrakt b failed: why");
}

TEST(AssertReport, PlainTextHasNoColours) {
  EXPECT_THAT(MixedReport().ToText(TextStyle()), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace kontrakt
