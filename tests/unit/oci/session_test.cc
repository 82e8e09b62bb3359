#include "lib/oci/session.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "lib/base/base64.h"
#include "tests/fakes/fake_registry.h"
#include "tests/fakes/registry_images.h"
#include "tests/fakes/scripted_transport.h"

namespace kontrakt::oci {
namespace {

using fakes::ScriptedTransport;

Keychain KeychainFor(const std::string& host, const std::string& user, const std::string& password) {
  Keychain keychain;
  const Result<void> added = keychain.AddDockerConfigJson(
      R"({"auths":{")" + host + R"(":{"auth":")" + Base64Encode(user + ":" + password) + "\"}}}", "test.json");
  EXPECT_TRUE(added.ok());
  return keychain;
}

class ScriptedSession : public testing::Test {
 protected:
  Session Make(Keychain keychain = {}, RegistryOptions options = {}) {
    options.transport = &transport_;
    options.retry = {.attempts = 2, .first = std::chrono::milliseconds(1), .longest = std::chrono::milliseconds(2)};
    return Session(*Network::Create(options), std::move(keychain));
  }
  static Call Get(const std::string& repository = "reg.example/team/web") {
    Call call;
    call.repository = *Repository::Parse(repository);
    call.path = "manifests/latest";
    call.scopes = ScopeSet(call.repository.path, Access::kPull);
    return call;
  }
  /// The same answer any number of times, or `times`.
  void ExpectRepeated(int times, const std::string& url, int status, const net::Headers& headers,
                      const std::string& body = "") {
    ScriptedTransport::Answer answer;
    answer.url = url;
    answer.times = times;
    answer.response.status = status;
    answer.response.headers = headers;
    answer.response.body = body;
    transport_.Expect(answer);
  }
  void ExpectFailures(const std::string& url, Error error) {
    ScriptedTransport::Answer answer;
    answer.url = url;
    answer.times = 0;
    answer.error = std::move(error);
    transport_.Expect(answer);
  }
  std::vector<std::string> Sent() const {
    std::vector<std::string> sent;
    for (const auto& [request, body] : transport_.Requests()) {
      sent.push_back(std::string(net::NameOf(request.method)) + " " + request.url.ToString() + " " +
                     request.headers.Get("Authorization").value_or("-"));
    }
    return sent;
  }
  ScriptedTransport transport_;
};

const net::Headers kBearer = {
    {"WWW-Authenticate", R"(Bearer realm="https://auth.example/token",service="reg.example")"}};
const net::Headers kBasic = {{"WWW-Authenticate", R"(Basic realm="x")"}};

TEST_F(ScriptedSession, SendsNoPingAndNothingUnasked) {
  transport_.Expect(net::Method::kGet, "*", 200, "hello");
  Session session = Make(KeychainFor("reg.example", "u", "p"));
  const Result<net::Response> response = session.Send(Get(), {});
  ASSERT_TRUE(response.ok()) << response.error().ToString();
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(Sent(), std::vector<std::string>{"GET https://reg.example/v2/team/web/manifests/latest -"});
}

TEST_F(ScriptedSession, AnswersABasicChallengeAndRemembersIt) {
  transport_.Expect(net::Method::kGet, "*", 401, "", kBasic);
  ExpectRepeated(2, "*", 200, {});
  Session session = Make(KeychainFor("reg.example", "u", "p"));
  EXPECT_EQ(session.Send(Get(), {})->status, 200);
  EXPECT_EQ(session.Send(Get(), {})->status, 200);
  const std::string basic = " Basic " + Base64Encode("u:p");
  ASSERT_EQ(Sent().size(), 3u);
  EXPECT_TRUE(Sent()[1].ends_with(basic));
  EXPECT_TRUE(Sent()[2].ends_with(basic));
}

TEST_F(ScriptedSession, GivesUpWhenBasicIsRefused) {
  ExpectRepeated(2, "*", 401, kBasic);
  Session session = Make(KeychainFor("reg.example", "u", "wrong"));
  const Result<net::Response> response = session.Send(Get(), {});
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 401);
  const Error error = session.ToError(*response, *Repository::Parse("reg.example/team/web"));
  EXPECT_EQ(error.code(), ErrorCode::kDenied);
  EXPECT_EQ(error.hint(), "the credentials of test.json do not allow it");
}

TEST_F(ScriptedSession, DoesNotSendEmptyBasic) {
  ExpectRepeated(2, "*", 401, kBasic);
  Session session = Make();
  EXPECT_EQ(session.Send(Get(), {})->status, 401);
  EXPECT_TRUE(Sent().back().ends_with(" -"));
  net::Response refused;
  refused.status = 401;
  const Error error = session.ToError(refused, *Repository::Parse("reg.example/team/web"));
  EXPECT_EQ(error.hint(), "no credentials for reg.example were found; log in with docker login reg.example");
}

TEST_F(ScriptedSession, ReplacesATokenThatTheRegistryNoLongerTakes) {
  transport_.Expect(net::Method::kGet, "https://reg*", 401, "", kBearer);
  transport_.Expect(net::Method::kGet, "https://auth*", 200, R"({"token":"old"})");
  transport_.Expect(net::Method::kGet, "https://reg*", 200);
  transport_.Expect(net::Method::kGet, "https://reg*", 401, "", kBearer);
  transport_.Expect(net::Method::kGet, "https://auth*", 200, R"({"token":"new"})");
  transport_.Expect(net::Method::kGet, "https://reg*", 200);
  Session session = Make();
  EXPECT_EQ(session.Send(Get(), {})->status, 200);
  EXPECT_EQ(session.Send(Get(), {})->status, 200);
  ASSERT_EQ(Sent().size(), 6u);
  EXPECT_TRUE(Sent()[3].ends_with("Bearer old"));
  EXPECT_TRUE(Sent()[5].ends_with("Bearer new"));
}

TEST_F(ScriptedSession, AsksForWhatASecondChallengeAdds) {
  transport_.Expect(net::Method::kGet, "https://reg*", 401, "", kBearer);
  transport_.Expect(net::Method::kGet, "https://auth*", 200, R"({"token":"narrow"})");
  transport_.Expect(net::Method::kGet, "https://reg*", 401, "",
                    {{"WWW-Authenticate", R"(Bearer realm="https://auth.example/token",service="reg.example",)"
                                          R"(scope="repository:mirror/web:pull",error="insufficient_scope")"}});
  transport_.Expect(net::Method::kGet, "https://auth*mirror*", 200, R"({"token":"wide"})");
  transport_.Expect(net::Method::kGet, "https://reg*", 200);
  Session session = Make();
  EXPECT_EQ(session.Send(Get(), {})->status, 200);
  EXPECT_TRUE(Sent().back().ends_with("Bearer wide"));
}

TEST_F(ScriptedSession, EndsWhenAFreshTokenIsNotEnough) {
  ExpectRepeated(0, "https://reg*", 401, kBearer);
  ExpectRepeated(0, "https://auth*", 200, {}, R"({"token":"t"})");
  Session session = Make();
  EXPECT_EQ(session.Send(Get(), {})->status, 401);
  EXPECT_EQ(Sent().size(), 3u);
}

TEST_F(ScriptedSession, ShowsARegistryTokenAsItIs) {
  transport_.Expect(net::Method::kGet, "*", 200);
  Keychain keychain;
  ASSERT_TRUE(keychain.AddDockerConfigJson(R"({"auths":{"reg.example":{"registrytoken":"fixed"}}})", "t").ok());
  Session session = Make(std::move(keychain));
  ASSERT_TRUE(session.Send(Get(), {}).ok());
  EXPECT_TRUE(Sent()[0].ends_with("Bearer fixed"));
}

TEST_F(ScriptedSession, TakesCredentialsToNoOtherHost) {
  transport_.Expect(net::Method::kGet, "https://reg.example/*", 401, "", kBasic);
  transport_.Expect(net::Method::kGet, "https://reg.example/*", 307, "",
                    {{"Location", "https://storage.example/blob?X-Signature=abc"}});
  transport_.Expect(net::Method::kGet, "https://storage.example/*", 200, "blob");
  Session session = Make(KeychainFor("reg.example", "u", "p"));
  EXPECT_EQ(session.Send(Get(), {})->body, "blob");
  EXPECT_EQ(Sent().back(), "GET https://storage.example/blob?X-Signature=abc -");
}

TEST_F(ScriptedSession, KeepsCredentialsOnTheSameOrigin) {
  transport_.Expect(net::Method::kGet, "https://reg.example/*", 401, "", kBasic);
  transport_.Expect(net::Method::kGet, "https://reg.example/*", 302, "", {{"Location", "//reg.example:443/elsewhere"}});
  transport_.Expect(net::Method::kGet, "https://reg.example/elsewhere", 200);
  Session session = Make(KeychainFor("reg.example", "u", "p"));
  ASSERT_TRUE(session.Send(Get(), {}).ok());
  EXPECT_TRUE(Sent().back().find("Basic") != std::string::npos);
}

TEST_F(ScriptedSession, DoesNotAnswerAStorageHosts401) {
  transport_.Expect(net::Method::kGet, "https://reg.example/*", 307, "", {{"Location", "https://evil.example/x"}});
  transport_.Expect(net::Method::kGet, "https://evil.example/*", 401, "", kBasic);
  Session session = Make(KeychainFor("reg.example", "u", "p"));
  EXPECT_EQ(session.Send(Get(), {})->status, 401);
  EXPECT_EQ(Sent().size(), 2u);
}

TEST_F(ScriptedSession, FollowsNoRedirectWithoutEncryption) {
  transport_.Expect(net::Method::kGet, "https://reg.example/*", 307, "", {{"Location", "http://storage.example/x"}});
  Session session = Make();
  const Result<net::Response> response = session.Send(Get(), {});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code(), ErrorCode::kDenied);
  EXPECT_NE(response.error().ToString().find("storage.example without encryption"), std::string::npos);
}

TEST_F(ScriptedSession, FollowsNoCircle) {
  ExpectRepeated(0, "*", 307, {{"Location", "https://reg.example/v2/again"}});
  Session session = Make();
  EXPECT_NE(session.Send(Get(), {}).error().ToString().find("in circles"), std::string::npos);
}

TEST_F(ScriptedSession, DialsAliasesAndUsesTheirCredentials) {
  transport_.Expect(net::Method::kGet, "*", 401, "", kBasic);
  transport_.Expect(net::Method::kGet, "*", 200);
  RegistryOptions options;
  options.aliases = {{"registry.cluster:5000", "reg.example"}};
  Session session = Make(KeychainFor("reg.example", "u", "p"), options);
  EXPECT_EQ(session.Send(Get("registry.cluster:5000/team/web"), {})->status, 200);
  EXPECT_EQ(Sent()[1], "GET https://reg.example/v2/team/web/manifests/latest Basic " + Base64Encode("u:p"));
  EXPECT_TRUE(session.SameRegistry(*Repository::Parse("registry.cluster:5000/a"), *Repository::Parse("reg.example/b")));
}

TEST_F(ScriptedSession, HintsAtPlainHttp) {
  ExpectFailures("https://*", Unavailable("TLS handshake with reg.example failed"));
  transport_.Expect(net::Method::kHead, "http://reg.example:5000/v2", 200);
  Session session = Make();
  const Result<net::Response> response = session.Send(Get("reg.example:5000/a"), {});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().hint(), "reg.example:5000 speaks http without TLS: use --plain-http reg.example:5000");
}

