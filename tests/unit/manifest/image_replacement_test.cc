#include <string>

#include <gmock/gmock.h>

#include "lib/doc/yaml.h"
#include "lib/manifest/images.h"

namespace kontrakt::manifest {
namespace {

using testing::HasSubstr;

const std::string kDigest = "sha256:" + std::string(64, 'a');

ImageRules Rules() {
  ImageRules rules;
  rules.set = {{"nginx", ":1.29"}};
  rules.map = {{"redis", "host/redis@" + kDigest}};
  rules.ko_docker_repo = "host/team";
  rules.source_reference = "abc";
  rules.folder = "/src/kontrakt";
  return rules;
}

struct ReplaceCase {
  std::string name;
  std::string before;
  std::string after;
};

class ReplaceImagesTest : public testing::TestWithParam<ReplaceCase> {
 protected:
  static std::string Pod(const std::string& containers) {
    return "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n" + containers;
  }
};

TEST_P(ReplaceImagesTest, ChangesTheScalarAlone) {
  const auto result = ReplaceImages(Pod(GetParam().before), "f.yaml", Rules());
  ASSERT_TRUE(result.ok()) << result.error().ToString();
  EXPECT_EQ(result->text, Pod(GetParam().after));
  EXPECT_EQ(result->replaced > 0, GetParam().before != GetParam().after);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ReplaceImagesTest,
    testing::Values(
        ReplaceCase{"Plain", "  - image: nginx:1 # old\n", "  - image: nginx:1.29 # old\n"},
        ReplaceCase{"SingleQuoted", "  - image: 'nginx:1'\n", "  - image: 'nginx:1.29'\n"},
        ReplaceCase{"DoubleQuoted", "  - \"image\":   \"nginx:1\"\r\n", "  - \"image\":   \"nginx:1.29\"\r\n"},
        ReplaceCase{"Escaped", "  - image: \"ngin\\x78:1\"\n", "  - image: \"nginx:1.29\"\n"},
        ReplaceCase{"Flow", "  - {name: a, image: nginx:1, tty: true}\n",
                    "  - {name: a, image: nginx:1.29, tty: true}\n"},
        ReplaceCase{"NextLine", "  - image:\n      nginx:1\n", "  - image:\n      nginx:1.29\n"},
        ReplaceCase{"Block", "  - image: >-\n      nginx:1\n    name: a\n",
                    "  - image: >-\n      nginx:1.29\n    name: a\n"},
        ReplaceCase{"Anchor", "  - image: &i nginx:1\n  - image: *i\n", "  - image: &i nginx:1.29\n  - image: *i\n"},
        ReplaceCase{"Tag", "  - image: !!str nginx:1\n", "  - image: !!str nginx:1.29\n"},
        ReplaceCase{"Map", "  - image: redis:7\n", "  - image: host/redis@" + kDigest + "\n"},
        ReplaceCase{"GoReference", "  - image: ko://x.y/cmd/web\n", "  - image: host/team/web:abc\n"},
        ReplaceCase{"RelativePath", "  - image: ./backend\n", "  - image: host/team/backend:abc\n"},
        ReplaceCase{"Others", "  - image: alpine:3\n", "  - image: alpine:3\n"},
        ReplaceCase{"NotInOtherFields", "  - name: nginx\n    imagePullPolicy: nginx\n    args: [nginx:1]\n",
                    "  - name: nginx\n    imagePullPolicy: nginx\n    args: [nginx:1]\n"},
        ReplaceCase{"SeveralInOrder", "  - image: nginx:1\n  - image: alpine\n  - image: nginx\n",
                    "  - image: nginx:1.29\n  - image: alpine\n  - image: nginx:1.29\n"}),
    [](const auto& param) { return param.param.name; });

TEST(ReplaceImages, Json) {
  const auto result =
      ReplaceImages(R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"nginx:1"}]}})", "f", Rules());
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->text, R"({"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":"nginx:1.29"}]}})");
}

TEST(ReplaceImages, TouchesOnlyDocumentsThatHaveOne) {
  const std::string before = "a: [broken\n---\nspec: {containers: [{image: nginx}]}\n---\nb: 1\n";
  const auto result = ReplaceImages(before, "f", Rules());
  ASSERT_TRUE(result.ok()) << result.error().ToString();
  EXPECT_EQ(result->text, "a: [broken\n---\nspec: {containers: [{image: nginx:1.29}]}\n---\nb: 1\n");
  EXPECT_EQ(result->replaced, 1);
}

