#include "lib/oci/auth.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "lib/base/base64.h"
#include "lib/doc/json.h"

namespace kontrakt::oci {
namespace {

std::string Config(const std::string& key, const std::string& user) {
  return R"({"auths":{")" + key + R"(":{"auth":")" + Base64Encode(user + ":secret") + "\"}}}";
}

class KeychainFiles : public testing::Test {
 protected:
  KeychainFiles() {
    std::string pattern = testing::TempDir() + "keychainXXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~KeychainFiles() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_ + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path;
  }
  void WriteHelper(const std::string& name, const std::string& script) {
    chmod(Write("bin/docker-credential-" + name, "#!/bin/sh\n" + script + "\n").c_str(), 0755);
  }
  Environment With(std::map<std::string, std::string> values) const {
    values.emplace("PATH", folder_ + "/bin:/usr/bin:/bin");
    return Environment(std::move(values));
  }
  static std::string UserFor(const Keychain& keychain, const std::string& repository) {
    const Result<Credential> credential = keychain.Find(*Repository::Parse(repository), {});
    return credential ? credential->username : "error: " + credential.error().ToString();
  }

  std::string folder_;
};

TEST_F(KeychainFiles, AreAnonymousWhenThereAreNone) {
  const Result<Keychain> keychain = Keychain::Load(With({{"HOME", folder_}}));
  ASSERT_TRUE(keychain.ok()) << keychain.error().ToString();
  EXPECT_TRUE(keychain->Find(*Repository::Parse("ghcr.io/a"), {})->empty());
}

TEST_F(KeychainFiles, AreFoundAtHome) {
  Write(".docker/config.json", Config("ghcr.io", "home"));
  Write(".config/containers/auth.json", Config("quay.io", "podman"));
  const Result<Keychain> keychain = Keychain::Load(With({{"HOME", folder_}}));
  ASSERT_TRUE(keychain.ok());
  EXPECT_EQ(UserFor(*keychain, "ghcr.io/a"), "home");
  EXPECT_EQ(UserFor(*keychain, "quay.io/a"), "podman");
  EXPECT_EQ(keychain->Find(*Repository::Parse("ghcr.io/a"), {})->source, folder_ + "/.docker/config.json");
}

TEST_F(KeychainFiles, AreTakenFromDockerConfigInsteadOfHome) {
  Write(".docker/config.json", Config("ghcr.io", "home"));
  Write("other/.dockerconfigjson", Config("ghcr.io", "other"));
  const Result<Keychain> keychain = Keychain::Load(With({{"HOME", folder_}, {"DOCKER_CONFIG", folder_ + "/other"}}));
  ASSERT_TRUE(keychain.ok());
  EXPECT_EQ(UserFor(*keychain, "ghcr.io/a"), "other");
}

TEST_F(KeychainFiles, AreReplacedByRegistryAuthFileAndThatByTheFlag) {
  Write(".docker/config.json", Config("ghcr.io", "home"));
  const std::string named = Write("named.json", Config("quay.io", "named"));
  const std::string flag = Write("flag.json", Config("quay.io", "flag"));
  const Environment environment = With({{"HOME", folder_}, {"REGISTRY_AUTH_FILE", named}});
  const Result<Keychain> by_variable = Keychain::Load(environment);
  ASSERT_TRUE(by_variable.ok());
  EXPECT_EQ(UserFor(*by_variable, "quay.io/a"), "named");
  EXPECT_EQ(UserFor(*by_variable, "ghcr.io/a"), "");
  EXPECT_EQ(UserFor(*Keychain::Load(environment, flag), "quay.io/a"), "flag");
}

TEST_F(KeychainFiles, MayBeAMountedSecret) {
  Write("secret/.dockerconfigjson", Config("ghcr.io", "mounted"));
  const Result<Keychain> keychain = Keychain::Load(With({}), folder_ + "/secret");
  ASSERT_TRUE(keychain.ok()) << keychain.error().ToString();
  EXPECT_EQ(UserFor(*keychain, "ghcr.io/a"), "mounted");
}

TEST_F(KeychainFiles, MustExistWhenNamed) {
  const Result<Keychain> keychain = Keychain::Load(With({}), folder_ + "/absent.json");
  ASSERT_FALSE(keychain.ok());
  EXPECT_EQ(keychain.error().code(), ErrorCode::kNotFound);
}

TEST_F(KeychainFiles, MayNotBeBroken) {
  const std::string path = Write(".docker/config.json", "{\"auths\":");
  const Result<Keychain> keychain = Keychain::Load(With({{"HOME", folder_}}));
  ASSERT_FALSE(keychain.ok());
  EXPECT_EQ(keychain.error().code(), ErrorCode::kInvalidInput);
  EXPECT_NE(keychain.error().ToString().find(path), std::string::npos);
}

TEST_F(KeychainFiles, ReportABrokenEntryOnlyWhenItMatters) {
  Write(".docker/config.json", R"({"auths":{"ghcr.io":{"auth":"rubbish"},"quay.io":{"auth":"YTpi"}}})");
  const Result<Keychain> keychain = Keychain::Load(With({{"HOME", folder_}}));
  ASSERT_TRUE(keychain.ok());
  EXPECT_EQ(UserFor(*keychain, "quay.io/a"), "a");
  EXPECT_EQ(keychain->Find(*Repository::Parse("ghcr.io/a"), {}).error().code(), ErrorCode::kInvalidInput);
}

TEST_F(KeychainFiles, AskTheHostsHelperBeforeTheStore) {
  WriteHelper("one", R"(echo '{"Username":"one","Secret":"s"}')");
  WriteHelper("two", R"(echo '{"Username":"two","Secret":"s"}')");
  Write(
      ".docker/config.json",
      R"({"auths":{"ghcr.io":{},"inline.example":{"auth":"aTpw"}},"credHelpers":{"x.ecr":"one"},"credsStore":"two"})");
  const Result<Keychain> keychain = Keychain::Load(With({{"HOME", folder_}}));
  ASSERT_TRUE(keychain.ok());
  EXPECT_EQ(UserFor(*keychain, "x.ecr/a"), "one");
  EXPECT_EQ(UserFor(*keychain, "ghcr.io/a"), "two");
  EXPECT_EQ(UserFor(*keychain, "inline.example/a"), "i");
}

TEST_F(KeychainFiles, GoOnToTheNextSourceWhenAHelperHasNothing) {
  WriteHelper("none", "echo 'credentials not found in native keychain'; exit 1");
  Write(".docker/config.json", R"({"credsStore":"none"})");
  Write(".config/containers/auth.json", Config("ghcr.io", "podman"));
  const Result<Keychain> keychain = Keychain::Load(With({{"HOME", folder_}}));
  ASSERT_TRUE(keychain.ok());
  EXPECT_EQ(UserFor(*keychain, "ghcr.io/a"), "podman");
}

TEST(Keychain, SearchesPullSecretsLongestPathFirst) {
  Keychain keychain;
  ASSERT_TRUE(keychain
                  .AddDockerConfigJson(
                      R"({"auths":{"ghcr.io":{"username":"host","password":"p"},
                                       "ghcr.io/team":{"username":"team","password":"p"}}})",
                      "secret ns/pull")
                  .ok());
  EXPECT_EQ(keychain.Find(*Repository::Parse("ghcr.io/team/web"), {})->username, "team");
  EXPECT_EQ(keychain.Find(*Repository::Parse("ghcr.io/other/web"), {})->username, "host");
  EXPECT_EQ(keychain.Find(*Repository::Parse("ghcr.io/other/web"), {})->source, "secret ns/pull");
}

