#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/lifecycle/assert.h"
#include "tests/unit/lifecycle/asserted_reports.h"

namespace kontrakt {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

AssertReport Of(Check check) {
  AssertReport report;
  report.kontrakts = {MakeAsserted("web", CheckResult::kFailed)};
  report.kontrakts[0].checks = {std::move(check)};
  return report;
}

TEST(Markdown, BeginsWithATableOfAll) {
  EXPECT_THAT(MixedReport().ToMarkdown(),
              HasSubstr("## Kontrakt: 1 of 2 passed\n\n"
                        "| kontrakt | result | reason | time |\n|---|---|---|---|\n"
                        "| `backend` | ✅ passed |  | 4.2s |\n"
                        "| `frontend` | ❌ failed | `ContainerFailed: test job/page` | 4.2s |\n"));
}

TEST(Markdown, ShowsWhatFailedWithFieldsAndLogs) {
  const std::string text = MixedReport().ToMarkdown();
  EXPECT_THAT(text, HasSubstr("- ❌ `test job/page` **ContainerFailed**: `exited with status 3`, exit code 3\n"));
  EXPECT_THAT(text, HasSubstr("```text\nGET /\nexpected <b>200</b> & got \"500\"\n```\n"));
  EXPECT_THAT(text, HasSubstr("| `spec.type` | `\"LoadBalancer\"` | `\"ClusterIP\"` |"));
  EXPECT_THAT(text, HasSubstr("Evidence: `out/frontend`"));
  EXPECT_THAT(text, Not(HasSubstr("test pod/smoke"))) << "what passed needs no line";
}

TEST(Markdown, NothingFromTheClusterIsMarkup) {
  const std::string text =
      Of(MakeCheck(CheckKind::kTest, "test", CheckResult::kFailed, "a `b` | @team\n# c <img src=x>")).ToMarkdown();
  EXPECT_THAT(text, HasSubstr("``a `b` \\| @team # c <img src=x>``"));
}

TEST(Markdown, AFenceIsLongerThanAnyInTheLog) {
  Check check = MakeCheck(CheckKind::kTest, "test", CheckResult::kFailed, "x");
  check.last_log_lines = {"````", "text"};
  EXPECT_THAT(Of(check).ToMarkdown(), HasSubstr("`````text\n````\ntext\n`````\n"));
}

TEST(Markdown, BackticksAtTheEdgeStayInside) {
  EXPECT_THAT(Of(MakeCheck(CheckKind::kTest, "`x`", CheckResult::kFailed)).ToMarkdown(), HasSubstr("`` `x` ``"));
}

}  // namespace
}  // namespace kontrakt
