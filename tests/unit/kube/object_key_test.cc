#include "lib/kube/object_key.h"

#include <gtest/gtest.h>

#include "lib/kube/client.h"
#include "lib/kube/resource_table.h"

namespace kontrakt::kube {
namespace {

Resource Of(const std::string& api_version, const std::string& kind) {
  return *BuiltinResource(GroupVersionKind::Of(api_version, kind));
}

const Resource kCertificate{{"cert-manager.io", "v1", "Certificate"}, "certificates", Scope::kNamespaced};

TEST(GroupVersionKind, SplitsAnApiVersion) {
  const auto core = GroupVersionKind::Of("v1", "Pod");
  EXPECT_EQ(core.group, "");
  EXPECT_EQ(core.version, "v1");
  EXPECT_EQ(core.ApiVersion(), "v1");
  const auto apps = GroupVersionKind::Of("apps/v1", "Deployment");
  EXPECT_EQ(apps.group, "apps");
  EXPECT_EQ(apps.version, "v1");
  EXPECT_EQ(apps.ApiVersion(), "apps/v1");
}

TEST(ObjectKey, NamesTheGroupOnlyWhereItIsNotBuiltIn) {
  EXPECT_EQ((ObjectKey{Of("apps/v1", "Deployment"), "ns", "web"}.ToString()), "deployment/web");
  EXPECT_EQ((ObjectKey{Pods(), "ns", "web"}.ToString()), "pod/web");
  EXPECT_EQ((ObjectKey{kCertificate, "ns", "tls"}.ToString()), "certificate.cert-manager.io/tls");
}

TEST(ObjectKey, PathsFollowTheApi) {
  EXPECT_EQ((ObjectKey{Pods(), "ns", "web"}.Path()), "/api/v1/namespaces/ns/pods/web");
  EXPECT_EQ((ObjectKey{Pods(), "ns", ""}.Path()), "/api/v1/namespaces/ns/pods");
  EXPECT_EQ((ObjectKey{Pods(), "", ""}.Path()), "/api/v1/pods");
  EXPECT_EQ((ObjectKey{Namespaces(), "", "ns"}.Path()), "/api/v1/namespaces/ns");
  EXPECT_EQ((ObjectKey{kCertificate, "ns", "tls"}.Path()), "/apis/cert-manager.io/v1/namespaces/ns/certificates/tls");
}

TEST(ObjectKey, PathsEncodeWhatNamesMustNotBringAlong) {
  EXPECT_EQ((ObjectKey{Pods(), "a/b", "../x?y"}.Path()), "/api/v1/namespaces/a%2Fb/pods/..%2Fx%3Fy");
  // RBAC names may hold a colon.
  EXPECT_EQ((ObjectKey{Of("rbac.authorization.k8s.io/v1", "ClusterRole"), "", "system:node"}.Path()),
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode");
}

}  // namespace
}  // namespace kontrakt::kube
