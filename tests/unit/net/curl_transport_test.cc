#include "lib/net/curl_transport.h"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/http_server.h"
#include "tests/fakes/tls/tls_server.h"
#include "tests/unit/net/requests.h"

namespace kontrakt::net {
namespace {

using fakes::CertificateAuthority;
using fakes::CertifiedKey;
using fakes::TlsAnswer;
using fakes::TlsRequest;
using fakes::TlsServer;
using ::testing::HasSubstr;

TlsAnswer Ok(const TlsRequest&) {
  return {200, "ok", false};
}

CurlOptions Trusting(const std::string& pem) {
  CurlOptions options;
  options.tls.ca_pem = pem;
  return options;
}

TEST(CurlTransport, TrustsTheGivenAuthorityAlone) {
  const CertificateAuthority ours("ours");
  const CertificateAuthority other("other");
  TlsServer server({.identity = ours.Issue("server", {"IP:127.0.0.1"})}, Ok);
  EXPECT_TRUE(Send(*Transporting(Trusting(ours.certificate())), Get(server.url()), Patient()));
  const auto refused = Send(*Transporting(Trusting(other.certificate())), Get(server.url()), Patient());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kDenied);
  EXPECT_THAT(refused.error().message(), HasSubstr("can't be trusted"));
}

TEST(CurlTransport, TrustsALeafOrIntermediateAsAnchorAsGoDoes) {
  const CertificateAuthority root("root");
  const CertificateAuthority intermediate = root.Intermediate("intermediate");
  const CertifiedKey leaf = intermediate.Issue("server", {"IP:127.0.0.1"});
  TlsServer server({.identity = leaf}, Ok);
  EXPECT_TRUE(Send(*Transporting(Trusting(intermediate.certificate())), Get(server.url()), Patient()));
  EXPECT_TRUE(Send(*Transporting(Trusting(leaf.certificate)), Get(server.url()), Patient()));
  // The server does not send the intermediate, so the root alone proves nothing.
  EXPECT_FALSE(Send(*Transporting(Trusting(root.certificate())), Get(server.url()), Patient()));
}

TEST(CurlTransport, RefusesACertificateForAnotherName) {
  const CertificateAuthority authority("root");
  TlsServer server({.identity = authority.Issue("server", {"DNS:api.example"})}, Ok);
  const auto refused = Send(*Transporting(Trusting(authority.certificate())), Get(server.url()), Patient());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kDenied);
}

TEST(CurlTransport, ChecksNothingWhereToldTo) {
  const CertificateAuthority authority("root");
  TlsServer server({.identity = authority.Issue("server", {"DNS:api.example"})}, Ok);
  CurlOptions options;
  options.tls.insecure_skip_verify = true;
  EXPECT_TRUE(Send(*Transporting(options), Get(server.url()), Patient()));
}

TEST(CurlTransport, SendsAndChecksAnotherServerName) {
  const CertificateAuthority authority("root");
  for (const bool http2 : {true, false}) {
    TlsServer server({.identity = authority.Issue("server", {"DNS:api.example"}), .http2 = http2}, Ok);
    CurlOptions options = Trusting(authority.certificate());
    options.tls.server_name = "api.example";
    const auto response = Send(*Transporting(options), Get(server.url() + "/x"), Patient());
    ASSERT_TRUE(response) << response.error().ToString();
    const TlsRequest asked = server.Requests().at(0);
    EXPECT_EQ(asked.server_name, "api.example");
    EXPECT_EQ(asked.authority, "127.0.0.1:" + std::to_string(server.port()));
    EXPECT_EQ(response->url.host, "127.0.0.1");
  }
}

TEST(CurlTransport, ShowsItsClientCertificate) {
  const CertificateAuthority authority("root");
  TlsServer server({.identity = authority.Issue("server", {"IP:127.0.0.1"}), .client_ca = authority.certificate()}, Ok);
  const CertifiedKey client = authority.Issue("system:admin");
  CurlOptions options = Trusting(authority.certificate());
  options.tls.client_cert_pem = client.certificate;
  options.tls.client_key_pem = client.key;
  ASSERT_TRUE(Send(*Transporting(options), Get(server.url()), Patient()));
  EXPECT_EQ(server.Requests().at(0).client_name, "system:admin");
  EXPECT_FALSE(Send(*Transporting(Trusting(authority.certificate())), Get(server.url()), Patient()));
}

TEST(CurlTransport, UsesARotatedCertificateOnNewConnections) {
  const CertificateAuthority authority("root");
  TlsServer server({.identity = authority.Issue("server", {"IP:127.0.0.1"}), .client_ca = authority.certificate()}, Ok);
  CurlOptions options = Trusting(authority.certificate());
  const CertifiedKey first = authority.Issue("first");
  options.tls.client_cert_pem = first.certificate;
  options.tls.client_key_pem = first.key;
  const auto transport = Transporting(options);
  ASSERT_TRUE(Send(*transport, Get(server.url()), Patient()));
  const CertifiedKey second = authority.Issue("second");
  TlsConfig rotated = options.tls;
  rotated.client_cert_pem = second.certificate;
  rotated.client_key_pem = second.key;
  transport->SetTls(rotated);
  ASSERT_TRUE(Send(*transport, Get(server.url()), Patient()));
  EXPECT_EQ(server.Requests().at(1).client_name, "second");
  EXPECT_EQ(server.Connections(), 2);
}

