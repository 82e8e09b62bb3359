#include "lib/net/transport.h"

#include <stop_token>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/scripted_transport.h"
#include "tests/unit/net/requests.h"

namespace kontrakt::net {
namespace {

using fakes::ScriptedTransport;

ScriptedTransport::Answer Never(const std::string& url) {
  ScriptedTransport::Answer answer;
  answer.url = url;
  answer.times = 0;
  answer.never = true;
  return answer;
}

std::vector<Request> Many(const std::string& url, int count) {
  std::vector<Request> requests;
  for (int i = 0; i < count; ++i)
    requests.push_back(Get(url + std::to_string(i)));
  return requests;
}

/// Holds every request until it is told to answer, and counts what is under way.
class HoldingTransport : public Transport {
 public:
  Ticket Start(Request request, Completion done) override {
    const std::lock_guard lock(mutex_);
    held_.emplace_back(std::move(request), std::move(done));
    most_ = std::max(most_, held_.size());
    changed_.notify_all();
    return 1;
  }
  void Cancel(Ticket) override {}
  void AwaitHeld(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_.size() >= count; });
  }
  void AnswerAll(int status) {
    std::vector<std::pair<Request, Completion>> held;
    {
      const std::lock_guard lock(mutex_);
      held.swap(held_);
    }
    for (auto& [request, done] : held) {
      Response response;
      response.status = status;
      response.url = request.url;
      done(std::move(response));
    }
  }
  std::size_t held() const {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  std::size_t most() const {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<Request, Completion>> held_;
  std::size_t most_ = 0;
};

TEST(Send, GivesTheAnswer) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "http://h/a", 200, "text");
  const auto response = Send(transport, Get("http://h/a"), Patient());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "text");
}

TEST(Send, IsCancelledByTheStopToken) {
  ScriptedTransport transport;
  transport.Expect(Never("*"));
  StopButton button;
  std::jthread stopper([&] { button.Press(); });
  const auto response = Send(transport, Get("http://h/"), button.bound());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::kCancelled);
}

TEST(Send, EndsWithTheDeadline) {
  ScriptedTransport transport;
  transport.Expect(Never("*"));
  Bound bound;
  bound.deadline = Deadline::After(std::chrono::milliseconds(20));
  const auto response = Send(transport, Get("http://h/"), bound);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::kTimeout);
}

TEST(Send, SendsNothingOnceTheBoundHasEnded) {
  ScriptedTransport transport;
  Bound bound;
  bound.deadline = Deadline::After(std::chrono::milliseconds(-1));
  EXPECT_FALSE(Send(transport, Get("http://h/"), bound));
  EXPECT_TRUE(transport.Requests().empty());
}

TEST(Send, ShortensTheTimeoutToTheDeadline) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "*", 200);
  Bound bound;
  bound.deadline = Deadline::After(std::chrono::seconds(5));
  Request endless = Get("http://h/");
  endless.timeout = std::chrono::milliseconds(0);
  ASSERT_TRUE(Send(transport, std::move(endless), bound));
  const auto timeout = transport.Requests().at(0).request.timeout;
  EXPECT_GT(timeout, std::chrono::milliseconds(0));
  EXPECT_LE(timeout, std::chrono::seconds(5));
}

TEST(SendAll, KeepsTheOrderOfTheRequests) {
  ScriptedTransport transport;
  for (int i = 9; i >= 0; --i)
    transport.Expect(Method::kGet, "http://h/" + std::to_string(i), 200 + i);
  const auto responses = SendAll(transport, Many("http://h/", 10), 4, Patient());
  ASSERT_EQ(responses.size(), 10u);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(responses[static_cast<std::size_t>(i)]->status, 200 + i);
}

TEST(SendAll, OfNothingIsNothing) {
  ScriptedTransport transport;
  EXPECT_TRUE(SendAll(transport, {}, 4, Patient()).empty());
}

TEST(SendAll, SendsTheFirstToAnOriginAloneAndThenSoManyAtATime) {
  HoldingTransport transport;
  std::vector<Result<Response>> responses;
  std::jthread sender([&] { responses = SendAll(transport, Many("http://h/", 9), 4, Patient()); });
  transport.AwaitHeld(1);
  EXPECT_EQ(transport.most(), 1u);
  transport.AnswerAll(200);
  transport.AwaitHeld(4);
  transport.AnswerAll(200);
  transport.AwaitHeld(4);
  transport.AnswerAll(200);
  sender.join();
  EXPECT_EQ(transport.most(), 4u);
  EXPECT_EQ(responses.size(), 9u);
}

TEST(SendAll, FailsTheRestWhenTheFirstCantConnect) {
  ScriptedTransport transport;
  Error refused = Unavailable("connecting to h:80: connection refused");
  refused.SetReason(std::string(kNotSent));
  transport.ExpectError(Method::kGet, "*", refused);
  const auto responses = SendAll(transport, Many("http://h/", 16), 8, Patient());
  EXPECT_EQ(transport.Requests().size(), 1u);
  for (const auto& response : responses) {
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().message(), refused.message());
  }
}

TEST(SendAll, GoesOnWhenTheFirstFailsAfterItWasSent) {
  ScriptedTransport transport;
  transport.ExpectError(Method::kGet, "http://h/0", Unavailable("lost"));
  transport.Expect(Method::kGet, "http://h/1", 200);
  const auto responses = SendAll(transport, Many("http://h/", 2), 8, Patient());
  EXPECT_FALSE(responses[0]);
  EXPECT_TRUE(responses[1]);
}

TEST(SendAll, OneDeadOriginDoesNotFailAnother) {
  ScriptedTransport transport;
  Error refused = Unavailable("refused");
  refused.SetReason(std::string(kNotSent));
  transport.ExpectError(Method::kGet, "http://dead/*", refused);
  ScriptedTransport::Answer alive;
  alive.url = "http://alive/*";
  alive.times = 0;
  alive.response.status = 200;
  transport.Expect(alive);
  auto requests = Many("http://dead/", 3);
  for (Request& request : Many("http://alive/", 3))
    requests.push_back(std::move(request));
  const auto responses = SendAll(transport, std::move(requests), 4, Patient());
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_EQ(responses[i].has_value(), i >= 3) << i;
}

TEST(SendAll, TellsEachAsItEndsOnTheCallersThread) {
  ScriptedTransport transport;
  ScriptedTransport::Answer any;
  any.times = 0;
  any.response.status = 200;
  transport.Expect(any);
  std::vector<std::size_t> told;
  const auto caller = std::this_thread::get_id();
  (void)SendAll(transport, Many("http://h/", 5), 2, Patient(), [&](std::size_t index, const Result<Response>& result) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_TRUE(result);
    told.push_back(index);
  });
  EXPECT_THAT(told, ::testing::UnorderedElementsAre(0, 1, 2, 3, 4));
}

TEST(SendAll, AnswersThatCameBeforeTheStopStillCount) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "http://h/0", 200);
  transport.Expect(Never("*"));
  StopButton button;
  const auto responses =
      SendAll(transport, Many("http://h/", 4), 2, button.bound(), [&](std::size_t index, const Result<Response>&) {
        if (index == 0)
          button.Press();
      });
  EXPECT_TRUE(responses[0]);
  for (std::size_t i = 1; i < 4; ++i) {
    ASSERT_FALSE(responses[i]);
    EXPECT_EQ(responses[i].error().code(), ErrorCode::kCancelled);
  }
}

}  // namespace
}  // namespace kontrakt::net