TEST_F(ScriptedSession, HintsAtNothingWhenNobodyAnswers) {
  ExpectFailures("*", Unavailable("can't connect to reg.example: connection refused"));
  Session session = Make();
  const Result<net::Response> response = session.Send(Get(), {});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code(), ErrorCode::kUnavailable);
  EXPECT_FALSE(response.error().hint());
}

TEST_F(ScriptedSession, HintsAtTheCertificateAuthority) {
  ExpectFailures("https://*", Denied("certificate of reg.example can't be trusted"));
  ExpectFailures("http://*", Unavailable("connection refused"));
  Session session = Make();
  EXPECT_EQ(session.Send(Get(), {}).error().hint(), "trust the certificates of its authority by --registry-ca FILE");
}

TEST_F(ScriptedSession, TurnsToTlsOnALoopbackHostThatWantsIt) {
  transport_.Expect(net::Method::kGet, "http://localhost:5000/*", 400,
                    "Client sent an HTTP request to an HTTPS server.\n");
  transport_.Expect(net::Method::kGet, "https://localhost:5000/*", 200);
  Session session = Make();
  EXPECT_EQ(session.Send(Get("localhost:5000/a"), {})->status, 200);
}

TEST_F(ScriptedSession, SaysWhenPlainHttpWasAskedOfATlsServer) {
  transport_.Expect(net::Method::kGet, "http://reg.example/*", 400,
                    "<title>400 The plain HTTP request was sent to HTTPS port</title>");
  RegistryOptions options;
  options.plain_http = {"reg.example"};
  Session session = Make({}, options);
  EXPECT_EQ(session.Send(Get(), {}).error().hint(), "leave out --plain-http reg.example");
}

