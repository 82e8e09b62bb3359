#include "lib/cli/registry_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/cli/option_set.h"
#include "lib/cli/output.h"

namespace kontrakt::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class RegistryFlagsTest : public ::testing::Test {
 protected:
  Result<oci::RegistryOptions> Options(const std::vector<std::string>& args) {
    RegistryFlags flags;
    OptionSet set;
    flags.AddTo(set);
    KT_TRY(set.Parse(args, Environment()));
    return flags.Options(out_);
  }
  static OutputSettings Settings() {
    OutputSettings settings;
    settings.program = "kontrakt-push";
    return settings;
  }
  Output out_{Settings()};
};

TEST_F(RegistryFlagsTest, FillTheOptions) {
  const auto options = Options({"--plain-http=a:5000", "--plain-http", "b", "--registry-ca=ca.pem",
                                "--insecure-registry", "--registry-alias=registry.svc:5000=localhost:5000"});
  ASSERT_TRUE(options) << options.error().ToString();
  EXPECT_THAT(options->plain_http, ElementsAre("a:5000", "b"));
  EXPECT_EQ(options->ca_file, "ca.pem");
  EXPECT_TRUE(options->insecure_skip_tls_verify);
  EXPECT_THAT(options->aliases, ElementsAre(Pair("registry.svc:5000", "localhost:5000")));
  EXPECT_THAT(options->user_agent, ::testing::StartsWith("kontrakt-push/"));
}

TEST_F(RegistryFlagsTest, RefuseAliasesThatAreNone) {
  for (const char* alias : {"a", "=a", "a="}) {
    const auto options = Options({"--registry-alias", alias});
    ASSERT_FALSE(options) << alias;
    EXPECT_EQ(options.error().code(), ErrorCode::kUsage);
  }
  EXPECT_EQ(Options({"--registry-alias=a=b", "--registry-alias=a=c"}).error().message(),
            "--registry-alias: a stands for two hosts");
  EXPECT_TRUE(Options({"--registry-alias=a=b", "--registry-alias=a=b"}));
}

TEST_F(RegistryFlagsTest, ANamedConfigMustBeThere) {
  const auto options = Options({"--registry-config=/no/such/config.json"});
  ASSERT_FALSE(options);
  EXPECT_THAT(options.error().ToString(), ::testing::HasSubstr("/no/such/config.json"));
}

}  // namespace
}  // namespace kontrakt::cli
