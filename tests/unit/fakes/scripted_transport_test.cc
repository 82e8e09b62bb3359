#include "tests/fakes/scripted_transport.h"

#include <future>

#include <gtest/gtest.h>

namespace kontrakt::fakes {
namespace {

using net::Method;

const Bound kBound{{}, Deadline::After(std::chrono::seconds(20))};

net::Request To(Method method, const std::string& url) {
  net::Request request;
  request.method = method;
  request.url = *net::Url::Parse(url);
  return request;
}

TEST(ScriptedTransport, GivesEachAnswerAsOftenAsItSays) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "http://a/*", 503).Expect(Method::kGet, "http://a/x", 200, "ok");
  EXPECT_EQ(net::Send(transport, To(Method::kGet, "http://a/x"), kBound)->status, 503);
  EXPECT_EQ(transport.Unused(), std::vector<std::string>{"GET http://a/x"});
  EXPECT_EQ(net::Send(transport, To(Method::kGet, "http://a/x"), kBound)->body, "ok");
  EXPECT_TRUE(transport.Unused().empty());
  EXPECT_EQ(net::Send(transport, To(Method::kGet, "http://a/x"), kBound).error().code(), ErrorCode::kInternal);
  EXPECT_EQ(transport.Unexpected(), std::vector<std::string>{"GET http://a/x"});
}

TEST(ScriptedTransport, GivesErrorsBelowHttp) {
  ScriptedTransport transport;
  transport.ExpectError(Method::kGet, "*", Unavailable("connection refused"));
  EXPECT_EQ(net::Send(transport, To(Method::kGet, "http://a/"), kBound).error().code(), ErrorCode::kUnavailable);
}

TEST(ScriptedTransport, FeedsSinksOfSuccessesAndReadsSources) {
  ScriptedTransport transport;
  ScriptedTransport::Answer answer;
  answer.response.status = 200;
  answer.pieces = {"one", "two"};
  transport.Expect(answer).Expect(Method::kPut, "*", 500, "no");
  std::string got;
  net::Request request = To(Method::kPut, "http://a/");
  request.sink = [&](std::string_view piece) -> Result<void> {
    got += std::string(piece) + ";";
    return {};
  };
  int pieces = 0;
  request.source = [&](std::size_t) -> Result<std::string> { return std::string(++pieces < 3 ? "p" : ""); };
  EXPECT_EQ(net::Send(transport, request, kBound)->body, "");
  EXPECT_EQ(got, "one;two;");
  EXPECT_EQ(transport.Requests()[0].body, "pp");
  EXPECT_EQ(net::Send(transport, request, kBound)->body, "no");
  EXPECT_EQ(got, "one;two;");
}

TEST(ScriptedTransport, CancelEndsWhatNeverAnswers) {
  ScriptedTransport transport;
  ScriptedTransport::Answer never;
  never.never = true;
  transport.Expect(never);
  std::promise<ErrorCode> ended;
  const auto ticket = transport.Start(To(Method::kGet, "http://a/"), [&](Result<net::Response> result) {
    ended.set_value(result ? ErrorCode::kInternal : result.error().code());
  });
  transport.Cancel(ticket);
  EXPECT_EQ(ended.get_future().get(), ErrorCode::kCancelled);
  transport.Cancel(ticket);
}

}  // namespace
}  // namespace kontrakt::fakes
