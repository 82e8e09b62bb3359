#include "lib/lifecycle/assertion_board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/yaml.h"

namespace kontrakt {
namespace {

using doc::Json;
using Standing = AssertionBoard::Standing;
using ::testing::HasSubstr;

Json Yaml(const std::string& text) {
  auto documents = doc::ParseYaml(text, "test.yaml");
  EXPECT_TRUE(documents.ok()) << documents.error().ToString();
  return documents.ok() && !documents->empty() ? documents->front().value : Json::object();
}

Assertion Of(const std::string& pattern, const std::string& name = "", const kube::Resource& resource = kube::Pods()) {
  return {.title = "a.yaml:1 " + name,
          .location = {"a.yaml", 1, 0},
          .resource = resource,
          .namespace_name = "ns",
          .name = name,
          .must_not_match = false,
          .stays = std::nullopt,
          .pattern = *AssertionPattern::Create(Yaml(pattern))};
}

Assertion ErrorOf(const std::string& pattern, std::optional<std::chrono::milliseconds> stays = std::nullopt) {
  Assertion assertion = Of(pattern);
  assertion.must_not_match = true;
  assertion.stays = stays;
  return assertion;
}

class AssertionBoardTest : public testing::Test {
 protected:
  void Make(std::vector<Assertion> assertions) { board_ = std::make_unique<AssertionBoard>(std::move(assertions)); }

  void See(const std::string& name, const std::string& rest, kube::EventType type = kube::EventType::kUpserted,
           const kube::Resource& resource = kube::Pods(), const std::string& ns = "ns") {
    Json object = Yaml(rest);
    object["metadata"]["name"] = name;
    object["metadata"]["namespace"] = ns;
    board_->See(resource, {.subject = 0, .type = type, .object = std::move(object), .error = {}});
  }

  AssertionBoard::Row First(WallTime now = WallTime()) { return board_->Judge(now).at(0); }

