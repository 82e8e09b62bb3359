#include "lib/kube/api_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/json.h"

namespace kontrakt::kube {
namespace {

using ::testing::ElementsAre;

doc::Json Parse(const std::string& text) {
  auto json = doc::ParseJson(text);
  return json ? *json : doc::Json();
}

constexpr char kAggregated[] = R"({"kind":"APIGroupDiscoveryList","items":[
  {"metadata":{"name":"apps"},"versions":[
    {"version":"v1","freshness":"Current","resources":[
      {"resource":"deployments","responseKind":{"group":"apps","version":"v1","kind":"Deployment"},
       "scope":"Namespaced","singularResource":"deployment","shortNames":["deploy"],"verbs":["list","get"],
       "subresources":[{"subresource":"scale"}]}]},
    {"version":"v1beta1","freshness":"Current","resources":[
      {"resource":"deployments","responseKind":{"kind":"Deployment"},"scope":"Namespaced"},
      {"resource":"relics","responseKind":{"kind":"Relic"},"scope":"Cluster","verbs":["list"]}]}]},
  {"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale","resources":[]}]},
  {"metadata":{"name":"odd"},"versions":[{"version":"v1","resources":[
    {"resource":"parents","subresources":[{"subresource":"only"}]}]}]}]})";

TEST(ApiCatalogue, ReadsAggregatedDiscovery) {
  const doc::Json answer = Parse(kAggregated);
  ASSERT_TRUE(IsAggregated(answer));
  ApiCatalogue catalogue;
  AddAggregated(answer, catalogue);
  ASSERT_EQ(catalogue.resources.size(), 3u);
  const ApiResource& deployment = catalogue.resources[0];
  EXPECT_EQ(deployment.resource.gvk, GroupVersionKind::Of("apps/v1", "Deployment"));
  EXPECT_EQ(deployment.resource.plural, "deployments");
  EXPECT_EQ(deployment.singular, "deployment");
  EXPECT_THAT(deployment.short_names, ElementsAre("deploy"));
  EXPECT_TRUE(deployment.Has("list"));
  EXPECT_FALSE(deployment.Has("delete"));
  EXPECT_TRUE(deployment.preferred);
  EXPECT_FALSE(catalogue.resources[1].preferred);
  EXPECT_EQ(catalogue.resources[2].resource.scope, Scope::kCluster);
  EXPECT_THAT(catalogue.stale, ElementsAre("metrics.k8s.io/v1beta1"));
}

TEST(ApiCatalogue, AStaleFirstVersionLeavesTheNextPreferred) {
  ApiCatalogue catalogue;
  AddAggregated(Parse(R"({"items":[{"metadata":{"name":"g"},"versions":[{"version":"v2","freshness":"Stale"},
    {"version":"v1","resources":[{"resource":"xs","responseKind":{"kind":"X"},"scope":"Namespaced"}]}]}]})"),
                catalogue);
  ASSERT_EQ(catalogue.resources.size(), 1u);
  EXPECT_TRUE(catalogue.resources[0].preferred);
}

TEST(ApiCatalogue, ReadsALegacyListWithoutSubresources) {
  ApiCatalogue catalogue;
  AddResourceList(Parse(R"({"kind":"APIResourceList","groupVersion":"v1","resources":[
    {"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["list"],"shortNames":["po"]},
    {"name":"pods/log","namespaced":true,"kind":"Pod","verbs":["get"]},
    {"name":"nodes","namespaced":false,"kind":"Node"}]})"),
                  "v1", true, catalogue);
  ASSERT_EQ(catalogue.resources.size(), 2u);
  EXPECT_EQ(catalogue.resources[0].resource.gvk, GroupVersionKind::Of("v1", "Pod"));
  EXPECT_EQ(catalogue.resources[1].resource.scope, Scope::kCluster);
}

TEST(ApiCatalogue, PrefersTheOnlyVersionOfAResource) {
  ApiCatalogue catalogue;
  AddAggregated(Parse(kAggregated), catalogue);
  PreferOnlyVersions(catalogue);
  EXPECT_TRUE(catalogue.resources[0].preferred);
  EXPECT_FALSE(catalogue.resources[1].preferred) << "deployments are preferred in v1";
  EXPECT_TRUE(catalogue.resources[2].preferred) << "relics are in v1beta1 alone";
}

TEST(ApiCatalogue, SurvivesAnswersOfOtherShapes) {
  ApiCatalogue catalogue;
  for (const char* text : {"null", "[]", "{}", R"({"items":5})", R"({"items":[{"versions":[5]}]})"}) {
    AddAggregated(Parse(text), catalogue);
    AddResourceList(Parse(text), "v1", true, catalogue);
  }
  EXPECT_TRUE(catalogue.resources.empty());
  EXPECT_FALSE(IsAggregated(Parse("null")));
}

}  // namespace
}  // namespace kontrakt::kube
