#include "lib/oci/docker_config.h"

#include <gtest/gtest.h>

#include "lib/base/base64.h"

namespace kontrakt::oci {
namespace {

DockerConfigEntry EntryOf(const std::string& key) {
  const Result<DockerConfig> config = DockerConfig::Parse(R"({"auths":{")" + key + R"(":{"auth":"YTpi"}}})", "test");
  return config->entries.at(0);
}

struct Match {
  const char* name;
  const char* key;
  const char* repository;
  bool serves;
};

class DockerConfigKey : public testing::TestWithParam<Match> {};

TEST_P(DockerConfigKey, ServesWhatItNames) {
  EXPECT_EQ(EntryOf(GetParam().key).Serves(*Repository::Parse(GetParam().repository)), GetParam().serves);
}

INSTANTIATE_TEST_SUITE_P(DockerConfig, DockerConfigKey,
                         testing::Values(Match{"Host", "ghcr.io", "ghcr.io/a/b", true},
                                         Match{"HostWithScheme", "https://ghcr.io", "ghcr.io/a/b", true},
                                         Match{"HostWithV1", "https://ghcr.io/v1/", "ghcr.io/a/b", true},
                                         Match{"HostWithV2", "ghcr.io/v2", "ghcr.io/a/b", true},
                                         Match{"DockerHubsOldAddress", "https://index.docker.io/v1/", "nginx", true},
                                         Match{"DockerHubsName", "docker.io", "team/web", true},
                                         Match{"Path", "ghcr.io/team", "ghcr.io/team/web", true},
                                         Match{"PathItself", "ghcr.io/team/web", "ghcr.io/team/web", true},
                                         Match{"SiblingPath", "ghcr.io/team", "ghcr.io/teamwork/web", false},
                                         Match{"OtherPath", "ghcr.io/team", "ghcr.io/other/web", false},
                                         Match{"OtherHost", "ghcr.io", "ghcr.io.example/a", false},
                                         Match{"PortMatters", "localhost:5000", "localhost:5001/a", false},
                                         Match{"PortGiven", "localhost:5000", "localhost:5000/a", true},
                                         Match{"Glob", "*.gcr.io", "eu.gcr.io/p/a", true},
                                         Match{"GlobIsOneLabel", "*.gcr.io", "a.b.gcr.io/p/a", false},
                                         Match{"GlobNeedsALabel", "*.gcr.io", "gcr.io/p/a", false},
                                         Match{"GlobWithinALabel", "re*.example:5000", "reg.example:5000/a", true},
                                         Match{"GlobWithOtherPort", "re*.example:5000", "reg.example/a", false}),
                         [](const auto& test) { return test.param.name; });

TEST(DockerConfig, PutsLongerPathsFirst) {
  const Result<DockerConfig> config = DockerConfig::Parse(
      R"({"auths":{"*.io":{"auth":"YTpi"},"ghcr.io":{"auth":"YTpi"},"ghcr.io/a":{},"ghcr.io/a/b":{"auth":"YTpi"}}})",
      "test");
  ASSERT_TRUE(config.ok());
  ASSERT_EQ(config->entries.size(), 4u);
  EXPECT_EQ(config->entries[0].key, "ghcr.io/a/b");
  EXPECT_EQ(config->entries[1].key, "ghcr.io/a");
  EXPECT_EQ(config->entries[2].key, "ghcr.io");
  EXPECT_FALSE(config->entries[1].HasContent());
}

TEST(DockerConfig, ReadsTheOldDockercfg) {
  const Result<DockerConfig> config = DockerConfig::Parse(R"({"https://ghcr.io":{"auth":"YTpi","email":"x"}})", "old");
  ASSERT_TRUE(config.ok());
  ASSERT_EQ(config->entries.size(), 1u);
  EXPECT_EQ(config->entries[0].host, "ghcr.io");
}

TEST(DockerConfig, ReadsHelpers) {
  const Result<DockerConfig> config = DockerConfig::Parse(
      R"({"credHelpers":{"https://index.docker.io/v1/":"hub","x.ecr":"ecr-login"},"credsStore":"s"})", "test");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->helpers.at("docker.io"), "hub");
  EXPECT_EQ(config->helpers.at("x.ecr"), "ecr-login");
  EXPECT_EQ(config->store, "s");
}

TEST(DockerConfig, RefusesWhatIsNoObject) {
  for (const char* text : {"", "[]", "{", "3"}) {
    const Result<DockerConfig> config = DockerConfig::Parse(text, "secret ns/name");
    ASSERT_FALSE(config.ok()) << text;
    EXPECT_EQ(config.error().code(), ErrorCode::kInvalidInput);
    EXPECT_NE(config.error().ToString().find("secret ns/name"), std::string::npos);
  }
}

TEST(DockerConfig, DecodesPasswordsWithColonsAndWithoutPadding) {
  DockerConfig config;
  DockerConfigEntry entry;
  entry.auth = Base64Encode("user:pa:ss:word");
  while (entry.auth.ends_with('=')) {
    entry.auth.pop_back();
  }
  const Result<Credential> credential = config.Decode(entry);
  ASSERT_TRUE(credential.ok()) << credential.error().ToString();
  EXPECT_EQ(credential->username, "user");
  EXPECT_EQ(credential->password, "pa:ss:word");
}

TEST(DockerConfig, DecodesIdentityTokens) {
  DockerConfig config;
  DockerConfigEntry entry;
  entry.auth = Base64Encode("<token>:refresh");
  EXPECT_EQ(config.Decode(entry)->identity_token, "refresh");
  entry = {};
  entry.identity_token = "other";
  EXPECT_EQ(config.Decode(entry)->identity_token, "other");
}

TEST(DockerConfig, NamesTheKeyOfABrokenEntryAndNotItsContent) {
  DockerConfig config;
  config.source = "file.json";
  DockerConfigEntry entry;
  entry.key = "ghcr.io";
  for (const char* auth : {"c2VjcmV0", "!!!"}) {
    entry.auth = auth;
    const Result<Credential> credential = config.Decode(entry);
    ASSERT_FALSE(credential.ok());
    EXPECT_EQ(credential.error().message(), "auth of 'ghcr.io' in file.json is no base64 of user:password");
  }
}

TEST(DockerConfig, AsksHelpersByDockerHubsOldAddress) {
  EXPECT_EQ(HelperServer("docker.io"), "https://index.docker.io/v1/");
  EXPECT_EQ(HelperServer("ghcr.io"), "ghcr.io");
}

}  // namespace
}  // namespace kontrakt::oci