TEST(Keychain, ExportsOnlyWhatTheseHostsNeed) {
  Keychain keychain;
  ASSERT_TRUE(keychain
                  .AddDockerConfigJson(
                      R"({"auths":{"ghcr.io":{"auth":"aDpw"},"ghcr.io/team":{"auth":"dDpw"},
                                       "https://index.docker.io/v1/":{"auth":"ZDpw"},"quay.io":{"auth":"cTpw"}}})",
                      "test")
                  .ok());
  const Result<std::string> exported = keychain.ExportFor({"ghcr.io", "docker.io"}, {});
  ASSERT_TRUE(exported.ok()) << exported.error().ToString();
  const doc::Json auths = doc::ObjectAt(*doc::ParseJson(*exported), {"auths"});
  EXPECT_EQ(auths.size(), 3u);
  EXPECT_EQ(auths["ghcr.io"]["auth"], "aDpw");
  EXPECT_EQ(auths["ghcr.io/team"]["auth"], "dDpw");
  EXPECT_EQ(auths["https://index.docker.io/v1/"]["auth"], "ZDpw");
}

TEST_F(KeychainFiles, ExportWhatHelpersSay) {
  WriteHelper("x", R"(echo '{"Username":"AWS","Secret":"token"}')");
  Write(".docker/config.json", R"({"credHelpers":{"1.ecr.example":"x"}})");
  const Result<Keychain> keychain = Keychain::Load(With({{"HOME", folder_}}));
  ASSERT_TRUE(keychain.ok());
  const Result<std::string> exported = keychain->ExportFor({"1.ecr.example"}, {});
  ASSERT_TRUE(exported.ok());
  EXPECT_EQ(*exported, R"({"auths":{"1.ecr.example":{"auth":")" + Base64Encode("AWS:token") + "\"}}}");
}

}  // namespace
}  // namespace kontrakt::oci
