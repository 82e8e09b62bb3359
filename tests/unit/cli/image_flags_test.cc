#include "lib/cli/image_flags.h"

#include <string>

#include <gmock/gmock.h>

#include "lib/cli/option_set.h"
#include "tests/fakes/temporary_folder.h"

namespace kontrakt::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

Result<manifest::ImageRules> Resolve(const std::vector<std::string>& args,
                                     std::map<std::string, std::string> environment = {}) {
  ImageFlags flags;
  OptionSet set;
  flags.AddTo(set);
  KT_TRY(set.Parse(args, Environment(std::move(environment))));
  manifest::Variables variables;
  variables.ko_docker_repo = "host/team";
  variables.source_reference = "abc";
  return flags.Resolve(variables);
}

TEST(ImageFlags, RulesKeepTheirOrder) {
  const auto rules = Resolve({"--image", "b=c:1", "--image=a=:2"});
  ASSERT_TRUE(rules);
  EXPECT_THAT(rules->set, ElementsAre(Pair("b", "c:1"), Pair("a", ":2")));
}

TEST(ImageFlags, ConventionTakesTheVariables) {
  const auto rules = Resolve({});
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->ko_docker_repo, "host/team");
  EXPECT_EQ(rules->source_reference, "abc");
  EXPECT_EQ(rules->any_key, manifest::AnyImageKey::kNo);
  EXPECT_EQ(Resolve({"--any-image-key"})->any_key, manifest::AnyImageKey::kYes);
}

TEST(ImageFlags, WhatIsNoRuleIsAUsageError) {
  const auto rules = Resolve({"--image", "nginx"});
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().code(), ErrorCode::kUsage);
  EXPECT_THAT(rules.error().ToString(), HasSubstr("--image: 'nginx'"));
}

TEST(ImageFlags, MapMayComeFromTheEnvironment) {
  const fakes::TemporaryFolder folder;
  const std::string file = folder.Write("map", "backend=host/backend:1\n");
  const auto rules = Resolve({}, {{"KONTRAKT_IMAGE_MAP", file}});
  ASSERT_TRUE(rules) << rules.error().ToString();
  EXPECT_THAT(rules->map, ElementsAre(Pair("backend", "host/backend:1")));
}

TEST(ImageFlags, MissingMapIsSaid) {
  const auto rules = Resolve({"--image-map", "/nonexistent/map"});
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace kontrakt::cli
