#include "tests/fakes/server_side_apply.h"

#include <gtest/gtest.h>

#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

// Each of these was compared with the answers of kube-apiserver 1.34.4.

const ResourceType& Deployments() {
  static const ResourceTypes types;
  return *types.FindById("deployments.apps");
}

Writer By(const std::string& manager, bool force = false) {
  return {manager, "apps/v1", "", "2026-01-01T00:00:00Z", force};
}

Json Config(const std::string& spec) {
  return Json::parse(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":)" + spec + "}");
}

TEST(ServerSideApply, TheSameAgainChangesNothing) {
  const Json config = Config(R"({"replicas":2,"template":{"spec":{"containers":[{"name":"c","image":"i"}]}}})");
  const Json live = *ApplyPatch(Deployments(), nullptr, config, By("k"));
  EXPECT_EQ(*ApplyPatch(Deployments(), &live, config, By("k")), live);
}

TEST(ServerSideApply, MergesContainersByNameAndKeepsWhatOthersOwn) {
  const Json live = *ApplyPatch(Deployments(), nullptr,
                                Config(R"({"template":{"spec":{"containers":[{"name":"c","image":"i"}]}}})"), By("k"));
  const Json both =
      *ApplyPatch(Deployments(), &live,
                  Config(R"({"template":{"spec":{"containers":[{"name":"sidecar","image":"s"}]}}})"), By("mesh"));
  EXPECT_EQ(both["spec"]["template"]["spec"]["containers"].size(), 2u);
  const Json again = *ApplyPatch(
      Deployments(), &both, Config(R"({"template":{"spec":{"containers":[{"name":"c","image":"i2"}]}}})"), By("k"));
  EXPECT_EQ(again["spec"]["template"]["spec"]["containers"].size(), 2u);
  EXPECT_EQ(again["spec"]["template"]["spec"]["containers"][0]["image"], "i2");
}

TEST(ServerSideApply, RemovesWhatItsManagerNoLongerSays) {
  const Json live = *ApplyPatch(
      Deployments(), nullptr,
      Config(R"({"paused":true,"template":{"spec":{"containers":[{"name":"c","image":"i","env":[{"name":"A"}]}]}}})"),
      By("k"));
  const Json less = *ApplyPatch(Deployments(), &live,
                                Config(R"({"template":{"spec":{"containers":[{"name":"c","image":"i"}]}}})"), By("k"));
  EXPECT_FALSE(Has(less["spec"], "paused"));
  EXPECT_FALSE(Has(less["spec"]["template"]["spec"]["containers"][0], "env"));
}

TEST(ServerSideApply, ConflictsNameManagerAndField) {
  Json live = *ApplyPatch(Deployments(), nullptr, Config(R"({"replicas":2})"), By("k"));
  Json changed = live;
  changed["spec"]["replicas"] = 5;
  RecordUpdate(&live, changed, By("kubectl"), Schema::kBuiltin);
  const auto refused = ApplyPatch(Deployments(), &changed, Config(R"({"replicas":2})"), By("k"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 409);
  const Json status = Json::parse(refused.error().body);
  EXPECT_EQ(status["message"], "Apply failed with 1 conflict: conflict with \"kubectl\" using apps/v1: .spec.replicas");
  EXPECT_EQ(status["details"]["causes"][0]["reason"], "FieldManagerConflict");
  EXPECT_EQ((*ApplyPatch(Deployments(), &changed, Config(R"({"replicas":2})"), By("k", true)))["spec"]["replicas"], 2);
}

TEST(ServerSideApply, EqualValuesAreShared) {
  const Json live = *ApplyPatch(Deployments(), nullptr, Config(R"({"replicas":2})"), By("k"));
  const auto shared = ApplyPatch(Deployments(), &live, Config(R"({"replicas":2})"), By("other"));
  ASSERT_TRUE(shared);
  EXPECT_EQ((*shared)["metadata"]["managedFields"].size(), 2u);
}

}  // namespace
}  // namespace kontrakt::fakes
