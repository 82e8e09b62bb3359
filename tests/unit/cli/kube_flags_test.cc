#include "lib/cli/kube_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/cli/option_set.h"
#include "lib/cli/output.h"
#include "tests/unit/cli/captured.h"

namespace kontrakt::cli {
namespace {

using ::testing::ElementsAre;

TEST(KubeFlags, FillTheOverridesUnderKubectlsNames) {
  KubeFlags flags;
  OptionSet set;
  flags.AddTo(set);
  ASSERT_TRUE(set.Parse({"--kubeconfig=k", "--context=c", "--cluster=l", "--user=u", "--server=https://s", "--token=t",
                         "--certificate-authority=ca", "--client-certificate=cc", "--client-key=ck",
                         "--tls-server-name=n", "--insecure-skip-tls-verify", "--as=a", "--as-uid=1", "--as-group=g",
                         "--as-group=h", "--request-timeout=5s", "--field-manager=m"},
                        Environment()));
  EXPECT_EQ(flags.overrides.kubeconfig, "k");
  EXPECT_EQ(flags.overrides.context, "c");
  EXPECT_EQ(flags.overrides.cluster, "l");
  EXPECT_EQ(flags.overrides.user, "u");
  EXPECT_EQ(flags.overrides.server, "https://s");
  EXPECT_EQ(flags.overrides.token, "t");
  EXPECT_EQ(flags.overrides.certificate_authority, "ca");
  EXPECT_EQ(flags.overrides.client_certificate, "cc");
  EXPECT_EQ(flags.overrides.client_key, "ck");
  EXPECT_EQ(flags.overrides.tls_server_name, "n");
  EXPECT_EQ(flags.overrides.insecure_skip_tls_verify, true);
  EXPECT_EQ(flags.overrides.as, "a");
  EXPECT_EQ(flags.overrides.as_uid, "1");
  EXPECT_THAT(flags.overrides.as_groups, ElementsAre("g", "h"));
  EXPECT_EQ(flags.overrides.request_timeout, std::chrono::seconds(5));
  EXPECT_EQ(flags.field_manager, "m");
}

TEST(KubeFlags, ConnectMasksTheToken) {
  const Captured captured;
  OutputSettings settings;
  settings.program = "kontrakt-apply";
  settings.out = captured.descriptor();
  Output out(std::move(settings));
  KubeFlags flags;
  flags.overrides.server = "http://127.0.0.1:1";
  flags.overrides.token = "s3cr3t-token";
  const auto client = flags.Connect(out);
  ASSERT_TRUE(client) << client.error().ToString();
  EXPECT_EQ(client->connection().server, "http://127.0.0.1:1");
  out.PrintText("with s3cr3t-token");
  EXPECT_EQ(captured.Text(), "with ***\n");
}

TEST(KubeFlags, ConnectWithoutAnyConfigurationSaysWhatItLookedFor) {
  Output out{OutputSettings()};
  KubeFlags flags;
  flags.overrides.kubeconfig = "/no/such/kubeconfig";
  const auto client = flags.Connect(out);
  ASSERT_FALSE(client);
  EXPECT_THAT(client.error().ToString(), ::testing::HasSubstr("/no/such/kubeconfig"));
}

}  // namespace
}  // namespace kontrakt::cli
