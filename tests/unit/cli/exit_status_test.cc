#include "lib/cli/exit_status.h"

#include <csignal>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::cli {
namespace {

struct Case {
  ErrorCode code;
  int status;
};

class ExitStatusOf : public ::testing::TestWithParam<Case> {};

TEST_P(ExitStatusOf, IsThatOfTheTable) {
  EXPECT_EQ(StatusOf(GetParam().code), GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(Codes, ExitStatusOf,
                         ::testing::Values(Case{ErrorCode::kNegative, 1}, Case{ErrorCode::kUsage, 2},
                                           Case{ErrorCode::kInvalidInput, 3}, Case{ErrorCode::kNotFound, 4},
                                           Case{ErrorCode::kDenied, 5}, Case{ErrorCode::kConflict, 6},
                                           Case{ErrorCode::kUnavailable, 7}, Case{ErrorCode::kExpired, 7},
                                           Case{ErrorCode::kTimeout, 8}, Case{ErrorCode::kInternal, 70},
                                           Case{ErrorCode::kCancelled, 130}),
                         [](const auto& test) {
                           std::string name(NameOf(test.param.code));
                           std::erase(name, ' ');
                           return name;
                         });

TEST(ExitStatus, SignalsHaveTheirOwn) {
  EXPECT_EQ(StatusOfSignal(SIGINT), 130);
  EXPECT_EQ(StatusOfSignal(SIGTERM), 143);
  EXPECT_EQ(StatusOfSignal(SIGHUP), 143);
}

TEST(ExitStatus, TableHasNoNumberThatOthersUse) {
  std::set<int> seen;
  for (const StatusMeaning& entry : ExitStatuses()) {
    EXPECT_TRUE(seen.insert(entry.status).second) << entry.status;
    EXPECT_FALSE(entry.meaning.empty());
    EXPECT_THAT(entry.status, ::testing::Not(::testing::AnyOf(9, 64, 65, 125, 126, 127)));
  }
  EXPECT_THAT(seen, ::testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 70, 130, 143));
}

TEST(ExitStatus, TheWorstOfSeveralCounts) {
  const std::vector<int> worst_first = {130, 143, 70, 2, 3, 5, 4, 6, 1, 8, 99, 7, 0};
  for (std::size_t i = 0; i < worst_first.size(); ++i) {
    for (std::size_t j = i; j < worst_first.size(); ++j) {
      EXPECT_EQ(WorstOf({worst_first[j], worst_first[i]}), worst_first[i]);
      EXPECT_EQ(WorstOf({worst_first[i], worst_first[j]}), worst_first[i]);
    }
  }
  EXPECT_EQ(WorstOf({}), 0);
}

}  // namespace
}  // namespace kontrakt::cli
