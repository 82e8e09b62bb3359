#include "lib/net/retry_transport.h"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/scripted_transport.h"
#include "tests/unit/net/requests.h"

namespace kontrakt::net {
namespace {

using fakes::ScriptedTransport;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

RetryRules Quick(int attempts = 3) {
  RetryRules rules;
  rules.policy = {attempts, milliseconds(1), milliseconds(2), 2.0};
  return rules;
}

Error NotSentError() {
  Error error = Unavailable("connecting to h:80: connection refused");
  return std::move(error.SetReason(std::string(kNotSent)));
}

Request To(Method method, bool retryable) {
  Request request = RequestTo(method, "http://h/", method == Method::kGet ? "" : "body");
  request.retryable = retryable;
  return request;
}

Result<Response> SendWith(ScriptedTransport& inner, RetryRules rules, Request request) {
  const auto transport = MakeRetryTransport(inner, std::move(rules));
  return Send(*transport, std::move(request), Patient());
}

struct StatusCase {
  std::string name;
  int status;
  bool retry_after;
  bool retryable;
  bool repeated;
};

class RetryOnStatus : public ::testing::TestWithParam<StatusCase> {};

TEST_P(RetryOnStatus, FollowsTheTable) {
  const StatusCase& c = GetParam();
  ScriptedTransport inner;
  inner.Expect(Method::kPost, "*", c.status, "", c.retry_after ? Headers{{"Retry-After", "0"}} : Headers{});
  inner.Expect(Method::kPost, "*", 201);
  const auto response = SendWith(inner, Quick(), To(Method::kPost, c.retryable));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, c.repeated ? 201 : c.status);
  EXPECT_EQ(response->attempts, c.repeated ? 2 : 1);
}

INSTANTIATE_TEST_SUITE_P(RetryTransport, RetryOnStatus,
                         ::testing::Values(StatusCase{"ThrottledWithRetryAfterAnyMethod", 429, true, false, true},
                                           StatusCase{"ErrorWithRetryAfterAnyMethod", 500, true, false, true},
                                           StatusCase{"ThrottledWithoutRetryAfter", 429, false, false, false},
                                           StatusCase{"ThrottledRetryable", 429, false, true, true},
                                           StatusCase{"BadGatewayRetryable", 502, false, true, true},
                                           StatusCase{"UnavailableRetryable", 503, false, true, true},
                                           StatusCase{"TimeoutRetryable", 504, false, true, true},
                                           StatusCase{"UnavailableNotRetryable", 503, false, false, false},
                                           StatusCase{"InternalErrorIsFinal", 500, false, true, false},
                                           StatusCase{"ConflictIsFinalEvenWithRetryAfter", 409, true, true, false},
                                           StatusCase{"NotFoundIsFinal", 404, false, true, false}),
                         [](const auto& test) { return test.param.name; });

TEST(RetryTransport, RepeatsOnExtraStatusesWhereTold) {
  ScriptedTransport inner;
  inner.Expect(Method::kGet, "*", 408);
  inner.Expect(Method::kGet, "*", 200);
  RetryRules rules = Quick();
  rules.also = {408};
  EXPECT_EQ(SendWith(inner, rules, To(Method::kGet, true))->status, 200);
}

TEST(RetryTransport, HandsOnTheLastAnswerWhenItGivesUp) {
  ScriptedTransport inner;
  for (int i = 0; i < 3; ++i)
    inner.Expect(Method::kGet, "*", 503, "attempt " + std::to_string(i + 1));
  const auto response = SendWith(inner, Quick(3), To(Method::kGet, true));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->body, "attempt 3");
  EXPECT_EQ(response->attempts, 3);
}

TEST(RetryTransport, RepeatsALostConnectionOnlyWhereThatIsHarmless) {
  for (const bool retryable : {true, false}) {
    ScriptedTransport inner;
    inner.ExpectError(Method::kPost, "*", Unavailable("lost"));
    inner.Expect(Method::kPost, "*", 201);
    EXPECT_EQ(SendWith(inner, Quick(), To(Method::kPost, retryable)).has_value(), retryable);
  }
}