TEST_F(ScriptedSession, WaitsAsLongAsAStreamIsThrottled) {
  transport_.Expect(net::Method::kGet, "*", 429, "slow down", {{"Retry-After", "0"}});
  transport_.Expect(net::Method::kGet, "*", 200, "bytes");
  Session session = Make();
  Call call = Get();
  std::string received;
  call.request.sink = [&](std::string_view piece) -> Result<void> {
    received += piece;
    return {};
  };
  EXPECT_EQ(session.Send(call, {})->status, 200);
  EXPECT_EQ(received, "bytes");
}

TEST_F(ScriptedSession, RemembersWhereBlobsAre) {
  Session session = Make();
  const Repository a = *Repository::Parse("reg.example/a");
  const Repository b = *Repository::Parse("reg.example/b");
  const Repository other = *Repository::Parse("other.example/b");
  const Digest blob = Digest::Of("blob");
  EXPECT_FALSE(session.IsKnown(a, blob));
  session.Remember(a, blob);
  EXPECT_TRUE(session.IsKnown(a, blob));
  EXPECT_EQ(session.KnownElsewhere(b, blob), a);
  EXPECT_EQ(session.KnownElsewhere(a, blob), std::nullopt);
  EXPECT_EQ(session.KnownElsewhere(other, blob), std::nullopt);
}