TEST(CurlTransport, RefusesCertificatesThatAreNone) {
  CurlOptions options;
  options.tls.ca_pem = "not PEM";
  EXPECT_EQ(CurlTransport::Create(options).error().code(), ErrorCode::kInvalidInput);
  options.tls.ca_pem.clear();
  options.tls.client_cert_pem = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n";
  EXPECT_THAT(CurlTransport::Create(options).error().message(), HasSubstr("without its key"));
  options.tls.client_key_pem = "nothing";
  EXPECT_EQ(CurlTransport::Create(options).error().code(), ErrorCode::kInvalidInput);
}

TEST(CurlTransport, SaysThatABrokenClientKeyCantBeUsed) {
  const CertificateAuthority authority("root");
  TlsServer server({.identity = authority.Issue("server", {"IP:127.0.0.1"})}, Ok);
  CurlOptions options = Trusting(authority.certificate());
  options.tls.client_cert_pem = authority.Issue("one").certificate;
  options.tls.client_key_pem = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
  const auto response = Send(*Transporting(options), Get(server.url()), Patient());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::kInvalidInput);
}

TEST(CurlTransport, RefusesAProxyItCantUse) {
  CurlOptions options;
  options.proxy_https.url = "socks4://proxy:1080";
  EXPECT_EQ(CurlTransport::Create(options).error().code(), ErrorCode::kInvalidInput);
}

TEST(CurlTransport, LanesHaveConnectionsOfTheirOwn) {
  const CertificateAuthority authority("root");
  TlsServer server({.identity = authority.Issue("server", {"IP:127.0.0.1"})}, Ok);
  const auto transport = Transporting(Trusting(authority.certificate()));
  for (const Lane lane : {Lane::kShort, Lane::kStream, Lane::kShort, Lane::kStream}) {
    Request request = Get(server.url());
    request.lane = lane;
    const auto response = Send(*transport, std::move(request), Patient());
    ASSERT_TRUE(response);
    EXPECT_EQ(response->http_version, 2);
  }
  EXPECT_EQ(server.Connections(), 2);
  EXPECT_NE(server.Requests().at(0).connection, server.Requests().at(1).connection);
  EXPECT_EQ(server.Requests().at(0).connection, server.Requests().at(2).connection);
}

TEST(CurlTransport, BulkSpeaksHttp1) {
  const CertificateAuthority authority("root");
  TlsServer server({.identity = authority.Issue("server", {"IP:127.0.0.1"}), .http2 = false}, Ok);
  Request request = RequestTo(Method::kPut, server.url(), std::string(200'000, 'x'));
  request.lane = Lane::kBulk;
  const auto response = Send(*Transporting(Trusting(authority.certificate())), std::move(request), Patient());
  ASSERT_TRUE(response) << response.error().ToString();
  EXPECT_EQ(response->http_version, 1);
  EXPECT_EQ(server.Requests().at(0).body.size(), 200'000u);
}

TEST(CurlTransport, FallsBackToHttp1WhereTheServerHasNothingElse) {
  const CertificateAuthority authority("root");
  TlsServer server({.identity = authority.Issue("server", {"IP:127.0.0.1"}), .http2 = false}, Ok);
  const auto response = Send(*Transporting(Trusting(authority.certificate())), Get(server.url()), Patient());
  ASSERT_TRUE(response) << response.error().ToString();
  EXPECT_EQ(response->http_version, 1);
}

TEST(CurlTransport, IsUnavailableWhereNobodySpeaksTls) {
  fakes::HttpServer plain([](const fakes::HttpRequest&, fakes::ResponseWriter& writer) { writer.Send({}); });
  const auto response = Send(*Transporting(), Get("https://" + plain.address()), Patient());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::kUnavailable);
  EXPECT_THAT(response.error().message(), HasSubstr("TLS handshake"));
}

TEST(CurlTransport, SendsPlainRequestsThroughItsProxy) {
  fakes::HttpServer proxy(
      [](const fakes::HttpRequest&, fakes::ResponseWriter& writer) { writer.Send({200, {}, "from the proxy"}); });
  CurlOptions options;
  options.proxy_http = {proxy.url(), "direct.invalid"};
  const auto transport = Transporting(options);
  const auto response = Send(*transport, Get("http://somewhere.invalid/x"), Patient());
  ASSERT_TRUE(response) << response.error().ToString();
  EXPECT_EQ(response->body, "from the proxy");
  EXPECT_EQ(proxy.Requests().at(0).request.target, "http://somewhere.invalid/x");
  EXPECT_FALSE(Send(*transport, Get("http://direct.invalid/x"), Patient()));
}

TEST(CurlTransport, NamesTheProxyThatRefusesATunnel) {
  fakes::HttpServer proxy([](const fakes::HttpRequest&, fakes::ResponseWriter& writer) {
    writer.Send({407, {{"Proxy-Authenticate", "Basic realm=x"}}, ""});
  });
  CurlOptions options;
  options.proxy_https = {proxy.url(), ""};
  const auto response = Send(*Transporting(options), Get("https://somewhere.invalid/x"), Patient());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::kDenied);
  EXPECT_THAT(response.error().message(), HasSubstr("the proxy answered 407"));
  EXPECT_EQ(proxy.Requests().at(0).request.method, "CONNECT");
}

}  // namespace
}  // namespace kontrakt::net
