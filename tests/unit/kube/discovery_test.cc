#include "lib/kube/discovery.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::kube {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kCore[] = R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":""},"versions":[
  {"version":"v1","resources":[{"resource":"pods","responseKind":{"kind":"Pod"},"scope":"Namespaced",
    "singularResource":"pod","verbs":["list","watch"]},
   {"resource":"bindings","responseKind":{"kind":"Binding"},"scope":"Namespaced","verbs":["create"]},
   {"resource":"nodes","responseKind":{"kind":"Node"},"scope":"Cluster","verbs":["list"]}]}]}]})";
constexpr char kGroups[] = R"({"kind":"APIGroupDiscoveryList","items":[
  {"metadata":{"name":"cert-manager.io"},"versions":[
   {"version":"v1","resources":[{"resource":"certificates","responseKind":{"kind":"Certificate"},
     "scope":"Namespaced","singularResource":"certificate","shortNames":["cert"],"verbs":["list"]}]},
   {"version":"v1alpha2","resources":[{"resource":"certificates","responseKind":{"kind":"Certificate"},
     "scope":"Namespaced","verbs":["list"]}]}]},
  {"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale"}]}]})";

/// Answers by path and notes what was asked.
class DiscoveryTest : public ::testing::Test {
 protected:
  DiscoveryTest()
      : discovery_([this](const std::vector<std::string>& paths, const std::string& accept, const Bound&) {
          std::vector<Result<net::Response>> responses;
          for (const std::string& path : paths) {
            asked_.push_back(path);
            accepts_.push_back(accept);
            net::Response response;
            const bool aggregated = accept == kDiscoveryAccept;
            const auto& answers = aggregated ? answers_ : legacy_;
            const auto found = answers.find(path);
            response.status = found == answers.end() ? 404 : found->second.first;
            if (found != answers.end())
              response.body = found->second.second;
            responses.emplace_back(std::move(response));
          }
          return responses;
        }) {
    answers_["/api"] = {200, kCore};
    answers_["/apis"] = {200, kGroups};
  }

  std::map<std::string, std::pair<int, std::string>> answers_;
  std::map<std::string, std::pair<int, std::string>> legacy_;
  std::vector<std::string> asked_;
  std::vector<std::string> accepts_;
  Discovery discovery_;
};

TEST_F(DiscoveryTest, AsksTwiceForAllAndThenNoMore) {
  const auto found = discovery_.Find(GroupVersionKind::Of("cert-manager.io/v1", "Certificate"), Bound());
  ASSERT_TRUE(found) << found.error().ToString();
  EXPECT_EQ(found->plural, "certificates");
  EXPECT_TRUE(discovery_.Find(GroupVersionKind::Of("v1", "Pod"), Bound()));
  EXPECT_THAT(asked_, ElementsAre("/api", "/apis"));
  EXPECT_THAT(accepts_[0], HasSubstr("g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"));
}

TEST_F(DiscoveryTest, UsesAnOldVersionAsItIsAsked) {
  EXPECT_TRUE(discovery_.Find(GroupVersionKind::Of("cert-manager.io/v1alpha2", "Certificate"), Bound()));
}

TEST_F(DiscoveryTest, AsksAgainForAKindThatWasUnknown) {
  EXPECT_TRUE(discovery_.Find(GroupVersionKind::Of("v1", "Pod"), Bound()));
  answers_["/apis"] = {200, R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"new.example"},
    "versions":[{"version":"v1","resources":[{"resource":"widgets","responseKind":{"kind":"Widget"},
    "scope":"Namespaced"}]}]}]})"};
  EXPECT_TRUE(discovery_.Find(GroupVersionKind::Of("new.example/v1", "Widget"), Bound()));
  EXPECT_EQ(asked_.size(), 4u);
}

TEST_F(DiscoveryTest, NamesANearKindOrAnotherVersion) {
  auto unknown = discovery_.Find(GroupVersionKind::Of("cert-manager.io/v1", "Certificat"), Bound());
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(unknown.error().hint(), "did you mean Certificate?");
  unknown = discovery_.Find(GroupVersionKind::Of("cert-manager.io/v2", "Certificate"), Bound());
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().hint(), "it has Certificate in cert-manager.io/v1");
}

TEST_F(DiscoveryTest, SaysWhichApiServiceIsDownWhereThatOneIsNeeded) {
  const auto stale = discovery_.Find(GroupVersionKind::Of("metrics.k8s.io/v1beta1", "PodMetrics"), Bound());
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code(), ErrorCode::kUnavailable);
  EXPECT_THAT(stale.error().message(), HasSubstr("v1beta1.metrics.k8s.io"));
}

TEST_F(DiscoveryTest, KnowsWhatItWasTaught) {
  discovery_.Learn({{"new.example", "v1", "Widget"}, "widgets", Scope::kCluster});
  const auto found = discovery_.Find(GroupVersionKind::Of("new.example/v1", "Widget"), Bound());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->scope, Scope::kCluster);
  EXPECT_TRUE(asked_.empty());
}

