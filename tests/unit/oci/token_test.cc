#include "lib/oci/token.h"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "lib/base/base64.h"
#include "lib/net/curl_transport.h"
#include "tests/fakes/fake_registry.h"
#include "tests/fakes/scripted_transport.h"

namespace kontrakt::oci {
namespace {

using fakes::ScriptedTransport;

TokenRequest RequestFor(const std::string& realm = "https://auth.example/token",
                        const std::string& asked = "https://reg.example/v2") {
  TokenRequest request;
  request.asked = *net::Url::Parse(asked);
  request.challenge = {"bearer", {{"realm", realm}, {"service", "reg.example"}}};
  request.scopes = ScopeSet("team/web", Access::kPush);
  return request;
}

TEST(ScopeSet, PutsPushFirstAndRepeatsEachRepositoryOnce) {
  ScopeSet scopes("a/source", Access::kPull);
  scopes.Add("b/destination", Access::kPush);
  scopes.Add("b/destination", Access::kPull);
  EXPECT_EQ(scopes.ToStrings(),
            (std::vector<std::string>{"repository:b/destination:pull,push", "repository:a/source:pull"}));
}

TEST(ScopeSet, CoversWhatItContains) {
  const ScopeSet push("a", Access::kPush);
  EXPECT_TRUE(push.Covers(ScopeSet("a", Access::kPull)));
  EXPECT_FALSE(ScopeSet("a", Access::kPull).Covers(push));
  EXPECT_FALSE(push.Covers(ScopeSet("b", Access::kPull)));
  EXPECT_TRUE(push.Covers(ScopeSet()));
}

TEST(ScopeSet, ReadsScopesWithPortsAndUnknownActions) {
  ScopeSet scopes;
  scopes.AddText("repository:host:5000/a:pull,push registry:catalog:* rubbish");
  EXPECT_EQ(scopes.ToStrings(), (std::vector<std::string>{"repository:host:5000/a:pull,push", "registry:catalog:*"}));
}

struct Realm {
  const char* name;
  const char* asked;
  const char* realm;
  const char* resolved;  ///< empty: refused
};

class RealmRule : public testing::TestWithParam<Realm> {};

TEST_P(RealmRule, Holds) {
  const Result<net::Url> url =
      ResolveRealm(*net::Url::Parse(GetParam().asked), {"bearer", {{"realm", GetParam().realm}}});
  EXPECT_EQ(url ? url->ToString() : "", GetParam().resolved);
  if (!url) {
    EXPECT_TRUE(url.error().code() == ErrorCode::kDenied || url.error().code() == ErrorCode::kInvalidInput);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Token, RealmRule,
    testing::Values(
        Realm{"Usual", "https://reg.example/v2", "https://auth.example/token", "https://auth.example/token"},
        Realm{"KeepsItsQuery", "https://reg.example/v2", "https://a.example/t?x=1", "https://a.example/t?x=1"},
        Realm{"Relative", "https://reg.example/v2/a", "/token", "https://reg.example/token"},
        Realm{"HttpFromHttps", "https://reg.example/v2", "http://auth.example/token", ""},
        Realm{"Loopback", "https://reg.example/v2", "https://127.0.0.1/token", ""},
        Realm{"LocalhostByName", "https://reg.example/v2", "https://localhost/token", ""},
        Realm{"Private", "https://reg.example/v2", "https://10.1.2.3/token", ""},
        Realm{"LinkLocal", "https://reg.example/v2", "https://169.254.169.254/token", ""},
        Realm{"Private172", "https://reg.example/v2", "https://172.31.0.1/token", ""},
        Realm{"Public172", "https://reg.example/v2", "https://172.32.0.1/token", "https://172.32.0.1/token"},
        Realm{"Ipv6Loopback", "https://reg.example/v2", "https://[::1]/token", ""},
        Realm{"Ipv6UniqueLocal", "https://reg.example/v2", "https://[fd00::1]/token", ""},
        Realm{"Ipv6MappedLoopback", "https://reg.example/v2", "https://[::ffff:127.0.0.1]/token", ""},
        Realm{"LoopbackOfALoopbackRegistry", "http://127.0.0.1:5000/v2", "http://127.0.0.1:5001/token",
              "http://127.0.0.1:5001/token"},
        Realm{"Missing", "https://reg.example/v2", "", ""},
        Realm{"OtherScheme", "https://reg.example/v2", "ftp://auth.example/token", ""}),
    [](const auto& test) { return test.param.name; });

TEST(TokenSource, AsksWithRepeatedScopesAndBasic) {
  ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "https://auth.example/token*", 200, R"({"token":"t1","expires_in":300})");
  TokenSource tokens(transport);
  TokenRequest request = RequestFor("https://auth.example/token?keep=me");
  request.scopes.Add("team/base", Access::kPull);
  request.credential.username = "user";
  request.credential.password = "pass";
  const Result<TokenSource::Token> token = tokens.Get(request, {});
  ASSERT_TRUE(token.ok()) << token.error().ToString();
  EXPECT_EQ(token->text, "t1");
  EXPECT_TRUE(token->fresh);
  const auto sent = transport.Requests();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].request.url.query,
            "keep=me&service=reg.example&scope=repository%3Ateam%2Fweb%3Apull%2Cpush&"
            "scope=repository%3Ateam%2Fbase%3Apull&account=user");
  EXPECT_EQ(sent[0].request.headers.Get("Authorization"), "Basic " + Base64Encode("user:pass"));
}

TEST(TokenSource, AsksAnonymouslyWithoutAuthorization) {
  ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "*", 200, R"({"access_token":"t1"})");
  TokenSource tokens(transport);
  EXPECT_EQ(tokens.Get(RequestFor(), {})->text, "t1");
  EXPECT_FALSE(transport.Requests()[0].request.headers.Get("Authorization"));
  EXPECT_EQ(transport.Requests()[0].request.url.query.find("account"), std::string::npos);
}

