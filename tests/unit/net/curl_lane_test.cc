#include "lib/net/curl_lane.h"

#include <future>
#include <stop_token>
#include <thread>

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
using std::chrono::milliseconds;

/// "/hold…" is answered once the server is released, all else at once.
TlsAnswer HoldOrAnswer(const TlsRequest& request) {
  return {200, "ok", request.path.starts_with("/hold")};
}

/// What the connections of one lane do, against a server that speaks HTTP/2.
class CurlLaneTest : public ::testing::Test {
 protected:
  CurlLaneTest() : server_({.identity = authority_.Issue("server", {"IP:127.0.0.1"})}, HoldOrAnswer) {
    transport_ = Transporting({.tls = {.ca_pem = authority_.certificate()}});
  }

  Request To(const std::string& path, milliseconds timeout = milliseconds(0)) {
    Request request = Get(server_.url() + path);
    request.timeout = timeout;
    return request;
  }

  std::future<Result<Response>> Begin(Request request, Transport::Ticket* ticket = nullptr) {
    auto promise = std::make_shared<std::promise<Result<Response>>>();
    auto future = promise->get_future();
    const auto started = transport_->Start(
        std::move(request), [promise](Result<Response> result) { promise->set_value(std::move(result)); });
    if (ticket != nullptr)
      *ticket = started;
    return future;
  }

  std::vector<Request> Many(const std::string& path, int count) {
    std::vector<Request> requests;
    for (int i = 0; i < count; ++i)
      requests.push_back(To(path + std::to_string(i)));
    return requests;
  }

  CertificateAuthority authority_{"root"};
  TlsServer server_;
  std::unique_ptr<CurlTransport> transport_;
};

TEST_F(CurlLaneTest, SpeaksHttp2OnOneConnectionForManyRequests) {
  const auto responses = SendAll(*transport_, Many("/a", 64), 16, Patient());
  for (const auto& response : responses) {
    ASSERT_TRUE(response) << response.error().ToString();
    EXPECT_EQ(response->http_version, 2);
  }
  EXPECT_EQ(server_.Connections(), 1);
  EXPECT_EQ(transport_->Counts().connections, 1u);
  EXPECT_EQ(transport_->Counts().requests, 64u);
  EXPECT_GT(transport_->Counts().bytes_received, 64u * 2);
}

TEST_F(CurlLaneTest, OpensOneConnectionForRequestsThatAllComeFirst) {
  std::vector<std::future<Result<Response>>> pending;
  for (int i = 0; i < 16; ++i)
    pending.push_back(Begin(To("/a" + std::to_string(i))));
  for (auto& response : pending)
    ASSERT_TRUE(response.get());
  EXPECT_EQ(server_.Connections(), 1);
}

TEST_F(CurlLaneTest, OpensFewConnectionsBeyondTheStreamLimit) {
  ASSERT_TRUE(Send(*transport_, To("/first"), Patient()));
  std::vector<std::future<Result<Response>>> pending;
  for (int i = 0; i < 150; ++i)
    pending.push_back(Begin(To("/hold" + std::to_string(i))));
  ASSERT_TRUE(server_.WaitForRequests(101));
  server_.Release();
  for (auto& response : pending) {
    const auto result = response.get();
    ASSERT_TRUE(result) << result.error().ToString();
  }
  EXPECT_LE(server_.Connections(), 3);
}

TEST_F(CurlLaneTest, CancellingOneStreamSparesTheOthersOfItsConnection) {
  Transport::Ticket ticket = 0;
  auto kept = Begin(To("/hold/kept"));
  auto cancelled = Begin(To("/hold/cancelled"), &ticket);
  ASSERT_TRUE(server_.WaitForRequests(2));
  transport_->Cancel(ticket);
  const auto ended = cancelled.get();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code(), ErrorCode::kCancelled);
  server_.Release();
  EXPECT_TRUE(kept.get());
  EXPECT_EQ(server_.Connections(), 1);
}

TEST_F(CurlLaneTest, AStreamWhoseSinkFailsSparesTheOthers) {
  auto kept = Begin(To("/hold/kept"));
  Request failing = To("/a");
  failing.sink = [](std::string_view) -> Result<void> { return InvalidInput("enough"); };
  const auto ended = Begin(std::move(failing)).get();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().message(), "enough");
  server_.Release();
  EXPECT_TRUE(kept.get());
  EXPECT_EQ(server_.Connections(), 1);
}

