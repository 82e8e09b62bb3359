#include "lib/kube/warning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Warning, GivesTheTextOfOne) {
  EXPECT_THAT(WarningTexts("299 - \"unknown field \\\"spec.x\\\"\""), ElementsAre("unknown field \"spec.x\""));
}

TEST(Warning, GivesSeveralOfOneField) {
  EXPECT_THAT(WarningTexts(R"(299 - "one, with a comma", 299 kube "two")"), ElementsAre("one, with a comma", "two"));
}

TEST(Warning, LeavesOutOtherCodesAndHalves) {
  EXPECT_THAT(WarningTexts(R"(199 - "other")"), IsEmpty());
  EXPECT_THAT(WarningTexts(R"(299 - "cut short)"), IsEmpty());
  EXPECT_THAT(WarningTexts(""), IsEmpty());
  EXPECT_THAT(WarningTexts("\\"), IsEmpty());
}

TEST(Warning, LosesControlCharacters) {
  EXPECT_THAT(WarningTexts("299 - \"red \x1b[31mtext\""), ElementsAre("red text"));
}

}  // namespace
}  // namespace kontrakt::kube