TEST(TokenSource, ExchangesIdentityTokensByPost) {
  ScriptedTransport transport;
  transport.Expect(net::Method::kPost, "https://auth.example/token", 200, R"({"access_token":"t1"})");
  TokenSource tokens(transport);
  TokenRequest request = RequestFor();
  request.credential.identity_token = "refresh";
  ASSERT_TRUE(tokens.Get(request, {}).ok());
  EXPECT_EQ(transport.Requests()[0].body,
            "grant_type=refresh_token&service=reg.example&client_id=kontrakt&refresh_token=refresh&"
            "scope=repository%3Ateam%2Fweb%3Apull%2Cpush");
}

TEST(TokenSource, KeepsTokensForWhatTheyCover) {
  ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "*", 200, R"({"token":"t1"})");
  TokenSource tokens(transport);
  TokenRequest request = RequestFor();
  ASSERT_TRUE(tokens.Get(request, {}).ok());
  request.scopes = ScopeSet("team/web", Access::kPull);
  const Result<TokenSource::Token> again = tokens.Get(request, {});
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->fresh);
  EXPECT_EQ(tokens.Cached(request), "t1");
  tokens.Forget("t1");
  EXPECT_EQ(tokens.Cached(request), "");
}

TEST(TokenSource, KeepsTokensApartByCredential) {
  ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "*", 200, R"({"token":"t1"})");
  TokenSource tokens(transport);
  TokenRequest request = RequestFor();
  ASSERT_TRUE(tokens.Get(request, {}).ok());
  request.credential.username = "other";
  EXPECT_EQ(tokens.Cached(request), "");
}

TEST(TokenSource, FetchesOnceForManyThreads) {
  fakes::RegistryOptions options;
  options.auth.mode = fakes::RegistryAuthMode::kBearer;
  options.auth.anonymous_pull = true;
  fakes::FakeRegistry registry(options);
  registry.http().faults().Add(
      {.path = "*token*", .count = 0, .kind = fakes::FaultKind::kDelay, .delay = std::chrono::milliseconds(30)});
  auto transport = net::CurlTransport::Create({});
  ASSERT_TRUE(transport.ok());
  TokenSource tokens(**transport);
  TokenRequest request = RequestFor(registry.http().url() + "/token", registry.http().url() + "/v2");
  request.scopes = ScopeSet("a", Access::kPull);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const Result<TokenSource::Token> token = tokens.Get(request, {});
      EXPECT_TRUE(token.ok()) << token.error().ToString();
    });
  }
  threads.clear();
  EXPECT_EQ(registry.auth().tokens(), 1);
}

struct Failure {
  const char* name;
  int status;
  const char* body;
  ErrorCode code;
  const char* says;
};

class TokenFailure : public testing::TestWithParam<Failure> {};

TEST_P(TokenFailure, NamesTheTokenServer) {
  ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "*", GetParam().status, GetParam().body);
  TokenSource tokens(transport);
  const Result<TokenSource::Token> token = tokens.Get(RequestFor(), {});
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code(), GetParam().code);
  EXPECT_NE(token.error().ToString().find(GetParam().says), std::string::npos) << token.error().ToString();
  EXPECT_NE(token.error().ToString().find("auth.example"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Token, TokenFailure,
                         testing::Values(Failure{"Refused", 401, R"({"details":"incorrect username or password"})",
                                                 ErrorCode::kDenied, "incorrect username or password"},
                                         Failure{"InvalidGrant", 400, R"({"error":"invalid_grant"})",
                                                 ErrorCode::kDenied, "invalid_grant"},
                                         Failure{"Missing", 404, "", ErrorCode::kInvalidInput, "404"},
                                         Failure{"Broken", 503, "", ErrorCode::kUnavailable, "503"},
                                         Failure{"Html", 200, "<html>", ErrorCode::kInvalidInput, "no JSON"},
                                         Failure{"NoToken", 200, "{}", ErrorCode::kInvalidInput, "without a token"}),
                         [](const auto& test) { return test.param.name; });

TEST(TokenSource, HintsAtLoginWhenAnonymous) {
  ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "*", 401, "");
  TokenSource tokens(transport);
  EXPECT_EQ(tokens.Get(RequestFor(), {}).error().hint(),
            "no credentials for reg.example were found; log in with docker login reg.example");
}

TEST(TokenSource, NamesTheSourceOfRefusedCredentials) {
  ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "*", 401, "");
  TokenSource tokens(transport);
  TokenRequest request = RequestFor();
  request.credential.username = "u";
  request.credential.source = "/home/x/.docker/config.json";
  EXPECT_EQ(tokens.Get(request, {}).error().hint(), "the credentials of /home/x/.docker/config.json were refused");
}

TEST(TokenSource, ShowsCredentialsToNoOtherHost) {
  ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "https://auth.example/*", 307, "", {{"Location", "https://evil.example/t"}});
  TokenSource tokens(transport);
  TokenRequest request = RequestFor();
  request.credential.username = "u";
  EXPECT_EQ(tokens.Get(request, {}).error().code(), ErrorCode::kDenied);
  EXPECT_EQ(transport.Requests().size(), 1u);
}

TEST(TokenSource, FollowsRedirectsWithinTheTokenServer) {
  ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "https://auth.example/token*", 307, "", {{"Location", "/v2/token"}});
  transport.Expect(net::Method::kGet, "https://auth.example/v2/token", 200, R"({"token":"t1"})");
  TokenSource tokens(transport);
  EXPECT_EQ(tokens.Get(RequestFor(), {})->text, "t1");
}

}  // namespace
}  // namespace kontrakt::oci