TEST(ReplaceImages, ImageThatAnAliasNamesChangesWhereItIsWritten) {
  const auto result =
      ReplaceImages("x: &i nginx:1\nspec:\n  containers:\n  - image: *i\n  - image: *i\n", "f", Rules());
  ASSERT_TRUE(result.ok()) << result.error().ToString();
  EXPECT_EQ(result->text, "x: &i nginx:1.29\nspec:\n  containers:\n  - image: *i\n  - image: *i\n");
  EXPECT_EQ(result->replaced, 1);
}

TEST(ReplaceImages, SaysWhichRulesMatched) {
  ImageRules rules = Rules();
  rules.set.emplace_back("alpine", ":3");
  const auto result = ReplaceImages("spec: {containers: [{image: nginx:1.29}]}\n", "f", rules);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->rules_used, (std::vector<bool>{true, false}));
  EXPECT_EQ(result->replaced, 0);
}

TEST(ReplaceImages, ImageVolumes) {
  const auto result = ReplaceImages("spec: {volumes: [{name: v, image: {reference: nginx:1}}]}\n", "f", Rules());
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->text, "spec: {volumes: [{name: v, image: {reference: nginx:1.29}}]}\n");
}

TEST(ReplaceImages, AnyKeyWhenAskedFor) {
  ImageRules rules = Rules();
  const std::string text = "spec:\n  image: nginx:1\n";
  EXPECT_EQ(ReplaceImages(text, "f", rules)->text, text);
  rules.any_key = AnyImageKey::kYes;
  EXPECT_EQ(ReplaceImages(text, "f", rules)->text, "spec:\n  image: nginx:1.29\n");
}

TEST(ReplaceImages, NumberLikeResultIsQuoted) {
  ImageRules rules;
  rules.set = {{"nginx", "1.5"}};
  const auto result = ReplaceImages("spec: {containers: [{image: nginx}]}\n", "f", rules);
  ASSERT_TRUE(result.ok()) << result.error().ToString();
  EXPECT_EQ(result->text, "spec: {containers: [{image: \"1.5\"}]}\n");
}

TEST(ReplaceImages, ResolvePinsWhatHasNoDigest) {
  ImageRules rules;
  std::vector<std::string> asked;
  rules.resolve = [&](const std::string& reference) -> Result<std::string> {
    asked.push_back(reference);
    return kDigest;
  };
  const auto result = ReplaceImages(
      "spec:\n  containers:\n  - image: nginx:1\n  - image: redis\n  - image: a/b@" + kDigest + "\n", "f", rules);
  ASSERT_TRUE(result.ok()) << result.error().ToString();
  EXPECT_EQ(result->text, "spec:\n  containers:\n  - image: nginx:1@" + kDigest + "\n  - image: redis@" + kDigest +
                              "\n  - image: a/b@" + kDigest + "\n");
  EXPECT_EQ(asked, (std::vector<std::string>{"nginx:1", "redis"}));
}

TEST(ReplaceImages, ProblemsHaveTheirPlaces) {
  ImageRules rules;
  rules.resolve = [](const std::string& reference) -> Result<std::string> {
    return NotFound(reference + " is missing");
  };
  std::vector<Error> problems;
  ReplaceImages("a: 1\n---\nspec:\n  containers:\n  - image: UPPER\n  - image: \"gone:1\"\n  - image: ./x\n", "f.yaml",
                rules, problems);
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems[0].location()->ToString(), "f.yaml:5:12");
  EXPECT_EQ(problems[1].location()->ToString(), "f.yaml:6:12");
  EXPECT_EQ(problems[1].code(), ErrorCode::kNotFound);
  EXPECT_EQ(problems[2].location()->ToString(), "f.yaml:7:12");
  EXPECT_THAT(problems[2].message(), HasSubstr("./x refers to sources"));
}

TEST(ReplaceImages, BrokenDocumentWithAnImageIsAProblem) {
  const auto result = ReplaceImages("image: nginx\na: [\n", "f.yaml", Rules());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().location()->file, "f.yaml");
}

}  // namespace
}  // namespace kontrakt::manifest
