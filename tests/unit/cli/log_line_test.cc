#include "lib/cli/log_line.h"

#include <gtest/gtest.h>

namespace kontrakt::cli {
namespace {

struct Case {
  std::string name;
  std::string text;
  std::string shown;
};

class CiCommands : public ::testing::TestWithParam<Case> {};

TEST_P(CiCommands, AreBroken) {
  EXPECT_EQ(BreakCiCommands(GetParam().text), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(Texts, CiCommands,
                         ::testing::Values(Case{"Ordinary", "a :: b # c ## d [x]", "a :: b # c ## d [x]"},
                                           Case{"GitHub", "::set-output name=x::y", ": :set-output name=x::y"},
                                           Case{"GitHubIndented", "\t ::error::no", "\t : :error::no"},
                                           Case{"GitHubOnALaterLine", "ok\n::stop-commands::t",
                                                "ok\n: :stop-commands::t"},
                                           Case{"Azure", "x ##vso[task.setvariable]y", "x # #vso[task.setvariable]y"},
                                           Case{"OldGitHub", "##[error]no", "# #[error]no"},
                                           Case{"ManyHashes", "###[error]no", "## #[error]no"},
                                           Case{"TeamCity", "##teamcity[buildStop]", "# #teamcity[buildStop]"}),
                         [](const auto& test) { return test.param.name; });

TEST(LogLine, HasItsSourceBeforeIt) {
  EXPECT_EQ(LogLine("web/smoke-1", "hello\r\n"), "web/smoke-1 | hello");
}

TEST(LogLine, IsBrokenToo) {
  EXPECT_EQ(LogLine("web/smoke", "::error::x"), "web/smoke | : :error::x");
}

}  // namespace
}  // namespace kontrakt::cli
