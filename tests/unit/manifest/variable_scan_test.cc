#include "lib/manifest/variable_scan.h"

#include <string>

#include <gmock/gmock.h>

namespace kontrakt::manifest {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(FindVariables, FindsOursAlone) {
  const std::string text =
      "a: ${HOME} ${KO_DOCKER_REPO}/x:${kontrakt.sourceReference} ${KO_DOCKER_REPO:-y} $kontrakt.x";
  const auto uses = FindVariables(text);
  ASSERT_EQ(uses.size(), 2U);
  EXPECT_EQ(uses[0].name, "KO_DOCKER_REPO");
  EXPECT_EQ(text.substr(uses[0].begin, uses[0].end - uses[0].begin), "${KO_DOCKER_REPO}");
  EXPECT_EQ(uses[1].name, "kontrakt.sourceReference");
}

TEST(FindVariables, KnowsEscapedOnes) {
  const auto uses = FindVariables("x $${kontrakt.name} $$${KO_DOCKER_REPO}");
  ASSERT_EQ(uses.size(), 2U);
  EXPECT_TRUE(uses[0].is_escaped);
  EXPECT_EQ(uses[0].begin, 2U);
  EXPECT_TRUE(uses[1].is_escaped);
}

TEST(FindVariables, LeavesWhatNeverCloses) {
  EXPECT_THAT(FindVariables("${kontrakt.name\n}"), IsEmpty());
}

TEST(ValueOf, TellsBuiltInFromSet) {
  Variables variables;
  variables.name = "web";
  variables.set["replicas"] = "3";
  EXPECT_EQ(ValueOf("kontrakt.name", variables)->text, "web");
  EXPECT_FALSE(ValueOf("kontrakt.name", variables)->is_typed);
  EXPECT_EQ(ValueOf("kontrakt.replicas", variables)->text, "3");
  EXPECT_TRUE(ValueOf("kontrakt.replicas", variables)->is_typed);
}

TEST(ValueOf, SaysWhatGivesAValue) {
  const std::pair<std::string, std::string> sources[] = {
      {"KO_DOCKER_REPO", "--repo"},       {"kontrakt.sourceReference", "SOURCE_REFERENCE"},
      {"kontrakt.name", "--name"},        {"kontrakt.run", "--run-id"},
      {"kontrakt.namespace", "--run-id"}, {"kontrakt.colour", "--set colour=VALUE"}};
  for (const auto& [name, source] : sources) {
    const auto value = ValueOf(name, {});
    ASSERT_FALSE(value.ok()) << name;
    EXPECT_EQ(value.error().code(), ErrorCode::kInvalidInput);
    EXPECT_THAT(value.error().message(), HasSubstr("${" + name + "}"));
    EXPECT_THAT(value.error().hint().value_or(""), HasSubstr(source));
  }
}

TEST(ValueOf, EmptyCountsAsUnset) {
  Variables variables;
  variables.ko_docker_repo = "";
  EXPECT_FALSE(ValueOf("KO_DOCKER_REPO", variables).ok());
}

TEST(ValueOf, SuggestsTheNearest) {
  const auto value = ValueOf("kontrakt.sourceRef", {});
  EXPECT_THAT(value.error().hint().value_or(""), HasSubstr("did you mean ${kontrakt.sourceReference}?"));
}

TEST(ValueOf, DoesNotSuggestSettingWhatIsNoKey) {
  const auto value = ValueOf("kontrakt.colour:-blue", {});
  EXPECT_THAT(value.error().hint().value_or(""), testing::Not(HasSubstr("--set")));
}

TEST(HideVariables, KeepsLengthAndLetsNothingElseLookHidden) {
  const std::string text = "[${kontrakt.name}, $_kontrakt.name_]";
  const HiddenPart part = HideVariables(text, FindVariables(text));
  EXPECT_EQ(part.text.size(), text.size());
  const std::string hidden = part.Hidden("${kontrakt.name}");
  EXPECT_NE(hidden, "$_kontrakt.name_");
  EXPECT_EQ(part.text, "[" + hidden + ", $_kontrakt.name_]");
}

}  // namespace
}  // namespace kontrakt::manifest