TEST_F(CurlLaneTest, LeavesAHalfOpenConnectionOnceARequestOnItTimedOut) {
  ASSERT_TRUE(Send(*transport_, To("/first"), Patient()));
  server_.FreezeConnections();
  const auto lost = Send(*transport_, To("/lost", milliseconds(150)), Patient());
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code(), ErrorCode::kTimeout);
  const auto next = Send(*transport_, To("/next", milliseconds(10'000)), Patient());
  ASSERT_TRUE(next) << next.error().ToString();
  EXPECT_EQ(server_.Connections(), 2);
}

TEST_F(CurlLaneTest, ATimeoutSparesAConnectionOnWhichOthersGetAnswers) {
  auto kept = Begin(To("/hold/kept"));
  ASSERT_TRUE(server_.WaitForRequests(1));
  auto slow = Begin(To("/hold/slow", milliseconds(200)));
  while (slow.wait_for(milliseconds(10)) != std::future_status::ready) {
    ASSERT_TRUE(Send(*transport_, To("/quick"), Patient()));
  }
  EXPECT_FALSE(slow.get());
  server_.Release();
  EXPECT_TRUE(kept.get());
  EXPECT_EQ(server_.Connections(), 1);
}

TEST_F(CurlLaneTest, AStopFromAnotherThreadWakesIt) {
  StopButton button;
  std::jthread stopper([&] {
    server_.WaitForRequests(1);
    button.Press();
  });
  const auto begun = std::chrono::steady_clock::now();
  const auto response = Send(*transport_, To("/hold"), button.bound());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

TEST_F(CurlLaneTest, EndsATransferOnWhichNothingMoves) {
  Request request = To("/hold");
  request.idle_timeout = milliseconds(50);
  const auto response = Begin(std::move(request)).get();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::kTimeout);
}

TEST_F(CurlLaneTest, StartsNoSoonerThanTheDelay) {
  Request request = To("/a");
  request.delay = milliseconds(60);
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(Begin(std::move(request)).get());
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(60));
}

TEST_F(CurlLaneTest, CancelsWhatIsStillDelayed) {
  Request request = To("/a");
  request.delay = std::chrono::hours(1);
  Transport::Ticket ticket = 0;
  auto pending = Begin(std::move(request), &ticket);
  transport_->Cancel(ticket);
  const auto ended = pending.get();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code(), ErrorCode::kCancelled);
  EXPECT_TRUE(server_.Requests().empty());
}

TEST_F(CurlLaneTest, IgnoresUnknownTickets) {
  transport_->Cancel(12345);
  EXPECT_TRUE(Send(*transport_, To("/a"), Patient()));
}

TEST_F(CurlLaneTest, DestructionCancelsAllThatIsUnderWay) {
  auto running = Begin(To("/hold"));
  ASSERT_TRUE(server_.WaitForRequests(1));
  Request late = To("/a");
  late.delay = std::chrono::hours(1);
  auto delayed = Begin(std::move(late));
  transport_.reset();
  EXPECT_EQ(running.get().error().code(), ErrorCode::kCancelled);
  EXPECT_EQ(delayed.get().error().code(), ErrorCode::kCancelled);
}

TEST_F(CurlLaneTest, ACompletionMayStartTheNextRequest) {
  std::promise<int> second;
  transport_->Start(To("/a"), [&](Result<Response> first) {
    ASSERT_TRUE(first);
    transport_->Start(To("/b"), [&](Result<Response> result) { second.set_value(result ? result->status : 0); });
  });
  EXPECT_EQ(second.get_future().get(), 200);
}

TEST(CurlLane, ServesManyRequestsOverHttp1) {
  fakes::HttpServer server(
      [](const fakes::HttpRequest& request, fakes::ResponseWriter& writer) { writer.Send({200, {}, request.path}); });
  const auto transport = Transporting();
  std::vector<Request> requests;
  for (int i = 0; i < 40; ++i)
    requests.push_back(Get(server.url() + "/" + std::to_string(i)));
  const auto responses = SendAll(*transport, std::move(requests), 8, Patient());
  for (std::size_t i = 0; i < 40; ++i) {
    ASSERT_TRUE(responses[i]);
    EXPECT_EQ(responses[i]->body, "/" + std::to_string(i));
  }
  EXPECT_LE(server.Connections(), 8);
}

TEST(CurlLane, AHangingHttp1RequestDoesNotStarveOthers) {
  const CertificateAuthority authority("root");
  TlsServer server({.identity = authority.Issue("server", {"IP:127.0.0.1"}), .http2 = false}, HoldOrAnswer);
  const auto transport = Transporting({.tls = {.ca_pem = authority.certificate()}});
  std::promise<bool> held;
  transport->Start(Get(server.url() + "/hold"), [&](Result<Response> result) { held.set_value(result.has_value()); });
  ASSERT_TRUE(server.WaitForRequests(1));
  for (int i = 0; i < 3; ++i) {
    const auto response = Send(*transport, Get(server.url() + "/a"), Patient());
    ASSERT_TRUE(response) << response.error().ToString();
    EXPECT_EQ(response->http_version, 1);
  }
  server.Release();
  EXPECT_TRUE(held.get_future().get());
}

}  // namespace
}  // namespace kontrakt::net
