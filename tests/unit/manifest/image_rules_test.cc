#include "lib/manifest/image_rules.h"

#include <string>

#include <gmock/gmock.h>

#include "lib/manifest/images.h"

namespace kontrakt::manifest {
namespace {

using testing::HasSubstr;

const std::string kDigest = "sha256:" + std::string(64, 'a');
const std::string kOther = "sha256:" + std::string(64, 'b');

TEST(WrittenImage, IsCutAtTagAndDigest) {
  const auto cut = [](const std::string& text) {
    const WrittenImage image = WrittenImage::Of(text);
    EXPECT_EQ(image.ToString(), text);
    return image.name + "|" + image.tag + "|" + image.digest;
  };
  EXPECT_EQ(cut("nginx"), "nginx||");
  EXPECT_EQ(cut("nginx:1.2"), "nginx|1.2|");
  EXPECT_EQ(cut("localhost:5000/a/b"), "localhost:5000/a/b||");
  EXPECT_EQ(cut("localhost:5000/a/b:1@sha256:00"), "localhost:5000/a/b|1|sha256:00");
  EXPECT_EQ(cut(":1"), "|1|");
  EXPECT_EQ(cut("@sha256:00"), "||sha256:00");
}

TEST(ParseImageRule, TakesOldAndNew) {
  EXPECT_EQ(*ParseImageRule("a=b:1"), std::pair(std::string("a"), std::string("b:1")));
  EXPECT_EQ(*ParseImageRule("localhost:5000/a:1=b"), std::pair(std::string("localhost:5000/a:1"), std::string("b")));
  EXPECT_EQ(*ParseImageRule("ko://x/y=b"), std::pair(std::string("ko://x/y"), std::string("b")));
}

TEST(ParseImageRule, KnowsTheShortForm) {
  EXPECT_EQ(*ParseImageRule("nginx:1.29"), std::pair(std::string("nginx"), std::string(":1.29")));
  EXPECT_EQ(*ParseImageRule("nginx@" + kDigest), std::pair(std::string("nginx"), "@" + kDigest));
}

TEST(ParseImageRule, RefusesHalves) {
  for (const std::string text : {"", "=", "a=", "=b", "nginx", "ko://x", "./backend"}) {
    const auto rule = ParseImageRule(text);
    ASSERT_FALSE(rule.ok()) << text;
    EXPECT_EQ(rule.error().code(), ErrorCode::kUsage);
  }
}

struct RuleCase {
  std::string name;
  std::string rule;
  std::string image;
  std::string expected;  ///< empty: untouched
};

class RuleTest : public testing::TestWithParam<RuleCase> {};

TEST_P(RuleTest, Replaces) {
  ImageRules rules;
  rules.set.push_back(*ParseImageRule(GetParam().rule));
  std::vector<bool> used;
  const auto replacement = ReplacementFor(GetParam().image, rules, used);
  ASSERT_TRUE(replacement.ok()) << replacement.error().ToString();
  EXPECT_EQ(replacement->value_or(""), GetParam().expected);
  EXPECT_EQ(used[0], !GetParam().expected.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Rules, RuleTest,
    testing::Values(RuleCase{"NewRepositoryKeepsTag", "nginx=a/b", "nginx:1.2", "a/b:1.2"},
                    RuleCase{"NewRepositoryKeepsDigest", "nginx=a/b", "nginx@" + kDigest, "a/b@" + kDigest},
                    RuleCase{"NewTag", "nginx=:1.29", "nginx:1.2", "nginx:1.29"},
                    RuleCase{"NewTagDropsDigest", "nginx=:1.29", "nginx:1.2@" + kDigest, "nginx:1.29"},
                    RuleCase{"NewDigestDropsTag", "nginx=@" + kDigest, "nginx:1.2", "nginx@" + kDigest},
                    RuleCase{"NewTagAndDigest", "nginx=a/b:2@" + kDigest, "nginx", "a/b:2@" + kDigest},
                    RuleCase{"StarKeepsTheRepository", "nginx=*:2", "nginx", "nginx:2"},
                    RuleCase{"OldWithTagMeansThatTag", "nginx:1=:2", "nginx:1", "nginx:2"},
                    RuleCase{"OldWithTagSparesOthers", "nginx:1=:2", "nginx:3", ""},
                    RuleCase{"OldWithDigest", "nginx@" + kDigest + "=:2", "nginx:1@" + kDigest, "nginx:2"},
                    RuleCase{"LiteralNotAPattern", "a.b=c", "axb:1", ""},
                    RuleCase{"NotAPrefix", "nginx=c", "nginx-unprivileged", ""},
                    RuleCase{"NotCanonical", "nginx=c", "docker.io/library/nginx", ""},
                    RuleCase{"PortIsNoTag", "localhost:5000/a=c", "localhost:5000/a:1", "c:1"},
                    RuleCase{"GoReference", "ko://x/y=a/b:1", "ko://x/y", "a/b:1"},
                    RuleCase{"RelativePath", "./backend=a/b@" + kDigest, "./backend", "a/b@" + kDigest}),
    [](const auto& param) { return param.param.name; });

TEST(ReplacementFor, FirstRuleThatMatchesDecides) {
  ImageRules rules;
  rules.set = {{"nginx", "a"}, {"nginx", "b"}};
  std::vector<bool> used;
  EXPECT_EQ(ReplacementFor("nginx", rules, used)->value_or(""), "a");
  EXPECT_EQ(used, (std::vector<bool>{true, false}));
}

TEST(ReplacementFor, RulesComeBeforeTheMap) {
  ImageRules rules;
  rules.set = {{"nginx", "a"}};
  rules.map = {{"nginx", "b"}};
  std::vector<bool> used;
  EXPECT_EQ(ReplacementFor("nginx", rules, used)->value_or(""), "a");
}

TEST(ReplacementFor, MapKnowsReferencesAndRepositories) {
  ImageRules rules;
  rules.map = {{"nginx:1", "a/one@" + kDigest}, {"nginx", "a/any@" + kOther}};
  std::vector<bool> used;
  EXPECT_EQ(ReplacementFor("nginx:1", rules, used)->value_or(""), "a/one@" + kDigest);
  EXPECT_EQ(ReplacementFor("nginx:1@" + kOther, rules, used)->value_or(""), "a/one@" + kDigest);
  EXPECT_EQ(ReplacementFor("nginx:2", rules, used)->value_or(""), "a/any@" + kOther);
  EXPECT_EQ(*ReplacementFor("redis", rules, used), std::nullopt);
}

TEST(ReplacementFor, MapKnowsSourcesByPathBelowTheRootAndLastPart) {
  ImageRules rules;
  rules.folder = "/src/services/kontrakt";
  rules.below_root = "services/kontrakt";
  rules.map = {{"services/backend", "a/one"}, {"frontend", "a/two"}, {"ko://x/y", "a/three"}, {"x/z", "a/four"}};
  std::vector<bool> used;
  EXPECT_EQ(ReplacementFor("../backend", rules, used)->value_or(""), "a/one");
  EXPECT_EQ(ReplacementFor("./frontend", rules, used)->value_or(""), "a/two");
  EXPECT_EQ(ReplacementFor("ko://x/y", rules, used)->value_or(""), "a/three");
  EXPECT_EQ(ReplacementFor("ko://x/z", rules, used)->value_or(""), "a/four");
}

TEST(ReplacementFor, SourcesFollowTheConvention) {
  ImageRules rules;
  rules.folder = "/src/backend/kontrakt";
  rules.ko_docker_repo = "localhost:5000/team/";
  rules.source_reference = "abc";
  std::vector<bool> used;
  EXPECT_EQ(ReplacementFor("ko://github.com/x/web", rules, used)->value_or(""), "localhost:5000/team/web:abc");
  EXPECT_EQ(ReplacementFor("./cmd/web/", rules, used)->value_or(""), "localhost:5000/team/web:abc");
  EXPECT_EQ(ReplacementFor("../", rules, used)->value_or(""), "localhost:5000/team/backend:abc");
  EXPECT_EQ(*ReplacementFor("team/web:1", rules, used), std::nullopt);
}

TEST(ReplacementFor, ConventionSaysWhatItMisses) {
  ImageRules rules;
  std::vector<bool> used;
  EXPECT_THAT(ReplacementFor("./web", rules, used).error().hint().value_or(""), HasSubstr("KO_DOCKER_REPO"));
  rules.ko_docker_repo = "localhost:5000";
  EXPECT_THAT(ReplacementFor("./web", rules, used).error().hint().value_or(""), HasSubstr("SOURCE_REFERENCE"));
}

TEST(ReplacementFor, ConventionNeedsATag) {
  ImageRules rules;
  rules.ko_docker_repo = "localhost:5000";
  rules.source_reference = "feature/login";
  std::vector<bool> used;
  const auto replacement = ReplacementFor("./web", rules, used);
  ASSERT_FALSE(replacement.ok());
  EXPECT_THAT(replacement.error().message(), HasSubstr("feature/login is no tag"));
}

TEST(ReplacementFor, MalformedResultNamesBoth) {
  ImageRules rules;
  rules.ko_docker_repo = "localhost:5000";
  rules.source_reference = "abc";
  std::vector<bool> used;
  const auto replacement = ReplacementFor("./UPPER", rules, used);
  ASSERT_FALSE(replacement.ok());
  EXPECT_EQ(replacement.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(replacement.error().message(), HasSubstr("./UPPER would become localhost:5000/UPPER:abc"));
}

TEST(StartAt, KnowsWhereAFolderLies) {
  ImageRules rules;
  StartAt({"web", "/src/web/kontrakt", "web/kontrakt", {}}, rules);
  EXPECT_EQ(rules.folder, "/src/web/kontrakt");
  EXPECT_EQ(rules.below_root, "web/kontrakt");
  StartAt({"web", "/src/web/kontrakt", "/src/web/kontrakt", {}}, rules);
  EXPECT_EQ(rules.below_root, "");
}

}  // namespace
}  // namespace kontrakt::manifest
