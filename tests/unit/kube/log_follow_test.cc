#include "lib/kube/log_follow.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/json.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/unit/kube/scripted_client.h"

namespace kontrakt::kube {
namespace {

using fakes::ScriptedTransport;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr RetryPolicy kQuick{1, milliseconds(1), milliseconds(2), 2.0};

/// Keeps lines and lets tests wait for them.
class Lines {
 public:
  LogFollower::LineSink Sink() {
    return [this](std::string_view line) {
      const std::lock_guard lock(mutex_);
      lines_.emplace_back(line);
      changed_.notify_all();
    };
  }
  std::vector<std::string> Await(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return lines_.size() >= count; });
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

bool AwaitDone(const LogFollower& follower) {
  const Deadline deadline = Deadline::After(std::chrono::seconds(20));
  while (!follower.IsDone() && !deadline.HasPassed())
    std::this_thread::yield();
  return follower.IsDone();
}

ScriptedTransport::Answer Stream(std::vector<std::string> pieces, const std::string& url = "*") {
  ScriptedTransport::Answer answer;
  answer.url = url;
  answer.response.status = 200;
  answer.pieces = std::move(pieces);
  return answer;
}

ScriptedTransport::Answer Never(const std::string& url = "*") {
  ScriptedTransport::Answer answer;
  answer.url = url;
  answer.never = true;
  return answer;
}

TEST(LogFollower, AsksForTimestampsAndGivesLinesWithout) {
  ScriptedTransport transport;
  transport.Expect(Stream({"2026-01-02T03:04:05.1Z one\n2026-01-02T03:0", "4:05.2Z two\n"}));
  transport.Expect(Never());
  Lines lines;
  const LogFollower follower(ScriptedClient(transport), {"ns", "web", "c"}, lines.Sink(), kQuick);
  EXPECT_THAT(lines.Await(2), ElementsAre("one", "two"));
  EXPECT_EQ(transport.Requests().at(0).request.url.ToString(),
            "https://api/api/v1/namespaces/ns/pods/web/log?container=c&follow=true&timestamps=true");
  EXPECT_EQ(transport.Requests().at(0).request.lane, net::Lane::kStream);
}

TEST(LogFollower, GoesOnFromTheLastLineAndRepeatsNothing) {
  ScriptedTransport transport;
  transport.Expect(Stream({"2026-01-02T03:04:05.1Z one\n2026-01-02T03:04:05.2Z two\n2026-01-02T03:04:05.3Z ha"}));
  transport.Expect(Stream({"2026-01-02T03:04:05.1Z one\n2026-01-02T03:04:05.2Z two\n"
                           "2026-01-02T03:04:05.3Z half\n2026-01-02T03:04:06Z four\n"},
                          "*sinceTime=2026-01-02T03%3A04%3A05Z"));
  transport.Expect(Never());
  Lines lines;
  const LogFollower follower(ScriptedClient(transport), {"ns", "web", "c"}, lines.Sink(), kQuick);
  EXPECT_THAT(lines.Await(4), ElementsAre("one", "two", "half", "four"));
}

TEST(LogFollower, TriesAgainUntilTheContainerHasStarted) {
  ScriptedTransport transport;
  for (int i = 0; i < 3; ++i) {
    transport.Expect(net::Method::kGet, "*", 400, StatusText(400, "BadRequest", "c is waiting to start"));
  }
  transport.Expect(net::Method::kGet, "*", 503);
  transport.ExpectError(net::Method::kGet, "*", Unavailable("lost"));
  transport.Expect(Stream({"2026-01-02T03:04:05.1Z one\n"}));
  transport.Expect(Never());
  Lines lines;
  const LogFollower follower(ScriptedClient(transport), {"ns", "web", "c"}, lines.Sink(), kQuick);
  EXPECT_THAT(lines.Await(1), ElementsAre("one"));
  EXPECT_FALSE(follower.IsDone());
}

TEST(LogFollower, IsDoneWithThePodOrTheRight) {
  for (const int status : {403, 404}) {
    ScriptedTransport transport;
    transport.Expect(net::Method::kGet, "*", status);
    Lines lines;
    const LogFollower follower(ScriptedClient(transport), {"ns", "web", "c"}, lines.Sink(), kQuick);
    EXPECT_TRUE(AwaitDone(follower)) << status;
  }
}

TEST(LogFollower, ReadsToTheEndOnceTheContainerHasEnded) {
  ScriptedTransport transport;
  transport.Expect(Never());
  transport.Expect(Stream({"2026-01-02T03:04:05.1Z one\n2026-01-02T03:04:05.2Z without line feed"}));
  Lines lines;
  LogFollower follower(ScriptedClient(transport), {"ns", "web", "c"}, lines.Sink(), kQuick);
  while (transport.Requests().empty())
    std::this_thread::yield();
  follower.ContainerEnded();
  EXPECT_TRUE(AwaitDone(follower));
  EXPECT_THAT(lines.Await(2), ElementsAre("one", "without line feed"));
  follower.ContainerEnded();
  EXPECT_TRUE(follower.IsDone());
}

TEST(LogFollower, GivesUpSoonWhereAnEndedContainerHasNoLog) {
  ScriptedTransport transport;
  ScriptedTransport::Answer waiting;
  waiting.times = 0;
  waiting.response.status = 400;
  transport.Expect(waiting);
  Lines lines;
  LogFollower follower(ScriptedClient(transport), {"ns", "web", "c"}, lines.Sink(), kQuick);
  follower.ContainerEnded();
  EXPECT_TRUE(AwaitDone(follower));
}

TEST(LogFollower, IsDoneWhenCredentialsAreRejectedForGood) {
  ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "*", 401);
  Lines lines;
  const LogFollower follower(ScriptedClient(transport), {"ns", "web", "c"}, lines.Sink(), kQuick);
  EXPECT_TRUE(AwaitDone(follower));
  EXPECT_EQ(transport.Requests().size(), 1u);
}

TEST(LogFollower, MayBeDestroyedAtAnyMoment) {
  for (int i = 0; i < 50; ++i) {
    ScriptedTransport transport;
    transport.Expect(Stream({"2026-01-02T03:04:05.1Z one\n"}));
    ScriptedTransport::Answer waiting;
    waiting.times = 0;
    waiting.response.status = 400;
    transport.Expect(waiting);
    Lines lines;
    LogFollower follower(ScriptedClient(transport), {"ns", "web", "c"}, lines.Sink(), kQuick);
    if (i % 3 == 0)
      lines.Await(1);
    if (i % 2 == 0)
      follower.ContainerEnded();
  }
}

TEST(LogFollower, FollowsARealServersLogThroughCuts) {
  fakes::FakeApiServer server;
  server.AddNamespace("ns");
  server.Put(
      {{"apiVersion", "v1"},
       {"kind", "Pod"},
       {"metadata", {{"name", "web"}, {"namespace", "ns"}}},
       {"spec", {{"nodeName", "n"}, {"containers", doc::Json::array({{{"name", "c"}}})}}},
       {"status",
        {{"containerStatuses", doc::Json::array({{{"name", "c"}, {"state", {{"running", doc::Json::object()}}}}})}}}});
  Connection connection;
  connection.server = server.url();
  Lines lines;
  LogFollower follower(*Client::Create(connection, QuickOptions()), {"ns", "web", "c"}, lines.Sink(), kQuick);
  std::vector<std::string> wanted;
  for (std::size_t i = 0; i < 6; ++i) {
    wanted.push_back("line " + std::to_string(i));
    server.AppendLog("ns", "web", "c", wanted.back() + "\n");
    EXPECT_EQ(lines.Await(i + 1), wanted);
    if (i % 2 == 1)
      server.http().DropConnections();
  }
  server.Update("v1", "Pod", "ns", "web", [](doc::Json& pod) {
    pod["status"]["containerStatuses"][0]["state"] = {{"terminated", {{"exitCode", 0}}}};
  });
  follower.ContainerEnded();
  EXPECT_TRUE(AwaitDone(follower));
  EXPECT_EQ(lines.Await(6), wanted);
}

}  // namespace
}  // namespace kontrakt::kube
