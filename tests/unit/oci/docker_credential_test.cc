#include "lib/oci/docker_credential.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace kontrakt::oci {
namespace {

/// A folder on PATH with helpers that are shell scripts.
class HelperPrograms : public testing::Test {
 protected:
  HelperPrograms() {
    std::string pattern = testing::TempDir() + "helpersXXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~HelperPrograms() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& script) {
    const std::string path = folder_ + "/docker-credential-" + name;
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    chmod(path.c_str(), 0755);
  }

  int Runs() const {
    std::ifstream log(folder_ + "/log");
    int lines = 0;
    for (std::string line; std::getline(log, line);) {
      ++lines;
    }
    return lines;
  }

  Environment environment() const {
    return Environment({{"PATH", folder_ + ":/usr/bin:/bin"}, {"LOG", folder_ + "/log"}});
  }

  std::string folder_;
};

TEST_F(HelperPrograms, GiveUsernameAndSecret) {
  Write(
      "x",
      R"(read -r server; [ "$1" = get ] && echo "{\"ServerURL\":\"$server\",\"Username\":\"u\",\"Secret\":\"$server\"}")");
  CredentialHelpers helpers(environment());
  const Result<Credential> credential = helpers.Get("x", "ghcr.io", {});
  ASSERT_TRUE(credential.ok()) << credential.error().ToString();
  EXPECT_EQ(credential->username, "u");
  EXPECT_EQ(credential->password, "ghcr.io");
  EXPECT_EQ(credential->source, "helper x");
}

TEST_F(HelperPrograms, GiveIdentityTokens) {
  Write("x", R"(echo '{"Username":"<token>","Secret":"refresh"}')");
  CredentialHelpers helpers(environment());
  const Result<Credential> credential = helpers.Get("x", "ghcr.io", {});
  ASSERT_TRUE(credential.ok());
  EXPECT_EQ(credential->identity_token, "refresh");
  EXPECT_TRUE(credential->username.empty());
}

TEST_F(HelperPrograms, AreAskedOnceAServer) {
  Write("x", R"(echo run >> "$LOG"; echo '{"Username":"u","Secret":"s"}')");
  CredentialHelpers helpers(environment());
  ASSERT_TRUE(helpers.Get("x", "ghcr.io", {}).ok());
  ASSERT_TRUE(helpers.Get("x", "ghcr.io", {}).ok());
  EXPECT_EQ(Runs(), 1);
  ASSERT_TRUE(helpers.Get("x", "quay.io", {}).ok());
  EXPECT_EQ(Runs(), 2);
}

TEST_F(HelperPrograms, HaveNothingForAServer) {
  Write("x", "echo 'credentials not found in native keychain'; exit 1");
  CredentialHelpers helpers(environment());
  const Result<Credential> credential = helpers.Get("x", "ghcr.io", {});
  ASSERT_TRUE(credential.ok());
  EXPECT_TRUE(credential->empty());
}

TEST_F(HelperPrograms, FailWithTheirOwnWords) {
  Write("x", "echo 'token has expired, log in again' >&2; exit 3");
  CredentialHelpers helpers(environment());
  const Result<Credential> credential = helpers.Get("x", "ghcr.io", {});
  ASSERT_FALSE(credential.ok());
  EXPECT_EQ(credential.error().code(), ErrorCode::kDenied);
  EXPECT_EQ(credential.error().ToString(),
            "asking docker-credential-x for ghcr.io: it ended with status 3: token has expired, log in again");
}

TEST_F(HelperPrograms, MayNotPrintRubbish) {
  Write("x", "echo hello");
  Write("y", "echo '{\"Username\":\"u\"}'");
  CredentialHelpers helpers(environment());
  for (const char* name : {"x", "y"}) {
    const Result<Credential> credential = helpers.Get(name, "ghcr.io", {});
    ASSERT_FALSE(credential.ok());
    EXPECT_EQ(credential.error().code(), ErrorCode::kInvalidInput);
    EXPECT_NE(credential.error().ToString().find("no JSON with Username and Secret"), std::string::npos);
  }
}

TEST_F(HelperPrograms, MayBeMissing) {
  CredentialHelpers helpers(environment());
  const Result<Credential> credential = helpers.Get("absent", "ghcr.io", {});
  ASSERT_FALSE(credential.ok());
  EXPECT_EQ(credential.error().code(), ErrorCode::kInvalidInput);
  EXPECT_NE(credential.error().hint()->find("install docker-credential-absent on PATH"), std::string::npos);
}

TEST_F(HelperPrograms, AreFoundOnPathOnly) {
  CredentialHelpers helpers(environment());
  EXPECT_EQ(helpers.Get("../x", "ghcr.io", {}).error().code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(helpers.Get("", "ghcr.io", {}).error().code(), ErrorCode::kInvalidInput);
}

TEST_F(HelperPrograms, EndWithTheCallersStop) {
  Write("x", "exec sleep 60");
  CredentialHelpers helpers(environment());
  EXPECT_EQ(helpers.Get("x", "ghcr.io", {{}, Deadline::After(std::chrono::milliseconds(50))}).error().code(),
            ErrorCode::kTimeout);
}

}  // namespace
}  // namespace kontrakt::oci