  std::unique_ptr<AssertionBoard> board_;
};

TEST_F(AssertionBoardTest, HoldsWhileTheNamedObjectMatches) {
  Make({Of("status: {phase: Running}", "web")});
  EXPECT_EQ(First().standing, Standing::kOpen);
  EXPECT_EQ(First().message, "pod/web does not exist");
  See("web", "status: {phase: Pending}");
  EXPECT_EQ(First().standing, Standing::kOpen);
  ASSERT_EQ(First().fields.size(), 1U);
  EXPECT_EQ(First().fields[0].found, "\"Pending\"");
  See("web", "status: {phase: Running}");
  EXPECT_EQ(First().standing, Standing::kHolds);
  See("web", "status: {phase: Running}", kube::EventType::kDeleted);
  EXPECT_EQ(First().standing, Standing::kOpen);
}

TEST_F(AssertionBoardTest, OthersOfTheKindAreNotTheNamedOne) {
  Make({Of("status: {phase: Running}", "web")});
  See("other", "status: {phase: Running}");
  See("web", "status: {phase: Running}", kube::EventType::kUpserted, kube::Pods(), "elsewhere");
  EXPECT_EQ(First().standing, Standing::kOpen);
}

TEST_F(AssertionBoardTest, WithoutANameAnyOfTheKindWillDo) {
  Make({Of("{metadata: {labels: {app: web}}, status: {phase: Running}}")});
  EXPECT_EQ(First().message, "there is no pod");
  See("a", "{metadata: {labels: {app: db}}, status: {phase: Running}}");
  See("b", "{metadata: {labels: {app: db}}, status: {phase: Pending}}");
  EXPECT_EQ(First().standing, Standing::kOpen);
  EXPECT_THAT(First().message, HasSubstr("none of 2 pods matches, pod/a comes nearest: it differs in 1 field"));
  See("c", "{metadata: {labels: {app: web}}, status: {phase: Running}}");
  EXPECT_EQ(First().standing, Standing::kHolds);
  EXPECT_EQ(First().message, "pod/c matches");
}

TEST_F(AssertionBoardTest, WhatMustNotMatchHoldsAsSoonAsNothingDoes) {
  Make({ErrorOf("status: {phase: Failed}")});
  EXPECT_EQ(First().standing, Standing::kHolds);
  See("a", "status: {phase: Failed}");
  EXPECT_EQ(First().standing, Standing::kOpen);
  EXPECT_EQ(First().message, "pod/a matches, and must not");
  ASSERT_EQ(First().fields.size(), 1U);
  EXPECT_EQ(First().fields[0].path, "status.phase");
  EXPECT_EQ(First().fields[0].wanted, "not \"Failed\"");
  See("a", "status: {phase: Running}");
  EXPECT_EQ(First().standing, Standing::kHolds);
}

TEST_F(AssertionBoardTest, StaysCountsFromItsBeginning) {
  const WallTime begin = WallTime(std::chrono::seconds(100));
  Make({ErrorOf("status: {phase: Failed}", std::chrono::seconds(10))});
  EXPECT_EQ(First(begin + std::chrono::hours(1)).standing, Standing::kOpen) << "it has not begun";
  board_->BeginStays(begin);
  EXPECT_EQ(First(begin + std::chrono::milliseconds(9'999)).standing, Standing::kOpen);
  EXPECT_EQ(board_->NextChange(begin), begin + std::chrono::seconds(10));
  EXPECT_EQ(First(begin + std::chrono::seconds(10)).standing, Standing::kHolds);
  EXPECT_EQ(board_->NextChange(begin + std::chrono::seconds(10)), std::nullopt);
}

TEST_F(AssertionBoardTest, AMomentIsEnoughToBreakAStay) {
  const WallTime begin = WallTime(std::chrono::seconds(100));
  Make({ErrorOf("status: {phase: Failed}", std::chrono::seconds(10))});
  board_->BeginStays(begin);
  See("a", "status: {phase: Failed}");
  See("a", "status: {phase: Failed}", kube::EventType::kDeleted);
  const auto row = First(begin + std::chrono::seconds(20));
  EXPECT_EQ(row.standing, Standing::kBroken);
  EXPECT_EQ(row.message, "pod/a matched within 10s, and must not");
}

TEST_F(AssertionBoardTest, WhatMatchesWhenAStayBeginsBreaksIt) {
  Make({ErrorOf("status: {phase: Failed}", std::chrono::seconds(10))});
  See("a", "status: {phase: Failed}");
  board_->BeginStays(WallTime());
  See("a", "status: {phase: Running}");
  EXPECT_EQ(First().standing, Standing::kBroken);
}

TEST_F(AssertionBoardTest, WhatMatchedBeforeAStayDoesNot) {
  Make({ErrorOf("status: {phase: Failed}", std::chrono::seconds(10))});
  See("a", "status: {phase: Failed}");
  See("a", "status: {phase: Running}");
  board_->BeginStays(WallTime());
  EXPECT_EQ(First().standing, Standing::kOpen);
}

TEST_F(AssertionBoardTest, NeverShowsASecretsValues) {
  Make({Of("data: {password: d2FudGVk}", "db", kube::Secrets())});
  See("db", "data: {password: Zm91bmQ=}", kube::EventType::kUpserted, kube::Secrets());
  ASSERT_EQ(First().fields.size(), 1U);
  EXPECT_EQ(First().fields[0].wanted, "***");
  EXPECT_EQ(First().fields[0].found, "***");
}

TEST_F(AssertionBoardTest, WatchesEachKindOnce) {
  Make({Of("a: 1", "x"), Of("b: 1"), Of("c: 1", "", kube::ConfigMaps())});
  const auto subjects = board_->Subjects();
  ASSERT_EQ(subjects.size(), 2U);
  EXPECT_EQ(subjects[0].resource.plural, "pods");
  EXPECT_EQ(subjects[0].namespace_name, "ns");
  EXPECT_EQ(subjects[1].resource.plural, "configmaps");
}

TEST(AssertionSubject, OfAnObjectWithoutNamespaceIsThatOneAlone) {
  Assertion assertion = Of("a: 1", "things.example.com", kube::CustomResourceDefinitions());
  assertion.namespace_name = "";
  EXPECT_EQ(assertion.Subject().field_selector, "metadata.name=things.example.com");
}

}  // namespace
}  // namespace kontrakt
