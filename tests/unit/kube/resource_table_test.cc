#include "lib/kube/resource_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/kube/client.h"

namespace kontrakt::kube {
namespace {

TEST(BuiltinResource, KnowsPluralAndScope) {
  const auto ingress = BuiltinResource(GroupVersionKind::Of("networking.k8s.io/v1", "Ingress"));
  ASSERT_TRUE(ingress);
  EXPECT_EQ(ingress->plural, "ingresses");
  EXPECT_EQ(ingress->scope, Scope::kNamespaced);
  const auto role = BuiltinResource(GroupVersionKind::Of("rbac.authorization.k8s.io/v1", "ClusterRole"));
  ASSERT_TRUE(role);
  EXPECT_EQ(role->scope, Scope::kCluster);
}

TEST(BuiltinResource, IsExactAboutVersionGroupAndCase) {
  EXPECT_FALSE(BuiltinResource(GroupVersionKind::Of("apps/v1beta1", "Deployment")));
  EXPECT_FALSE(BuiltinResource(GroupVersionKind::Of("extensions/v1", "Deployment")));
  EXPECT_FALSE(BuiltinResource(GroupVersionKind::Of("apps/v1", "deployment")));
}

struct NameCase {
  std::string typed;
  std::string kind;
  std::string group;
};

class BuiltinByNameTest : public ::testing::TestWithParam<NameCase> {};

TEST_P(BuiltinByNameTest, TakesWhatKubectlTakes) {
  const auto found = BuiltinByName(GetParam().typed);
  ASSERT_TRUE(found) << GetParam().typed;
  EXPECT_EQ(found->gvk.kind, GetParam().kind);
  EXPECT_EQ(found->gvk.group, GetParam().group);
}

INSTANTIATE_TEST_SUITE_P(
    ResourceTable, BuiltinByNameTest,
    ::testing::Values(NameCase{"po", "Pod", ""}, NameCase{"pods", "Pod", ""}, NameCase{"Pod", "Pod", ""},
                      NameCase{"SVC", "Service", ""}, NameCase{"deploy", "Deployment", "apps"},
                      NameCase{"deployments.apps", "Deployment", "apps"}, NameCase{"deploy.apps", "Deployment", "apps"},
                      NameCase{"deployments.v1.apps", "Deployment", "apps"},
                      NameCase{"crds", "CustomResourceDefinition", "apiextensions.k8s.io"},
                      NameCase{"events", "Event", ""}, NameCase{"events.events.k8s.io", "Event", "events.k8s.io"},
                      NameCase{"hpa", "HorizontalPodAutoscaler", "autoscaling"},
                      NameCase{"netpol", "NetworkPolicy", "networking.k8s.io"},
                      NameCase{"quota", "ResourceQuota", ""}));

TEST(BuiltinByName, KnowsNothingElse) {
  for (const char* name : {"", "pod.", "certificates", "deployments.batch", "pods.v1", "."}) {
    EXPECT_FALSE(BuiltinByName(name)) << name;
  }
}

TEST(BuiltinByName, PrefersTheNewestVersionOfAKind) {
  EXPECT_EQ(BuiltinByName("hpa")->gvk.version, "v2");
}

TEST(WellKnown, AreInTheTable) {
  EXPECT_EQ(Namespaces().plural, "namespaces");
  EXPECT_EQ(Namespaces().scope, Scope::kCluster);
  EXPECT_EQ(Pods().gvk.kind, "Pod");
  EXPECT_EQ(Secrets().gvk.kind, "Secret");
  EXPECT_EQ(ServiceAccounts().gvk.kind, "ServiceAccount");
  EXPECT_EQ(ConfigMaps().gvk.kind, "ConfigMap");
  EXPECT_EQ(Events().gvk.group, "");
  EXPECT_EQ(Roles().gvk.kind, "Role");
  EXPECT_EQ(RoleBindings().gvk.kind, "RoleBinding");
  EXPECT_EQ(CustomResourceDefinitions().gvk.group, "apiextensions.k8s.io");
}

TEST(BuiltinKinds, ListsWhatMayHaveBeenMeant) {
  EXPECT_THAT(BuiltinKinds(), ::testing::Contains("StatefulSet"));
}

}  // namespace
}  // namespace kontrakt::kube
