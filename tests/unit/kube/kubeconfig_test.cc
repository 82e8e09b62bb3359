#include "lib/kube/kubeconfig.h"

#include <functional>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/base64.h"
#include "tests/fakes/temporary_folder.h"

namespace kontrakt::kube {
namespace {

using Variables = std::map<std::string, std::string>;

using fakes::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A kubeconfig of one context whose cluster and user have these fields, in YAML flow style.
std::string Config(const std::string& cluster, const std::string& user, const std::string& context = "") {
  return "current-context: dev\nclusters:\n- name: c\n  cluster: {" + cluster + "}\nusers:\n- name: u\n  user: {" +
         user + "}\ncontexts:\n- name: dev\n  context: {cluster: c, user: u" + context +
         "}\n- name: prod\n  context: " + "{cluster: c, user: u, namespace: production}\n";
}

constexpr char kServer[] = "server: \"https://api:6443\"";

class KubeconfigTest : public ::testing::Test {
 protected:
  Result<Connection> Load(const std::string& text, ConnectionOverrides overrides = {}) {
    folder_.Write("config", text);
    if (overrides.kubeconfig.empty())
      overrides.kubeconfig = folder_ / "config";
    return LoadConnection(overrides, Environment());
  }

  TemporaryFolder folder_;
};

TEST_F(KubeconfigTest, IsTheCurrentContextsClusterAndUser) {
  const auto connection = Load(Config(std::string(kServer) + "/prefix?x=1\", tls-server-name: api.example, proxy-url: "
                                                             "\"socks5://proxy:1080",
                                      "token: abc", ", namespace: team"));
  ASSERT_FALSE(connection) << "a stray quote is no valid YAML";
  const auto good = Load(Config(R"(server: "https://api:6443/prefix", tls-server-name: api.example,
    proxy-url: "socks5://proxy:1080")",
                                "token: abc", ", namespace: team"));
  ASSERT_TRUE(good) << good.error().ToString();
  EXPECT_EQ(good->context, "dev");
  EXPECT_EQ(good->server, "https://api:6443/prefix");
  EXPECT_EQ(good->tls_server_name, "api.example");
  EXPECT_EQ(good->proxy_url, "socks5://proxy:1080");
  EXPECT_EQ(good->token, "abc");
  EXPECT_EQ(good->namespace_name, "team");
}

TEST_F(KubeconfigTest, ReadsFilesNextToItAndInlineData) {
  folder_.Write("ca.crt", "CA");
  folder_.Write("client.crt", "CERT");
  folder_.Write("client.key", "KEY");
  const auto files = Load(Config(std::string(kServer) + ", certificate-authority: ca.crt",
                                 "client-certificate: client.crt, client-key: client.key"));
  ASSERT_TRUE(files) << files.error().ToString();
  EXPECT_EQ(files->ca_pem, "CA");
  EXPECT_EQ(files->client_cert_pem, "CERT");
  EXPECT_EQ(files->client_key_pem, "KEY");
  EXPECT_EQ(files->client_cert_file, folder_ / "client.crt");
  EXPECT_EQ(files->client_key_file, folder_ / "client.key");
  const auto inline_data =
      Load(Config(std::string(kServer) + ", certificate-authority-data: " + Base64Encode("CA2"),
                  "client-certificate-data: " + Base64Encode("CERT2") + ", client-key-data: " + Base64Encode("KEY2")));
  ASSERT_TRUE(inline_data) << inline_data.error().ToString();
  EXPECT_EQ(inline_data->ca_pem, "CA2");
  EXPECT_EQ(inline_data->client_cert_pem, "CERT2");
  EXPECT_EQ(inline_data->client_cert_file, "");
}

TEST_F(KubeconfigTest, NamesTheTokenFileAbsolutely) {
  const auto connection = Load(Config(kServer, "tokenFile: run/token"));
  ASSERT_TRUE(connection) << connection.error().ToString();
  EXPECT_EQ(connection->token_file, folder_ / "run/token");
}

TEST_F(KubeconfigTest, ReadsImpersonation) {
  const auto connection = Load(Config(
      kServer,
      "token: t, as: alice, as-uid: u1, as-groups: [a, b], as-user-extra: {scopes: [one, two], reason: [three]}"));
  ASSERT_TRUE(connection) << connection.error().ToString();
  EXPECT_EQ(connection->as, "alice");
  EXPECT_EQ(connection->as_uid, "u1");
  EXPECT_THAT(connection->as_groups, ElementsAre("a", "b"));
  EXPECT_THAT(connection->as_extra.at("scopes"), ElementsAre("one", "two"));
}

TEST_F(KubeconfigTest, ReadsAnExecPlugin) {
  const auto connection = Load(R"(current-context: dev
clusters:
- name: c
  cluster:
    server: "https://api:6443"
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: {audience: x}
users:
- name: u
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ./bin/login
      args: [--cluster, 7]
      env:
      - {name: A, value: b}
      installHint: "get it \e[31mhere"
      provideClusterInfo: true
      interactiveMode: Never
contexts:
- name: dev
  context: {cluster: c, user: u}
)");
  ASSERT_TRUE(connection) << connection.error().ToString();
  ASSERT_TRUE(connection->exec);
  EXPECT_EQ(connection->exec->command, folder_ / "bin/login");
  EXPECT_THAT(connection->exec->args, ElementsAre("--cluster", "7"));
  EXPECT_THAT(connection->exec->env, ElementsAre(std::pair<std::string, std::string>("A", "b")));
  EXPECT_EQ(connection->exec->install_hint, "get it here");
  EXPECT_TRUE(connection->exec->provide_cluster_info);
  EXPECT_EQ(connection->exec->cluster_config, R"({"audience":"x"})");
}

TEST_F(KubeconfigTest, LeavesABareExecCommandToThePath) {
  const auto connection =
      Load(Config(kServer, "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws}"));
  ASSERT_TRUE(connection) << connection.error().ToString();
  EXPECT_EQ(connection->exec->command, "aws");
  EXPECT_EQ(connection->exec->interactive_mode, "IfAvailable");
}

TEST_F(KubeconfigTest, AnythingElseThatSaysWhoWeAreGoesBeforeExec) {
  const std::string exec = ", exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws}";
  EXPECT_FALSE(Load(Config(kServer, "token: t" + exec))->exec);
  EXPECT_FALSE(Load(Config(kServer, "username: u, password: p" + exec))->exec);
}

struct BrokenCase {
  std::string name;
  std::string cluster;
  std::string user;
  std::string message;
  bool has_line = true;
};

class KubeconfigContradiction : public KubeconfigTest, public ::testing::WithParamInterface<BrokenCase> {};

TEST_P(KubeconfigContradiction, IsInvalidInputWithTheFile) {
  const BrokenCase& c = GetParam();
  const auto connection = Load(Config(c.cluster, c.user));
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code(), ErrorCode::kInvalidInput) << connection.error().ToString();
  EXPECT_THAT(connection.error().ToString(), HasSubstr(c.message));
  if (!c.has_line)
    return;
  ASSERT_TRUE(connection.error().location()) << connection.error().ToString();
  EXPECT_EQ(connection.error().location()->file, folder_ / "config");
  EXPECT_GT(connection.error().location()->line, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Kubeconfig, KubeconfigContradiction,
    ::testing::Values(
        BrokenCase{"CaTwice", "server: \"https://a\", certificate-authority: x, certificate-authority-data: eA==", "",
                   "certificate-authority and certificate-authority-data are both set"},
        BrokenCase{"CaAndInsecure",
                   "server: \"https://a\", certificate-authority-data: eA==, insecure-skip-tls-verify: true", "",
                   "insecure-skip-tls-verify"},
        BrokenCase{"CaMissing", "server: \"https://a\", certificate-authority: no-such-file", "", "no-such-file"},
        BrokenCase{"CaNoBase64", "server: \"https://a\", certificate-authority-data: \"***\"", "", "no base64"},
        BrokenCase{"ServerWithoutScheme", "server: \"api:6443\"", "token: t", "http"},
        BrokenCase{"NoServer", "", "token: t", "names no server", false},
        BrokenCase{"ProxyScheme", "server: \"https://a\", proxy-url: \"ftp://p\"", "", "scheme must be"},
        BrokenCase{"CertTwice", kServer, "client-certificate: x, client-certificate-data: eA==", "both set"},
        BrokenCase{"CertWithoutKey", kServer, "client-certificate-data: eA==", "without client-key"},
        BrokenCase{"KeyWithoutCert", kServer, "client-key-data: eA==", "without client-certificate"},
        BrokenCase{"TokenAndBasic", kServer, "token: t, username: u", "a token and a username"},
        BrokenCase{"AuthProvider", kServer, "auth-provider: {name: gcp}", "no longer supported"},
        BrokenCase{"GroupsWithoutUser", kServer, "token: t, as-groups: [a]", "without a user", false},
        BrokenCase{"ExecVersion", kServer, "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}",
                   "exec.apiVersion must be"},
        BrokenCase{"ExecNoVersion", kServer, "exec: {command: x}", "exec.apiVersion must be"},
        BrokenCase{"ExecNoCommand", kServer, "exec: {apiVersion: client.authentication.k8s.io/v1}", "no command"},
        BrokenCase{"ExecV1WithoutMode", kServer, "exec: {apiVersion: client.authentication.k8s.io/v1, command: x}",
                   "interactiveMode must be"}),
    [](const auto& test) { return test.param.name; });

TEST_F(KubeconfigTest, NamesTheNearestContext) {
  const auto connection = Load(Config(kServer, ""), {.context = "prud"});
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(connection.error().message(), HasSubstr("context \"prud\" is not defined in " + (folder_ / "config")));
  EXPECT_EQ(connection.error().hint(), "did you mean \"prod\"?");
}

TEST_F(KubeconfigTest, MissesAClusterOrUserThatTheContextNames) {
  const auto connection = Load("current-context: dev\ncontexts:\n- name: dev\n  context: {cluster: c, user: u}\n");
  ASSERT_FALSE(connection);
  EXPECT_THAT(connection.error().message(), HasSubstr("cluster \"c\" is not defined"));
}

TEST_F(KubeconfigTest, AsksForAContextWhereNoneIsCurrent) {
  const auto connection = Load("contexts:\n- name: a\n  context: {}\n- name: b\n  context: {}\n");
  ASSERT_FALSE(connection);
  EXPECT_THAT(connection.error().message(), HasSubstr("no current-context"));
  EXPECT_THAT(*connection.error().hint(), HasSubstr("a, b"));
}

TEST_F(KubeconfigTest, IsNotFoundOutsideAPodWithoutAny) {
  const TemporaryFolder home;
  const auto connection = LoadConnection({}, Environment(Variables{{"HOME", home.path()}}));
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(connection.error().message(), HasSubstr(home / ".kube/config"));
}

TEST_F(KubeconfigTest, NeverFallsBackToLocalhost) {
  const auto connection = LoadConnection({}, Environment(Variables{{"KUBERNETES_MASTER", "http://localhost:8080"}}));
  EXPECT_FALSE(connection);
}

struct OverrideCase {
  std::string name;
  ConnectionOverrides overrides;
  std::function<bool(const Connection&)> holds;
};

class KubeconfigOverride : public KubeconfigTest, public ::testing::WithParamInterface<OverrideCase> {};

TEST_P(KubeconfigOverride, Wins) {
  const auto connection =
      Load(Config(R"(server: "https://api:6443", tls-server-name: old, certificate-authority-data: Q0E=)",
                  "username: u, password: p, as: bob, as-groups: [g]", ", namespace: team"),
           GetParam().overrides);
  ASSERT_TRUE(connection) << connection.error().ToString();
  EXPECT_TRUE(GetParam().holds(*connection));
}

INSTANTIATE_TEST_SUITE_P(
    Kubeconfig, KubeconfigOverride,
    ::testing::Values(
        OverrideCase{"Context",
                     {.context = "prod"},
                     [](const Connection& c) { return c.context == "prod" && c.namespace_name == "production"; }},
        OverrideCase{"ServerClearsTheServerName",
                     {.server = "https://other"},
                     [](const Connection& c) { return c.server == "https://other" && c.tls_server_name.empty(); }},
        OverrideCase{"ServerWithItsOwnServerName",
                     {.server = "https://other", .tls_server_name = "new"},
                     [](const Connection& c) { return c.tls_server_name == "new"; }},
        OverrideCase{
            "Token", {.token = "flag"}, [](const Connection& c) { return c.token == "flag" && c.username.empty(); }},
        OverrideCase{"InsecureClearsTheAuthority",
                     {.insecure_skip_tls_verify = true},
                     [](const Connection& c) { return c.insecure_skip_tls_verify && c.ca_pem.empty(); }},
        OverrideCase{"AsReplacesAllImpersonation",
                     {.as = "eve"},
                     [](const Connection& c) { return c.as == "eve" && c.as_groups.empty(); }},
        OverrideCase{"AsGroups",
                     {.as_groups = {"x"}},
                     [](const Connection& c) { return c.as == "bob" && c.as_groups.at(0) == "x"; }},
        OverrideCase{
            "Namespace", {.namespace_name = "mine"}, [](const Connection& c) { return c.namespace_name == "mine"; }},
        OverrideCase{
            "Proxy", {.proxy_url = "http://p:1"}, [](const Connection& c) { return c.proxy_url == "http://p:1"; }},
        OverrideCase{"Timeout",
                     {.request_timeout = std::chrono::seconds(5)},
                     [](const Connection& c) { return c.request_timeout == std::chrono::seconds(5); }}),
    [](const auto& test) { return test.param.name; });

TEST_F(KubeconfigTest, TheTokenFlagWinsOverATokenFile) {
  const auto connection = Load(Config(kServer, "tokenFile: token"), {.token = "flag"});
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->token, "flag");
  EXPECT_EQ(connection->token_file, "");
}

