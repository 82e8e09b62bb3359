#include "lib/net/curl_transfer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/http_server.h"
#include "tests/unit/net/requests.h"

namespace kontrakt::net {
namespace {

using fakes::HttpRequest;
using fakes::HttpResponse;
using fakes::HttpServer;
using fakes::ResponseWriter;
using ::testing::HasSubstr;

fakes::Fault Meeting(fakes::FaultKind kind, const std::string& method = "*") {
  fakes::Fault fault;
  fault.kind = kind;
  fault.method = method;
  return fault;
}

/// What one request looks like on the wire, and what its answer looks like to us.
class CurlTransferTest : public ::testing::Test {
 protected:
  explicit CurlTransferTest(HttpResponse answer = {200, {{"X-Test", "1"}}, "hello"})
      : server_([answer](const HttpRequest&, ResponseWriter& writer) { writer.Send(answer); }) {}

  Result<Response> Exchange(Request request) { return Send(*transport_, std::move(request), Patient()); }
  HttpRequest Asked() { return server_.Requests().at(0).request; }
  std::string Url(const std::string& path = "/") { return server_.url() + path; }

  HttpServer server_;
  std::unique_ptr<CurlTransport> transport_ = Transporting({.user_agent = "kontrakt/test"});
};

TEST_F(CurlTransferTest, GivesStatusHeadersAndBody) {
  const auto response = Exchange(Get(Url("/a?b=c")));
  ASSERT_TRUE(response) << response.error().ToString();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->headers.Get("x-test"), "1");
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(response->http_version, 1);
  EXPECT_EQ(response->url.ToString(), Url("/a?b=c"));
  EXPECT_EQ(Asked().target, "/a?b=c");
}

TEST_F(CurlTransferTest, AddsNothingThatWasNotAskedFor) {
  ASSERT_TRUE(Exchange(RequestTo(Method::kPost, Url(), "{}")));
  const HttpRequest asked = Asked();
  EXPECT_EQ(asked.headers.Get("Accept-Encoding"), std::nullopt);
  EXPECT_EQ(asked.headers.Get("Content-Type"), std::nullopt);
  EXPECT_EQ(asked.headers.Get("Expect"), std::nullopt);
  EXPECT_EQ(asked.Header("User-Agent"), "kontrakt/test");
}

TEST_F(CurlTransferTest, SendsHeadersAsGiven) {
  Request request = Get(Url());
  request.headers = {
      {"Accept", "application/json"}, {"Impersonate-Group", "a"}, {"Impersonate-Group", "b"}, {"X-Empty", ""}};
  ASSERT_TRUE(Exchange(std::move(request)));
  int groups = 0;
  const HttpRequest asked = Asked();
  for (const auto& [name, value] : asked.headers.fields())
    groups += name == "Impersonate-Group" ? 1 : 0;
  EXPECT_EQ(groups, 2);
  EXPECT_EQ(Asked().Header("Accept"), "application/json");
  EXPECT_EQ(Asked().headers.Get("X-Empty"), "");
}

class CurlTransferMethod : public CurlTransferTest, public ::testing::WithParamInterface<Method> {};

TEST_P(CurlTransferMethod, GoesOverTheWireWithItsBody) {
  const bool has_body = GetParam() != Method::kGet && GetParam() != Method::kHead;
  ASSERT_TRUE(Exchange(RequestTo(GetParam(), Url(), has_body ? "body \0 bytes" : "")));
  EXPECT_EQ(Asked().method, NameOf(GetParam()));
  EXPECT_EQ(Asked().body, has_body ? "body \0 bytes" : "");
}

TEST_P(CurlTransferMethod, GoesOverTheWireWithoutABody) {
  const auto response = Exchange(RequestTo(GetParam(), Url()));
  ASSERT_TRUE(response) << response.error().ToString();
  EXPECT_EQ(Asked().method, NameOf(GetParam()));
  EXPECT_EQ(Asked().body, "");
  EXPECT_EQ(response->body, GetParam() == Method::kHead ? "" : "hello");
}

INSTANTIATE_TEST_SUITE_P(CurlTransfer, CurlTransferMethod,
                         ::testing::Values(Method::kGet, Method::kHead, Method::kPost, Method::kPut, Method::kPatch,
                                           Method::kDelete),
                         [](const auto& test) { return std::string(NameOf(test.param)); });

TEST_F(CurlTransferTest, ReadsABodyOfKnownSizeFromItsSource) {
  Request request = RequestTo(Method::kPut, Url());
  std::string rest(300'000, 'x');
  request.source_size = rest.size();
  request.lane = Lane::kBulk;
  // More than asked for is kept for the next time.
  request.source = [&rest](std::size_t) -> Result<std::string> {
    const std::string piece = rest.substr(0, 70'001);
    rest.erase(0, piece.size());
    return piece;
  };
  ASSERT_TRUE(Exchange(std::move(request)));
  EXPECT_EQ(Asked().body, std::string(300'000, 'x'));
  EXPECT_EQ(Asked().Header("Content-Length"), "300000");
}

TEST_F(CurlTransferTest, SendsABodyOfUnknownSizeInChunks) {
  Request request = RequestTo(Method::kPatch, Url());
  request.source = [pieces = 3](std::size_t) mutable -> Result<std::string> {
    return pieces-- > 0 ? std::string("piece") : std::string();
  };
  ASSERT_TRUE(Exchange(std::move(request)));
  EXPECT_EQ(Asked().method, "PATCH");
  EXPECT_EQ(Asked().body, "piecepiecepiece");
}

TEST_F(CurlTransferTest, EndsWithTheErrorOfItsSource) {
  Request request = RequestTo(Method::kPut, Url());
  request.source = [](std::size_t) -> Result<std::string> { return InvalidInput("layer is cut short"); };
  const auto response = Exchange(std::move(request));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().message(), "layer is cut short");
}

TEST_F(CurlTransferTest, EndsWithTheErrorOfItsSink) {
  Request request = Get(Url());
  request.sink = [](std::string_view) -> Result<void> { return InvalidInput("digest differs"); };
  const auto response = Exchange(std::move(request));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().message(), "digest differs");
}

TEST_F(CurlTransferTest, FeedsItsSinkInsteadOfTheBody) {
  std::string taken;
  Request request = Get(Url());
  request.sink = [&](std::string_view piece) -> Result<void> {
    taken += piece;
    return {};
  };
  const auto response = Exchange(std::move(request));
  ASSERT_TRUE(response);
  EXPECT_EQ(taken, "hello");
  EXPECT_EQ(response->body, "");
}

TEST_F(CurlTransferTest, RefusesABodyOverItsLimit) {
  Request request = Get(Url());
  request.body_limit = 4;
  const auto response = Exchange(std::move(request));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(response.error().message(), HasSubstr("larger than 4 bytes"));
  Request exact = Get(Url());
  exact.body_limit = 5;
  EXPECT_TRUE(Exchange(std::move(exact)));
}

class CurlTransferRedirect : public CurlTransferTest {
 protected:
  CurlTransferRedirect() : CurlTransferTest({307, {{"Location", "http://127.0.0.1:1/elsewhere"}}, "moved"}) {}
};

TEST_F(CurlTransferRedirect, IsHandedToTheCaller) {
  const auto response = Exchange(Get(Url()));
  ASSERT_TRUE(response) << response.error().ToString();
  EXPECT_EQ(response->status, 307);
  EXPECT_EQ(response->headers.Get("Location"), "http://127.0.0.1:1/elsewhere");
}

class CurlTransferFailedAnswer : public CurlTransferTest {
 protected:
  CurlTransferFailedAnswer() : CurlTransferTest({403, {}, "not yours"}) {}
};

TEST_F(CurlTransferFailedAnswer, NeverReachesTheSink) {
  Request request = Get(Url());
  request.sink = [](std::string_view) -> Result<void> { return Internal("must not be called"); };
  const auto response = Exchange(std::move(request));
  ASSERT_TRUE(response) << response.error().ToString();
  EXPECT_EQ(response->status, 403);
  EXPECT_EQ(response->body, "not yours");
}

TEST_F(CurlTransferTest, IsUnavailableWhenTheAnswerIsCutShort) {
  server_.faults().Add(Meeting(fakes::FaultKind::kHalfBody));
  const auto response = Exchange(Get(Url()));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(response.error().reason(), "");
}

TEST_F(CurlTransferTest, IsUnavailableWhenTheConnectionDropsBeforeTheAnswer) {
  server_.faults().Add(Meeting(fakes::FaultKind::kDropBefore));
  const auto response = Exchange(Get(Url()));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::kUnavailable);
}

TEST_F(CurlTransferTest, IsNeverSentTwiceByLibcurlWhenThatMayDoHarm) {
  ASSERT_TRUE(Exchange(Get(Url())));
  // The kept connection ends on the next request; libcurl by itself would send a POST again on a new one.
  server_.faults().Add(Meeting(fakes::FaultKind::kDropAfter, "POST"));
  const auto response = Exchange(RequestTo(Method::kPost, Url(), "create"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::kUnavailable);
  EXPECT_THAT(response.error().message(), HasSubstr("may have been carried out"));
  EXPECT_EQ(server_.CountRequests("POST", "*"), 1);
}

TEST_F(CurlTransferTest, MayBeSentTwiceOnADeadConnectionWhereRetryable) {
  ASSERT_TRUE(Exchange(Get(Url())));
  server_.faults().Add(Meeting(fakes::FaultKind::kDropAfter, "PATCH"));
  Request request = RequestTo(Method::kPatch, Url(), "apply");
  request.retryable = true;
  EXPECT_TRUE(Exchange(std::move(request)));
}

TEST(CurlTransfer, SaysWhatCantBeConnectedTo) {
  int port = 0;
  {
    const HttpServer gone([](const HttpRequest&, ResponseWriter&) {});
    port = gone.port();
  }
  const auto transport = Transporting();
  const std::string peer = "127.0.0.1:" + std::to_string(port);
  const auto response = Send(*transport, Get("http://" + peer), Patient());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(response.error().message(), "connecting to " + peer + ": connection refused");
  EXPECT_EQ(response.error().reason(), kNotSent);
}

TEST(CurlTransfer, SaysThatAHostHasNoAddress) {
  const auto transport = Transporting();
  const auto response = Send(*transport, Get("http://no-such-host.invalid/"), Patient());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::kUnavailable);
  EXPECT_THAT(response.error().message(), HasSubstr("no-such-host.invalid"));
  EXPECT_EQ(response.error().reason(), kNotSent);
}

}  // namespace
}  // namespace kontrakt::net
