#include "lib/cli/variable_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/cli/option_set.h"

namespace kontrakt::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

Result<manifest::Variables> Resolve(const std::vector<std::string>& args,
                                    std::map<std::string, std::string> environment = {}) {
  VariableFlags flags;
  OptionSet set;
  flags.AddTo(set);
  KT_TRY(set.Parse(args, Environment(std::move(environment))));
  return flags.Resolve();
}

TEST(VariableFlags, ComeFromTheSeedsVariablesToo) {
  const auto variables = Resolve({}, {{"SOURCE_REFERENCE", "abc"}, {"KO_DOCKER_REPO", "localhost:5000/x"}});
  ASSERT_TRUE(variables);
  EXPECT_EQ(variables->source_reference, "abc");
  EXPECT_EQ(variables->ko_docker_repo, "localhost:5000/x");
}

TEST(VariableFlags, StayUnsetWithoutValue) {
  const auto variables = Resolve({}, {{"SOURCE_REFERENCE", ""}});
  ASSERT_TRUE(variables);
  EXPECT_EQ(variables->source_reference, std::nullopt);
  EXPECT_EQ(variables->ko_docker_repo, std::nullopt);
}

TEST(VariableFlags, SetSplitsAtTheFirstEquals) {
  const auto variables = Resolve({"--set", "a=1,b=2", "--set=c=d=e", "--set", "empty="});
  ASSERT_TRUE(variables);
  EXPECT_THAT(variables->set, ElementsAre(Pair("a", "1,b=2"), Pair("c", "d=e"), Pair("empty", "")));
}

struct Case {
  std::string name;
  std::vector<std::string> args;
  std::string message;
};
class BadVariables : public ::testing::TestWithParam<Case> {};

TEST_P(BadVariables, AreRefused) {
  const auto variables = Resolve(GetParam().args);
  ASSERT_FALSE(variables);
  EXPECT_EQ(variables.error().code(), ErrorCode::kUsage);
  EXPECT_EQ(variables.error().message(), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Sets, BadVariables,
    ::testing::Values(Case{"NoValue", {"--set", "a"}, "--set: 'a' is not KEY=VALUE"},
                      Case{"NoKey", {"--set", "=a"}, "--set: '=a' is not KEY=VALUE"},
                      Case{"Twice", {"--set", "a=1", "--set", "a=2"}, "--set: a is given twice"},
                      Case{"BuiltIn", {"--set", "namespace=x"}, "--set: namespace is a built-in variable"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace kontrakt::cli