TEST_F(KubeconfigTest, AnAuthorityByFlagClearsInsecure) {
  folder_.Write("ca.crt", "CA");
  const auto connection = Load(Config("server: \"https://a\", insecure-skip-tls-verify: true", ""),
                               {.certificate_authority = folder_ / "ca.crt"});
  ASSERT_TRUE(connection) << connection.error().ToString();
  EXPECT_FALSE(connection->insecure_skip_tls_verify);
  EXPECT_EQ(connection->ca_pem, "CA");
}

TEST_F(KubeconfigTest, FlagsAloneAreEnough) {
  const auto connection =
      LoadConnection({.server = "https://api:6443", .token = "t"}, Environment(Variables{{"HOME", folder_ / "empty"}}));
  ASSERT_TRUE(connection) << connection.error().ToString();
  EXPECT_EQ(connection->server, "https://api:6443");
  EXPECT_EQ(connection->namespace_name, "default");
}

TEST_F(KubeconfigTest, NeverShowsASecretInItsErrors) {
  const auto connection = Load(Config("server: \"https://u:hunter22@api\"", "token: verysecret, username: u"));
  ASSERT_FALSE(connection);
  EXPECT_THAT(connection.error().ToString(), Not(HasSubstr("hunter22")));
  EXPECT_THAT(connection.error().ToString(), Not(HasSubstr("verysecret")));
}

}  // namespace
}  // namespace kontrakt::kube
