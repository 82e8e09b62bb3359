#include "tests/fakes/selectors.h"

#include <gtest/gtest.h>

namespace kontrakt::fakes {
namespace {

const doc::Json kObject = doc::Json::parse(
    R"({"metadata":{"name":"web","labels":{"app":"web","tier":"front"}},"involvedObject":{"kind":"Pod","uid":"u"}})");

struct Case {
  std::string name;
  std::string selector;
  bool matches;
};

class Labels : public testing::TestWithParam<Case> {};

TEST_P(Labels, Match) {
  const auto selector = LabelSelector::Parse(GetParam().selector);
  ASSERT_TRUE(selector);
  EXPECT_EQ(selector->Matches(kObject), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(Selectors, Labels,
                         testing::Values(Case{"Empty", "", true}, Case{"Equal", "app=web", true},
                                         Case{"DoubleEqual", "app==web", true}, Case{"NotEqual", "app!=web", false},
                                         Case{"NotEqualAbsent", "none!=x", true}, Case{"In", "app in (a, web)", true},
                                         Case{"NotIn", "app notin (a,web)", false},
                                         Case{"NotInAbsent", "none notin (a)", true}, Case{"Exists", "tier", true},
                                         Case{"Absent", "!tier", false}, Case{"Both", "app=web,tier in (front)", true},
                                         Case{"OneFails", "app=web,tier=back", false}),
                         [](const auto& param) { return param.param.name; });

TEST(LabelSelector, RefusesWhatItCannotRead) {
  EXPECT_FALSE(LabelSelector::Parse("a inn (x)"));
}

TEST(FieldSelector, ComparesScalarsByPath) {
  EXPECT_TRUE(FieldSelector::Parse("metadata.name=web,involvedObject.kind=Pod")->Matches(kObject));
  EXPECT_TRUE(FieldSelector::Parse("involvedObject.uid!=other")->Matches(kObject));
  EXPECT_FALSE(FieldSelector::Parse("metadata.name=other")->Matches(kObject));
  EXPECT_FALSE(FieldSelector::Parse("rubbish"));
}

}  // namespace
}  // namespace kontrakt::fakes