TEST(RetryTransport, RepeatsAnyMethodThatWasNeverSent) {
  ScriptedTransport inner;
  inner.ExpectError(Method::kPost, "*", NotSentError());
  inner.Expect(Method::kPost, "*", 201);
  const auto response = SendWith(inner, Quick(), To(Method::kPost, false));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->attempts, 2);
}

TEST(RetryTransport, DoesNotRepeatOtherErrors) {
  for (Error error : {TimedOut("late"), Denied("certificate"), InvalidInput("no HTTP"), Cancelled("stopped")}) {
    ScriptedTransport inner;
    inner.ExpectError(Method::kGet, "*", error);
    const auto response = SendWith(inner, Quick(), To(Method::kGet, true));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code(), error.code());
    EXPECT_EQ(inner.Requests().size(), 1u);
  }
}

TEST(RetryTransport, SaysHowOftenItTried) {
  ScriptedTransport inner;
  for (int i = 0; i < 3; ++i)
    inner.ExpectError(Method::kGet, "*", NotSentError());
  const auto response = SendWith(inner, Quick(3), To(Method::kGet, true));
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().ToString(), HasSubstr("after 3 attempts"));
  EXPECT_EQ(response.error().reason(), kNotSent);
}

TEST(RetryTransport, WaitsAsLongAsTheServerAsks) {
  ScriptedTransport inner;
  inner.Expect(Method::kGet, "*", 429, "", {{"Retry-After", "7"}});
  inner.Expect(Method::kGet, "*", 200);
  ASSERT_TRUE(SendWith(inner, Quick(), To(Method::kGet, true)));
  EXPECT_EQ(inner.Requests().at(1).request.delay, milliseconds(7000));
}

TEST(RetryTransport, WaitsNoLongerThanItsOwnBound) {
  ScriptedTransport inner;
  inner.Expect(Method::kGet, "*", 503, "", {{"Retry-After", "7000"}});
  inner.Expect(Method::kGet, "*", 200);
  RetryRules rules = Quick();
  rules.longest_retry_after = milliseconds(40);
  ASSERT_TRUE(SendWith(inner, rules, To(Method::kGet, true)));
  EXPECT_EQ(inner.Requests().at(1).request.delay, milliseconds(40));
}

TEST(RetryTransport, SendsTheSameBodyAgain) {
  ScriptedTransport inner;
  inner.Expect(Method::kPatch, "*", 503);
  inner.Expect(Method::kPatch, "*", 200);
  ASSERT_TRUE(SendWith(inner, Quick(), To(Method::kPatch, true)));
  EXPECT_EQ(inner.Requests().at(0).body, "body");
  EXPECT_EQ(inner.Requests().at(1).body, "body");
}

TEST(RetryTransport, PassesStreamsThroughUntouched) {
  ScriptedTransport inner;
  inner.Expect(Method::kGet, "*", 503, "", {{"Retry-After", "0"}});
  Request request = To(Method::kGet, true);
  request.sink = [](std::string_view) -> Result<void> { return {}; };
  EXPECT_EQ(SendWith(inner, Quick(), std::move(request))->status, 503);
}

TEST(RetryTransport, CancelReachesTheAttemptUnderWay) {
  ScriptedTransport inner;
  inner.Expect(Method::kGet, "*", 503);
  ScriptedTransport::Answer never;
  never.never = true;
  inner.Expect(never);
  const auto transport = MakeRetryTransport(inner, Quick());
  std::promise<ErrorCode> ended;
  const auto ticket = transport->Start(To(Method::kGet, true), [&](Result<Response> result) {
    ended.set_value(result ? ErrorCode::kInternal : result.error().code());
  });
  while (inner.Requests().size() < 2)
    std::this_thread::yield();
  transport->Cancel(ticket);
  EXPECT_EQ(ended.get_future().get(), ErrorCode::kCancelled);
}

TEST(RetryTransport, DestructionCancelsWhatIsUnderWay) {
  ScriptedTransport inner;
  ScriptedTransport::Answer never;
  never.never = true;
  inner.Expect(never);
  std::atomic<int> completions{0};
  {
    const auto transport = MakeRetryTransport(inner, Quick());
    transport->Start(To(Method::kGet, true), [&](Result<Response>) { ++completions; });
  }
  EXPECT_EQ(completions, 1);
}

}  // namespace
}  // namespace kontrakt::net
