#include "lib/kube/client_shared.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/json.h"
#include "lib/net/transport.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/fakes/tls/tls_server.h"
#include "tests/unit/kube/scripted_client.h"

namespace kontrakt::kube {
namespace {

using fakes::ScriptedTransport;
using net::Method;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::shared_ptr<Client::Shared> Shared(ScriptedTransport& transport, Connection connection = Nowhere(),
                                       ClientOptions options = {}) {
  if (options.transport == nullptr) {
    auto on_warning = std::move(options.on_warning);
    options = QuickOptions(&transport);
    options.on_warning = std::move(on_warning);
  }
  return *Client::Shared::Create(std::move(connection), std::move(options));
}

net::Request Get(Client::Shared& shared, const std::string& path = "/x") {
  net::Request request = shared.Prepare(Method::kGet, path);
  request.retryable = true;
  return request;
}

TEST(ClientShared, PutsPathsBehindTheServersOwn) {
  ScriptedTransport transport;
  Connection connection = Nowhere();
  connection.server = "https://rancher.example/k8s/clusters/c?ignored=1";
  const auto shared = Shared(transport, connection);
  EXPECT_EQ(shared->Prepare(Method::kGet, "/api/v1/pods?limit=5").url.ToString(),
            "https://rancher.example/k8s/clusters/c/api/v1/pods?limit=5");
}

TEST(ClientShared, RefusesAServerThatIsNoUrl) {
  Connection connection = Nowhere();
  connection.server = "api:6443";
  EXPECT_EQ(Client::Shared::Create(connection, {}).error().code(), ErrorCode::kInvalidInput);
}

TEST(ClientShared, SendsTheTokenAndWhomToActAs) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "*", 200);
  Connection connection = Nowhere();
  connection.as = "alice";
  connection.as_uid = "u1";
  connection.as_groups = {"a", "b"};
  connection.as_extra = {{"Example.com/Scopes", {"x", "y"}}};
  const auto shared = Shared(transport, connection);
  ASSERT_TRUE(shared->Exchange(Get(*shared), Patient()));
  const net::Headers headers = transport.Requests().at(0).request.headers;
  EXPECT_EQ(headers.Get("Authorization"), "Bearer secret");
  EXPECT_EQ(headers.Get("Impersonate-User"), "alice");
  EXPECT_EQ(headers.Get("Impersonate-Uid"), "u1");
  EXPECT_THAT(headers.GetAll("Impersonate-Group"), ElementsAre("a", "b"));
  EXPECT_THAT(headers.GetAll("Impersonate-Extra-example.com%2Fscopes"), ElementsAre("x", "y"));
}

struct CarryCase {
  std::string server;
  bool carries;
};

class ClientCredentials : public ::testing::TestWithParam<CarryCase> {};

TEST_P(ClientCredentials, GoOverHttpsOrToThisMachineOnly) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "*", 200);
  std::vector<std::string> warnings;
  Connection connection = Nowhere();
  connection.server = GetParam().server;
  ClientOptions options;
  options.on_warning = [&](const std::string& text) { warnings.push_back(text); };
  const auto shared = Shared(transport, connection, options);
  ASSERT_TRUE(shared->Exchange(Get(*shared), Patient()));
  EXPECT_EQ(transport.Requests().at(0).request.headers.Get("Authorization").has_value(), GetParam().carries);
  EXPECT_EQ(warnings.empty(), GetParam().carries);
}

INSTANTIATE_TEST_SUITE_P(ClientShared, ClientCredentials,
                         ::testing::Values(CarryCase{"https://api", true}, CarryCase{"http://127.0.0.1:8001", true},
                                           CarryCase{"http://localhost:8001", true},
                                           CarryCase{"http://[::1]:8001", true}, CarryCase{"http://api", false},
                                           CarryCase{"http://127.0.0.1.example.org", false},
                                           CarryCase{"http://10.0.0.1", false}));

TEST(ClientShared, WarnsThatACertificateIsNotVerified) {
  ScriptedTransport transport;
  std::vector<std::string> warnings;
  Connection connection = Nowhere();
  connection.insecure_skip_tls_verify = true;
  ClientOptions options;
  options.on_warning = [&](const std::string& text) { warnings.push_back(text); };
  Shared(transport, connection, options);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("not verified")));
}

TEST(ClientShared, RefreshesATokenFileAfterA401AndSendsOnceMore) {
  const fakes::TemporaryFolder folder;
  ScriptedTransport transport;
  transport.Expect(Method::kPost, "*", 401);
  transport.Expect(Method::kPost, "*", 201);
  Connection connection = Nowhere();
  connection.token.clear();
  connection.token_file = folder.Write("token", "first");
  const auto shared = Shared(transport, connection);
  net::Request request = shared->Prepare(Method::kPost, "/x");
  request.body = std::make_shared<const std::string>("body");
  // The first attempt reads "first"; the second must read the file again.
  folder.Write("token", "first");
  const auto response = shared->Exchange(std::move(request), Patient());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(transport.Requests().at(1).body, "body");
}

TEST(ClientShared, HandsOnASecond401) {
  const fakes::TemporaryFolder folder;
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "*", 401);
  transport.Expect(Method::kGet, "*", 401);
  Connection connection = Nowhere();
  connection.token.clear();
  connection.token_file = folder.Write("token", "first");
  const auto shared = Shared(transport, connection);
  EXPECT_EQ(shared->Exchange(Get(*shared), Patient())->status, 401);
  EXPECT_EQ(transport.Requests().size(), 2u);
}

