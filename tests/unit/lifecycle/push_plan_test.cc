#include "lib/lifecycle/push_plan.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

const std::string kSha = "sha256:" + std::string(64, 'a');

Target Web(std::vector<std::string> push_to = {}) {
  return {.object = "deployment/web",
          .container = "app",
          .repository = "reg.example/team/web",
          .tag = "abc",
          .digest = kSha,
          .push_to = std::move(push_to)};
}

PushOptions Below(const std::string& repo) {
  PushOptions options;
  options.ko_docker_repo = repo;
  return options;
}

std::vector<std::string> Planned(const std::vector<Target>& targets, const PushOptions& options) {
  const auto items = PlanPush({{"web", targets}}, options);
  if (!items) {
    return {std::string(NameOf(items.error().code())) + ": " + items.error().ToString()};
  }
  std::vector<std::string> places;
  for (const PromotionItem& item : *items) {
    for (const Destination& destination : item.destinations) {
      places.push_back(destination.ToString());
    }
  }
  return places;
}

using Places = std::vector<std::string>;

TEST(PushPlan, GivesEachTagInTheTargetsOwnRepository) {
  PushOptions options = Below("reg.example/team");
  options.tags = {"latest", "v1.2.3"};
  EXPECT_EQ(Planned({Web()}, options), (Places{"reg.example/team/web:latest", "reg.example/team/web:v1.2.3"}));
}

TEST(PushPlan, KeepsTheTestedTagWhereOnlyTheRepositoryIsNamed) {
  PushOptions options;
  options.to = "other.example/live/web";
  EXPECT_EQ(Planned({Web()}, options), Places{"other.example/live/web:abc"});
  Target untagged = Web();
  untagged.tag.clear();
  EXPECT_EQ(Planned({untagged}, options), Places{"other.example/live/web"});
}

TEST(PushPlan, PutsTagsInTheRepositoryNamed) {
  PushOptions options;
  options.to = "other.example/live/web";
  options.tags = {"stable"};
  EXPECT_EQ(Planned({Web()}, options), Places{"other.example/live/web:stable"});
}

TEST(PushPlan, KeepsTheLastNameBelowAFolder) {
  PushOptions options;
  options.to = "other.example/live/";
  options.tags = {"stable"};
  EXPECT_EQ(Planned({Web()}, options), Places{"other.example/live/web:stable"});
}

TEST(PushPlan, FollowsTheAnnotationBesideTheFlags) {
  PushOptions options = Below("reg.example/team");
  options.tags = {"stable"};
  EXPECT_EQ(Planned({Web({"reg.example/team/release:v1", "reg.example/team/web"})}, options),
            (Places{"reg.example/team/web:stable", "reg.example/team/release:v1"}));
}

TEST(PushPlan, LetsManifestsWriteOnlyWhereAllowed) {
  PushOptions options = Below("reg.example/team");
  EXPECT_EQ(Planned({Web({"reg.example/team-evil/web:v1", "evil.example/x:v1"})}, options),
            Places{"conflict: not allowed to write to evil.example/x, reg.example/team-evil/web"});
  options.allow_to = {"evil.example", "reg.example/team-evil/web"};
  EXPECT_EQ(Planned({Web({"reg.example/team-evil/web:v1", "evil.example/x:v1"})}, options).size(), 2u);
}

TEST(PushPlan, LetsTagsMoveOnlyBelowKoDockerRepo) {
  PushOptions options;
  options.tags = {"stable"};
  const auto items = PlanPush({{"web", {Web()}}}, options);
  ASSERT_FALSE(items.ok());
  EXPECT_EQ(items.error().code(), ErrorCode::kConflict);
  EXPECT_EQ(items.error().hint(), "set KO_DOCKER_REPO, or allow it by --allow-to HOST/PATH");
}

TEST(PushPlan, AllowsBelowWhatToNames) {
  PushOptions options;
  options.to = "other.example/live/";
  EXPECT_EQ(Planned({Web({"other.example/live/web:v1"})}, options),
            (Places{"other.example/live/web:abc", "other.example/live/web:v1"}));
}

TEST(PushPlan, NeedsToKnowWhere) {
  EXPECT_EQ(Planned({Web()}, Below("reg.example/team")), Places{"usage: nothing says where to push"});
}

TEST(PushPlan, RefusesMalformedFlags) {
  PushOptions options = Below("reg.example/team");
  options.tags = {"not a tag"};
  EXPECT_EQ(PlanPush({{"web", {Web()}}}, options).error().code(), ErrorCode::kUsage);
  options.tags = {};
  options.to = "reg.example/Upper";
  EXPECT_EQ(PlanPush({{"web", {Web()}}}, options).error().code(), ErrorCode::kUsage);
  options.to = "reg.example/web:tag";
  EXPECT_EQ(PlanPush({{"web", {Web()}}}, options).error().code(), ErrorCode::kUsage);
}

TEST(PushPlan, NamesTheObjectOfAMalformedAnnotation) {
  for (const std::string& text : {std::string("Reg.example/UP:x"), "reg.example/team/web@" + kSha}) {
    const auto items = PlanPush({{"web", {Web({text})}}}, Below("reg.example/team"));
    ASSERT_FALSE(items.ok());
    EXPECT_EQ(items.error().code(), ErrorCode::kInvalidInput);
    EXPECT_NE(items.error().ToString().find("deployment/web: annotation kontrakt/push-to"), std::string::npos);
  }
}

TEST(PushPlan, AllowsAPersonsImageItsOwnRepository) {
  PushOptions options;
  options.tags = {"stable"};
  const auto items = PlanUnverified(*oci::Reference::Parse("reg.example/any/web:1@" + kSha), options);
  ASSERT_TRUE(items.ok()) << items.error().ToString();
  EXPECT_EQ(items->at(0).destinations.at(0).ToString(), "reg.example/any/web:stable");
}

TEST(PushGuards, AreReadOnce) {
  PushOptions options;
  options.if_tag_is = kSha;
  EXPECT_EQ(GuardsOf(options)->if_tag_is->ToString(), kSha);
  options.no_overwrite = true;
  EXPECT_EQ(GuardsOf(options).error().code(), ErrorCode::kUsage);
  options.no_overwrite = false;
  options.if_tag_is = "latest";
  EXPECT_EQ(GuardsOf(options).error().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace kontrakt
