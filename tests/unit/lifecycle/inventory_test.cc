#include "lib/lifecycle/inventory.h"

#include <gtest/gtest.h>

namespace kontrakt {
namespace {

TEST(Inventory, SurvivesItsAnnotation) {
  Inventory inventory;
  InventoryItem item;
  item.key = {{{"apps", "v1", "Deployment"}, "deployments", kube::Scope::kNamespaced}, "ns", "web"};
  item.uid = "u1";
  item.role = Role::kTarget;
  item.hold = Hold::kGate;
  item.containers = {"a", "b"};
  item.waited_for = false;
  item.line = 7;
  inventory.items.push_back(item);
  const Result<Inventory> read = Inventory::Parse(inventory.ToText());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->ToText(), inventory.ToText());
  EXPECT_EQ(read->items[0].key, item.key);
  EXPECT_EQ(read->items[0].containers, item.containers);
  EXPECT_FALSE(read->items[0].waited_for);
  EXPECT_EQ(read->ByUid("u1"), read->items.data());
  EXPECT_EQ(read->ByUid(""), nullptr);
}

TEST(Inventory, RefusesWhatIsNoList) {
  EXPECT_FALSE(Inventory::Parse("{}").ok());
}

TEST(TestEnds, SurviveTheirAnnotation) {
  const TestEnd end{.object = "pod/t",
                    .uid = "u",
                    .result = "failed",
                    .cause = "CrashLoop",
                    .message = "m",
                    .exit_code = 3,
                    .seconds = 4,
                    .ended = "2026-01-01T00:00:00Z"};
  const auto read = ParseTestEnds(TestEndsToText({end}));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->front().exit_code, 3);
  EXPECT_EQ(read->front().cause, "CrashLoop");
}

TEST(Targets, SurviveTheirAnnotation) {
  const Target target{.object = "deployment/web",
                      .container = "c",
                      .repository = "h/r",
                      .tag = "1",
                      .digest = "sha256:x",
                      .push_to = {"h/r:2"}};
  EXPECT_EQ(ParseTargets(TargetsToText({target}))->front(), target);
  EXPECT_EQ(target.Image(), "h/r:1@sha256:x");
}

}  // namespace
}  // namespace kontrakt