class BearerSession : public testing::Test {
 protected:
  static fakes::RegistryOptions Bearer() {
    fakes::RegistryOptions options;
    options.auth.mode = fakes::RegistryAuthMode::kBearer;
    fakes::RegistryUser user;
    user.name = "u";
    user.password = "p";
    user.identity_token = "refresh";
    options.auth.users = {user};
    return options;
  }
  fakes::FakeRegistry registry_{Bearer()};
};

TEST_F(BearerSession, AsksOnceForTheRepositoriesOfAMount) {
  Session session(*Network::Create({}), KeychainFor(registry_.address(), "u", "p"));
  const Repository source{registry_.address(), "stage/web"};
  const Repository destination{registry_.address(), "live/web"};
  session.Link(source, destination);
  Call call;
  call.path = "manifests/latest";
  call.repository = destination;
  call.scopes = ScopeSet(destination.path, Access::kPush);
  ASSERT_EQ(session.Send(call, {})->status, 404);
  call.repository = source;
  call.scopes = ScopeSet(source.path, Access::kPull);
  ASSERT_EQ(session.Send(call, {})->status, 404);
  ASSERT_EQ(registry_.auth().token_scopes().size(), 1u);
  EXPECT_EQ(registry_.auth().token_scopes()[0], "repository:live/web:pull,push repository:stage/web:pull");
}

TEST_F(BearerSession, AsksForBothAlsoWhenTheSourceComesFirst) {
  Session session(*Network::Create({}), KeychainFor(registry_.address(), "u", "p"));
  const Repository source{registry_.address(), "stage/web"};
  const Repository destination{registry_.address(), "live/web"};
  session.Link(source, destination);
  Call call;
  call.path = "manifests/latest";
  call.repository = source;
  call.scopes = ScopeSet(source.path, Access::kPull);
  ASSERT_EQ(session.Send(call, {})->status, 404);
  call.repository = destination;
  call.scopes = ScopeSet(destination.path, Access::kPush);
  ASSERT_EQ(session.Send(call, {})->status, 404);
  EXPECT_EQ(registry_.auth().tokens(), 1);
}

TEST_F(BearerSession, OneThreadsChallengeServesAll) {
  Session session(*Network::Create({}), KeychainFor(registry_.address(), "u", "p"));
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      Call call;
      call.repository = Repository{registry_.address(), "team/web"};
      call.path = "manifests/latest";
      call.scopes = ScopeSet("team/web", Access::kPull);
      const Result<net::Response> response = session.Send(call, {});
      EXPECT_TRUE(response.ok() && response->status == 404);
    });
  }
  threads.clear();
  EXPECT_EQ(registry_.Count("challenge"), 1);
  EXPECT_EQ(registry_.auth().tokens(), 1);
}

TEST_F(BearerSession, UsesIdentityTokens) {
  Keychain keychain;
  ASSERT_TRUE(
      keychain.AddDockerConfigJson(R"({"auths":{")" + registry_.address() + R"(":{"identitytoken":"refresh"}}})", "t")
          .ok());
  Session session(*Network::Create({}), std::move(keychain));
  fakes::PushImage(registry_.store(), "team/web", "latest");
  Call call;
  call.repository = Repository{registry_.address(), "team/web"};
  call.path = "manifests/latest";
  call.scopes = ScopeSet("team/web", Access::kPull);
  EXPECT_EQ(session.Send(call, {})->status, 200);
}

TEST_F(BearerSession, GetsANewTokenAfterTheRegistryForgotAll) {
  Session session(*Network::Create({}), KeychainFor(registry_.address(), "u", "p"));
  Call call;
  call.repository = Repository{registry_.address(), "team/web"};
  call.path = "manifests/latest";
  call.scopes = ScopeSet("team/web", Access::kPull);
  EXPECT_EQ(session.Send(call, {})->status, 404);
  registry_.auth().RevokeTokens();
  EXPECT_EQ(session.Send(call, {})->status, 404);
  EXPECT_EQ(registry_.auth().tokens(), 2);
}

}  // namespace
}  // namespace kontrakt::oci
