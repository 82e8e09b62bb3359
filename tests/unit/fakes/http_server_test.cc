#include "tests/fakes/http_server.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/fakes/asking.h"

namespace kontrakt::fakes {
namespace {

using net::Method;

void Echo(const HttpRequest& request, ResponseWriter& writer) {
  writer.Send({200, {{"X-Method", request.method}}, request.target + "|" + request.body});
}

Fault MakeFault(FaultKind kind, int from = 1, int count = 1) {
  Fault fault;
  fault.kind = kind;
  fault.from = from;
  fault.count = count;
  return fault;
}

TEST(HttpServer, AnswersSeveralRequestsOnOneConnection) {
  HttpServer server(Echo);
  Asking client(server.url());
  EXPECT_EQ(client.Ask(Method::kGet, "/a?b=c%20d").body, "/a?b=c%20d|");
  EXPECT_EQ(client.Ask(Method::kPost, "/p", "body").body, "/p|body");
  EXPECT_EQ(client.Ask(Method::kHead, "/h").headers.Get("X-Method"), "HEAD");
  EXPECT_EQ(server.Connections(), 1);
  ASSERT_EQ(server.Requests().size(), 3u);
  EXPECT_EQ(server.Requests()[0].request.Query("b"), "c d");
  EXPECT_EQ(server.Requests()[1].status, 200);
}

TEST(HttpServer, StreamsInChunks) {
  HttpServer server([](const HttpRequest&, ResponseWriter& writer) {
    writer.Begin(200, {});
    writer.Write("one ");
    writer.Write("two");
    writer.End();
  });
  Asking client(server.url());
  EXPECT_EQ(client.Ask(Method::kGet, "/").body, "one two");
  EXPECT_EQ(client.Ask(Method::kGet, "/").body, "one two");
  EXPECT_EQ(server.Connections(), 1);
}

TEST(HttpServer, DropBeforeHasNoEffectAndDropAfterHas) {
  std::atomic<int> handled = 0;
  HttpServer server([&](const HttpRequest&, ResponseWriter& writer) {
    ++handled;
    writer.Send({200, {}, "ok"});
  });
  Asking client(server.url());
  server.faults().Add(MakeFault(FaultKind::kDropBefore));
  EXPECT_FALSE(client.Try(Method::kPost, "/x", "1"));
  EXPECT_EQ(handled, 0);
  server.faults().Clear();
  server.faults().Add(MakeFault(FaultKind::kDropAfter));
  EXPECT_FALSE(client.Try(Method::kPost, "/x", "1"));
  EXPECT_EQ(handled, 1);
}

TEST(HttpServer, FaultsHitTheRequestsThatTheyName) {
  HttpServer server(Echo);
  Asking client(server.url());
  Fault fault = MakeFault(FaultKind::kAnswer, 2, 1);
  fault.method = "GET";
  fault.path = "/v2/*";
  fault.answer = {429, {{"Retry-After", "1"}}, "slow down"};
  server.faults().Add(fault);
  EXPECT_EQ(client.Ask(Method::kGet, "/v2/a").status, 200);
  EXPECT_EQ(client.Ask(Method::kGet, "/other").status, 200);
  EXPECT_EQ(client.Ask(Method::kPost, "/v2/a", "x").status, 200);
  const net::Response limited = client.Ask(Method::kGet, "/v2/b");
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.headers.Get("Retry-After"), "1");
  EXPECT_EQ(client.Ask(Method::kGet, "/v2/a").status, 200);
}

TEST(HttpServer, HalfABodyIsCutOff) {
  HttpServer server(Echo);
  Asking client(server.url());
  server.faults().Add(MakeFault(FaultKind::kHalfBody));
  const auto cut = client.Try(Method::kGet, "/a-rather-long-path");
  EXPECT_FALSE(cut);
  EXPECT_TRUE(client.Try(Method::kGet, "/a-rather-long-path"));
}

TEST(HttpServer, CorruptBodyAndWrongDigestChangeTheAnswer) {
  HttpServer server([](const HttpRequest&, ResponseWriter& writer) {
    writer.Send({200, {{"Docker-Content-Digest", "sha256:abc"}}, "abc"});
  });
  Asking client(server.url());
  server.faults().Add(MakeFault(FaultKind::kCorruptBody));
  EXPECT_EQ(client.Ask(Method::kGet, "/").body, "abx");
  server.faults().Add(MakeFault(FaultKind::kWrongDigest));
  EXPECT_EQ(client.Ask(Method::kGet, "/").headers.Get("Docker-Content-Digest"), "sha256:" + std::string(64, '0'));
}

TEST(HttpServer, StopEndsAStreamThatIsUnderWay) {
  HttpServer server([](const HttpRequest&, ResponseWriter& writer) {
    writer.Begin(200, {});
    writer.Write("begun");
    while (!writer.IsGone()) {
    }
  });
  Asking client(server.url());
  std::thread stopper([&] {
    EXPECT_TRUE(server.WaitForRequests("GET", "/stream", 1));
    server.Stop();
  });
  EXPECT_FALSE(client.Try(Method::kGet, "/stream"));
  stopper.join();
}

TEST(Fault, ParsesItsJson) {
  const auto fault = Fault::Parse(doc::Json::parse(
      R"({"method":"GET","path":"/v2/*","from":2,"count":0,"kind":"answer","status":500,"body":{"a":1}})"));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kAnswer);
  EXPECT_EQ(fault->from, 2);
  EXPECT_EQ(fault->answer.body, R"({"a":1})");
  EXPECT_FALSE(Fault::Parse(doc::Json::parse(R"({"kind":"nonsense"})")));
}

TEST(MatchesGlob, TakesStarsAcrossSlashes) {
  EXPECT_TRUE(MatchesGlob("/v2/*/blobs/*", "/v2/a/b/blobs/sha256:1"));
  EXPECT_TRUE(MatchesGlob("*", ""));
  EXPECT_TRUE(MatchesGlob("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(MatchesGlob("/v2/*", "/v1/a"));
  EXPECT_FALSE(MatchesGlob("a", "ab"));
}

}  // namespace
}  // namespace kontrakt::fakes