TEST(ClientShared, DoesNotRepeatA401WithNothingToRefresh) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "*", 401);
  const auto shared = Shared(transport);
  EXPECT_EQ(shared->Exchange(Get(*shared), Patient())->status, 401);
  EXPECT_EQ(transport.Requests().size(), 1u);
}

TEST(ClientShared, RepeatsOfManyOnlyThoseThatWereRejected) {
  const fakes::TemporaryFolder folder;
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "https://api/0", 200);
  transport.Expect(Method::kGet, "https://api/1", 401);
  transport.Expect(Method::kGet, "https://api/2", 200);
  transport.Expect(Method::kGet, "https://api/1", 200, "second");
  Connection connection = Nowhere();
  connection.token.clear();
  connection.token_file = folder.Write("token", "first");
  const auto shared = Shared(transport, connection);
  const auto responses = shared->ExchangeAll({Get(*shared, "/0"), Get(*shared, "/1"), Get(*shared, "/2")}, Patient());
  ASSERT_TRUE(responses[1]);
  EXPECT_EQ(responses[1]->body, "second");
  EXPECT_EQ(transport.Requests().size(), 4u);
}

TEST(ClientShared, FailsAllWhereThereAreNoCredentials) {
  ScriptedTransport transport;
  Connection connection = Nowhere();
  connection.token.clear();
  connection.token_file = "/no/such/token";
  const auto shared = Shared(transport, connection);
  const auto responses = shared->ExchangeAll({Get(*shared), Get(*shared)}, Patient());
  ASSERT_EQ(responses.size(), 2u);
  EXPECT_EQ(responses[0].error().code(), ErrorCode::kInvalidInput);
  EXPECT_TRUE(transport.Requests().empty());
}

TEST(ClientShared, ShowsEachWarningOnceAndKnowsTheServersClock) {
  ScriptedTransport transport;
  const net::Headers headers{{"Warning", R"(299 - "deprecated", 299 - "other")"},
                             {"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}};
  transport.Expect(Method::kGet, "*", 200, "", headers);
  transport.Expect(Method::kGet, "*", 200, "", headers);
  std::vector<std::string> warnings;
  ClientOptions options;
  options.on_warning = [&](const std::string& text) { warnings.push_back(text); };
  const auto shared = Shared(transport, Nowhere(), options);
  ASSERT_TRUE(shared->Exchange(Get(*shared), Patient()));
  ASSERT_TRUE(shared->Exchange(Get(*shared), Patient()));
  EXPECT_THAT(warnings, ElementsAre("deprecated", "other"));
  EXPECT_EQ(shared->server_time(), 784111777);
  EXPECT_EQ(shared->RequestCount(), 2u);
}

TEST(ClientShared, GivesUpSoonerWhileTheServerHasNeverAnswered) {
  ScriptedTransport transport;
  Error refused = Unavailable("connecting to api:443: connection refused");
  refused.SetReason(std::string(net::kNotSent));
  ScriptedTransport::Answer answer;
  answer.times = 0;
  answer.error = refused;
  transport.Expect(answer);
  ClientOptions options = QuickOptions(&transport);
  options.retry.attempts = 6;
  const auto shared = Shared(transport, Nowhere(), options);
  EXPECT_FALSE(shared->Exchange(Get(*shared), Patient()));
  EXPECT_EQ(transport.Requests().size(), 3u);
  shared->Observe(net::Response{});
  EXPECT_FALSE(shared->Exchange(Get(*shared), Patient()));
  EXPECT_EQ(transport.Requests().size(), 9u);
}

TEST(ClientShared, TakesTheTimeoutOfTheConnection) {
  ScriptedTransport transport;
  Connection connection = Nowhere();
  connection.request_timeout = std::chrono::seconds(5);
  EXPECT_EQ(Shared(transport, connection)->Prepare(Method::kGet, "/").timeout, std::chrono::seconds(5));
}

TEST(ClientShared, ShowsARotatedCertificate) {
  const fakes::CertificateAuthority authority("root");
  fakes::TlsServer server(
      {.identity = authority.Issue("server", {"IP:127.0.0.1"}), .client_ca = authority.certificate()},
      [](const fakes::TlsRequest& request) {
        return fakes::TlsAnswer{request.client_name == "second" ? 200 : 401, "{}", false};
      });
  const fakes::TemporaryFolder folder;
  const auto first = authority.Issue("first");
  const auto second = authority.Issue("second");
  Connection connection;
  connection.server = server.url();
  connection.ca_pem = authority.certificate();
  connection.client_cert_pem = first.certificate;
  connection.client_key_pem = first.key;
  connection.client_cert_file = folder.Write("crt", second.certificate);
  connection.client_key_file = folder.Write("key", second.key);
  const auto shared = *Client::Shared::Create(connection, QuickOptions());
  const auto response = shared->Exchange(Get(*shared), Patient());
  ASSERT_TRUE(response) << response.error().ToString();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(server.Requests().size(), 2u);
}

TEST(ObjectOf, IsTheObjectOrTheServersError) {
  net::Response ok;
  ok.status = 200;
  ok.body = R"({"kind":"Pod"})";
  EXPECT_EQ(doc::StringAt(*ObjectOf(ok), {"kind"}), "Pod");
  ok.body = "<html>";
  EXPECT_EQ(ObjectOf(ok).error().code(), ErrorCode::kInvalidInput);
  net::Response failed;
  failed.status = 404;
  failed.body = StatusText(404, "NotFound", "gone");
  EXPECT_EQ(ObjectOf(failed).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(ObjectOf(TimedOut("late")).error().code(), ErrorCode::kTimeout);
}

}  // namespace
}  // namespace kontrakt::kube