TEST_F(DiscoveryTest, FindsByEveryNameThatKubectlTakes) {
  for (const char* name : {"certificates", "certificate", "CERT", "Certificate", "certificates.cert-manager.io",
                           "cert.cert-manager.io", "certificates.v1.cert-manager.io"}) {
    const auto found = discovery_.Named(name, Bound());
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->gvk.version, "v1") << name;
  }
  EXPECT_EQ(discovery_.Named("certificates.v1alpha2.cert-manager.io", Bound())->gvk.version, "v1alpha2");
  EXPECT_EQ(asked_.size(), 2u);
}

TEST_F(DiscoveryTest, NamesANearResourceType) {
  const auto unknown = discovery_.Named("certificate", Bound());
  ASSERT_TRUE(unknown);
  const auto typo = discovery_.Named("certifcates", Bound());
  ASSERT_FALSE(typo);
  EXPECT_EQ(typo.error().code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(typo.error().hint(), "did you mean \"certificates\"?");
}

TEST_F(DiscoveryTest, ListsWhatIsNamespacedListableAndPreferred) {
  const auto resources = discovery_.NamespacedResources(Bound());
  ASSERT_TRUE(resources);
  std::vector<std::string> names;
  for (const Resource& resource : *resources)
    names.push_back(resource.gvk.ApiVersion() + " " + resource.plural);
  EXPECT_THAT(names, ElementsAre("v1 pods", "cert-manager.io/v1 certificates"));
}

TEST_F(DiscoveryTest, ToleratesAServerWithoutACoreGroup) {
  answers_["/api"] = {404, "404 page not found"};
  EXPECT_TRUE(discovery_.Find(GroupVersionKind::Of("cert-manager.io/v1", "Certificate"), Bound()));
}

TEST_F(DiscoveryTest, FailsWithTheServersErrorAndAsksAgainNextTime) {
  answers_["/apis"] = {403, R"({"kind":"Status","reason":"Forbidden","message":"no"})"};
  const auto denied = discovery_.Find(GroupVersionKind::Of("cert-manager.io/v1", "Certificate"), Bound());
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().code(), ErrorCode::kDenied);
  answers_["/apis"] = {200, kGroups};
  EXPECT_TRUE(discovery_.Find(GroupVersionKind::Of("cert-manager.io/v1", "Certificate"), Bound()));
}

class LegacyDiscoveryTest : public DiscoveryTest {
 protected:
  LegacyDiscoveryTest() {
    const std::string core = R"({"kind":"APIVersions","versions":["v1"]})";
    const std::string groups = R"({"kind":"APIGroupList","groups":[{"name":"cert-manager.io","versions":[
      {"groupVersion":"cert-manager.io/v1"},{"groupVersion":"cert-manager.io/v1alpha2"}],
      "preferredVersion":{"groupVersion":"cert-manager.io/v1"}},
      {"name":"metrics.k8s.io","versions":[{"groupVersion":"metrics.k8s.io/v1beta1"}],
      "preferredVersion":{"groupVersion":"metrics.k8s.io/v1beta1"}}]})";
    answers_ = {{"/api", {200, core}}, {"/apis", {200, groups}}};
    legacy_ = answers_;
    legacy_["/api/v1"] = {200, R"({"resources":[{"name":"pods","namespaced":true,"kind":"Pod","verbs":["list"]}]})"};
    const std::string certificates =
        R"({"resources":[{"name":"certificates","namespaced":true,"kind":"Certificate","verbs":["list"]}]})";
    legacy_["/apis/cert-manager.io/v1"] = {200, certificates};
    legacy_["/apis/cert-manager.io/v1alpha2"] = {200, certificates};
    legacy_["/apis/metrics.k8s.io/v1beta1"] = {503, "service unavailable"};
  }
};

TEST_F(LegacyDiscoveryTest, AsksForEachVersion) {
  const auto found = discovery_.Find(GroupVersionKind::Of("cert-manager.io/v1", "Certificate"), Bound());
  ASSERT_TRUE(found) << found.error().ToString();
  EXPECT_EQ(found->scope, Scope::kNamespaced);
  EXPECT_THAT(asked_, ElementsAre("/api", "/apis", "/api/v1", "/apis/cert-manager.io/v1",
                                  "/apis/cert-manager.io/v1alpha2", "/apis/metrics.k8s.io/v1beta1"));
  EXPECT_EQ(discovery_.Named("certificates", Bound())->gvk.version, "v1");
}

TEST_F(LegacyDiscoveryTest, AVersionThatDoesNotAnswerFailsOnlyWhoNeedsIt) {
  EXPECT_TRUE(discovery_.Find(GroupVersionKind::Of("v1", "Pod"), Bound()));
  const auto stale = discovery_.Find(GroupVersionKind::Of("metrics.k8s.io/v1beta1", "PodMetrics"), Bound());
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code(), ErrorCode::kUnavailable);
}

TEST_F(LegacyDiscoveryTest, IsUsedForBothWhereOnlyOneIsAggregated) {
  answers_["/api"] = {200, kCore};
  EXPECT_TRUE(discovery_.Find(GroupVersionKind::Of("v1", "Pod"), Bound()));
  EXPECT_THAT(asked_, Contains("/api/v1"));
}

}  // namespace
}  // namespace kontrakt::kube
