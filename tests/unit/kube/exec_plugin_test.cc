#include "lib/kube/exec_plugin.h"

#include <filesystem>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/base64.h"
#include "lib/doc/json.h"
#include "tests/fakes/temporary_folder.h"

namespace kontrakt::kube {
namespace {

using Variables = std::map<std::string, std::string>;

using fakes::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kV1[] = "client.authentication.k8s.io/v1";

class ExecPluginTest : public ::testing::Test {
 protected:
  ExecPluginTest() {
    connection_.server = "https://api:6443";
    connection_.ca_pem = "CA";
    connection_.exec = ExecPlugin{.api_version = kV1, .interactive_mode = "Never"};
  }

  /// A plugin of that shell script.
  void Script(const std::string& body) {
    connection_.exec->command = folder_.Write("plugin", "#!/bin/sh\n" + body + "\n");
    std::filesystem::permissions(connection_.exec->command, std::filesystem::perms::owner_all);
  }

  /// A plugin that prints that.
  void Printing(const std::string& output) {
    folder_.Write("answer", output);
    Script("cat " + (folder_ / "answer"));
  }

  Result<ExecCredential> Run(bool terminal = false) {
    Bound bound;
    bound.deadline = Deadline::After(std::chrono::seconds(20));
    return RunExecPlugin(connection_, Environment(Variables{{"PATH", "/usr/bin:/bin"}, {"OURS", "kept"}}), terminal,
                         bound);
  }

  /// KUBERNETES_EXEC_INFO as the plugin got it.
  doc::Json ExecInfo() {
    Script("printf '%s' \"$KUBERNETES_EXEC_INFO\" >" + (folder_ / "info"));
    EXPECT_FALSE(Run());
    auto info = doc::ParseJson(folder_.Read("info"));
    return info ? *info : doc::Json();
  }

  std::string Answer(const std::string& status, const std::string& version = kV1) {
    return R"({"kind":"ExecCredential","apiVersion":")" + version + R"(","status":)" + status + "}";
  }

  TemporaryFolder folder_;
  Connection connection_;
};

TEST_F(ExecPluginTest, GivesATokenAndItsExpiry) {
  Printing(Answer(R"({"token":"abc","expirationTimestamp":"2026-01-02T03:04:05Z"})"));
  const auto credential = Run();
  ASSERT_TRUE(credential) << credential.error().ToString();
  EXPECT_EQ(credential->token, "abc");
  EXPECT_EQ(credential->expires, *ParseRfc3339("2026-01-02T03:04:05Z"));
}

TEST_F(ExecPluginTest, GivesACertificate) {
  Printing(Answer(R"({"clientCertificateData":"C","clientKeyData":"K"})"));
  const auto credential = Run();
  ASSERT_TRUE(credential) << credential.error().ToString();
  EXPECT_EQ(credential->client_cert_pem, "C");
  EXPECT_EQ(credential->client_key_pem, "K");
  EXPECT_EQ(credential->expires, std::nullopt);
}

TEST_F(ExecPluginTest, SpeaksV1beta1Too) {
  connection_.exec->api_version = "client.authentication.k8s.io/v1beta1";
  Printing(Answer(R"({"token":"abc"})", "client.authentication.k8s.io/v1beta1"));
  EXPECT_TRUE(Run());
}

TEST_F(ExecPluginTest, GetsArgumentsAndBothEnvironments) {
  connection_.exec->args = {"one two", "$HOME"};
  connection_.exec->env = {{"THEIRS", "added"}};
  Script(R"(test "$1" = "one two" && test "$2" = '$HOME' && test "$OURS-$THEIRS" = kept-added || exit 9
echo ')" +
         Answer(R"({"token":"ok"})") + "'");
  const auto credential = Run();
  ASSERT_TRUE(credential) << credential.error().ToString();
}

TEST_F(ExecPluginTest, IsToldOnlyWhatItAskedFor) {
  const doc::Json info = ExecInfo();
  EXPECT_EQ(doc::StringAt(info, {"apiVersion"}), kV1);
  EXPECT_EQ(doc::StringAt(info, {"kind"}), "ExecCredential");
  EXPECT_FALSE(doc::BoolAt(info, {"spec", "interactive"}, true));
  EXPECT_EQ(doc::Find(info, {"spec", "cluster"}), nullptr);
}

TEST_F(ExecPluginTest, IsToldTheClusterWhereItAskedForIt) {
  connection_.tls_server_name = "api.example";
  connection_.proxy_url = "http://p:1";
  connection_.exec->provide_cluster_info = true;
  connection_.exec->cluster_config = R"({"audience":"x"})";
  const doc::Json info = ExecInfo();
  EXPECT_EQ(doc::StringAt(info, {"spec", "cluster", "server"}), "https://api:6443");
  EXPECT_EQ(doc::StringAt(info, {"spec", "cluster", "certificate-authority-data"}), Base64Encode("CA"));
  EXPECT_EQ(doc::StringAt(info, {"spec", "cluster", "tls-server-name"}), "api.example");
  EXPECT_EQ(doc::StringAt(info, {"spec", "cluster", "proxy-url"}), "http://p:1");
  EXPECT_EQ(doc::StringAt(info, {"spec", "cluster", "config", "audience"}), "x");
}

TEST_F(ExecPluginTest, NeedsATerminalWhereItAlwaysAsks) {
  connection_.exec->interactive_mode = "Always";
  Printing(Answer(R"({"token":"abc"})"));
  const auto refused = Run(false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(refused.error().ToString(), HasSubstr("terminal"));
}

TEST_F(ExecPluginTest, HintsHowToInstallWhatIsMissing) {
  connection_.exec->command = "no-such-plugin";
  connection_.exec->install_hint = "install it from there";
  const auto missing = Run();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(missing.error().hint(), "install it from there");
  EXPECT_THAT(missing.error().ToString(), HasSubstr("no-such-plugin"));
}

TEST_F(ExecPluginTest, IsDeniedWhenItFails) {
  Script("echo " + Answer("{}") + "; exit 3");
  const auto failed = Run();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), ErrorCode::kDenied);
  EXPECT_THAT(failed.error().ToString(), HasSubstr("status 3"));
}

class ExecPluginAnswer : public ExecPluginTest, public ::testing::WithParamInterface<std::string> {};

TEST_P(ExecPluginAnswer, IsRefusedWithoutShowingIt) {
  Printing(GetParam());
  const auto refused = Run();
  ASSERT_FALSE(refused) << GetParam();
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(refused.error().ToString(), Not(HasSubstr("topsecret")));
}

INSTANTIATE_TEST_SUITE_P(
    ExecPlugin, ExecPluginAnswer,
    ::testing::Values("", "topsecret", "[]", R"({"kind":"Status"})",
                      R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"})",
                      R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1",
                          "status":{"token":"topsecret"}})",
                      R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}})",
                      R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",
                          "status":{"clientCertificateData":"topsecret"}})",
                      R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",
                          "status":{"token":"topsecret","expirationTimestamp":"soon"}})"));

TEST_F(ExecPluginTest, EndsWithTheBound) {
  Script("exec sleep 1000");
  Bound bound;
  bound.deadline = Deadline::After(std::chrono::milliseconds(50));
  const auto late = RunExecPlugin(connection_, Environment(Variables{{"PATH", "/usr/bin:/bin"}}), false, bound);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), ErrorCode::kTimeout);
}

}  // namespace
}  // namespace kontrakt::kube
