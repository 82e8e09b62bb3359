#include "lib/kube/in_cluster.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "tests/fakes/temporary_folder.h"

namespace kontrakt::kube {
namespace {

using Variables = std::map<std::string, std::string>;

using fakes::TemporaryFolder;

Environment Pod(std::map<std::string, std::string> more = {}) {
  more.insert({{"KUBERNETES_SERVICE_HOST", "10.96.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}});
  return Environment(more);
}

TEST(InCluster, IsThePodsServiceAccount) {
  const TemporaryFolder account;
  account.Write("token", "secret\n");
  account.Write("ca.crt", "PEM");
  account.Write("namespace", " team-a\n");
  const auto connection = InClusterConnection(Pod(), account.path());
  ASSERT_TRUE(connection && *connection);
  EXPECT_EQ((*connection)->context, "in-cluster");
  EXPECT_EQ((*connection)->server, "https://10.96.0.1:443");
  EXPECT_EQ((*connection)->ca_pem, "PEM");
  EXPECT_EQ((*connection)->token_file, account / "token");
  EXPECT_EQ((*connection)->namespace_name, "team-a");
}

TEST(InCluster, PutsIpv6InBrackets) {
  const TemporaryFolder account;
  account.Write("token", "secret");
  const auto connection = InClusterConnection(
      Environment(Variables{{"KUBERNETES_SERVICE_HOST", "fd00::1"}, {"KUBERNETES_SERVICE_PORT", "443"}}),
      account.path());
  ASSERT_TRUE(connection && *connection);
  EXPECT_EQ((*connection)->server, "https://[fd00::1]:443");
}

TEST(InCluster, TakesTheNamespaceOfTheEnvironmentFirst) {
  const TemporaryFolder account;
  account.Write("token", "secret");
  account.Write("namespace", "from-file");
  EXPECT_EQ((*InClusterConnection(Pod({{"POD_NAMESPACE", "from-env"}}), account.path()))->namespace_name, "from-env");
}

TEST(InCluster, FallsBackToTheDefaultNamespaceAndTheSystemsTrust) {
  const TemporaryFolder account;
  account.Write("token", "secret");
  const auto connection = InClusterConnection(Pod(), account.path());
  ASSERT_TRUE(connection && *connection);
  EXPECT_EQ((*connection)->namespace_name, "default");
  EXPECT_EQ((*connection)->ca_pem, "");
}

TEST(InCluster, IsNothingOutsideAPod) {
  const TemporaryFolder account;
  EXPECT_FALSE(*InClusterConnection(Pod(), account.path())) << "no token";
  account.Write("token", "secret");
  EXPECT_FALSE(*InClusterConnection(Environment(), account.path())) << "no address";
  EXPECT_FALSE(*InClusterConnection(Environment(Variables{{"KUBERNETES_SERVICE_HOST", "h"}}), account.path()))
      << "no port";
}

TEST(InCluster, ATokenThatIsAFolderIsNone) {
  const TemporaryFolder account;
  account.Write("token/nested", "secret");
  EXPECT_FALSE(*InClusterConnection(Pod(), account.path()));
}

}  // namespace
}  // namespace kontrakt::kube
