#include "lib/kube/watch.h"

#include <set>
#include <stop_token>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/json.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/unit/kube/scripted_client.h"

namespace kontrakt::kube {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr WatchTimings kQuick{milliseconds(1), milliseconds(5), milliseconds(1), milliseconds(120'000)};
constexpr std::chrono::seconds kPatience{20};

/// A watch on the config maps of a server that faults can be planned for.
class WatchTest : public ::testing::Test {
 protected:
  WatchTest() { server_.AddNamespace("ns"); }

  Client MakeClient() {
    Connection connection;
    connection.server = server_.url();
    return *Client::Create(connection, QuickOptions());
  }
  void Put(const std::string& name, const std::string& value = "1") {
    const auto change = [&](doc::Json& map) { map["data"]["value"] = value; };
    if (server_.Update("v1", "ConfigMap", "ns", name, change))
      return;
    server_.Put({{"apiVersion", "v1"},
                 {"kind", "ConfigMap"},
                 {"metadata", {{"name", name}, {"namespace", "ns"}}},
                 {"data", {{"value", value}}}});
  }
  void Remove(const std::string& name) { server_.Remove("v1", "ConfigMap", "ns", name); }
  WatchSubject Maps() { return {ConfigMaps(), "ns", "", "", false}; }

  /// "+name=value", "-name", "synced" or "failed"; empty when nothing came.
  std::string Next(WatchSet& set) {
    const auto event = set.Next(kPatience, Patient());
    if (!event)
      return "";
    const std::string name = doc::StringAt(event->object, {"metadata", "name"});
    if (event->type == EventType::kSynced)
      return "synced";
    if (event->type == EventType::kFailed)
      return "failed: " + event->error->ToString();
    return (event->type == EventType::kDeleted ? "-" : "+") + name + "=" +
           doc::StringAt(event->object, {"data", "value"});
  }
  std::vector<std::string> UntilSynced(WatchSet& set) {
    std::vector<std::string> events;
    for (std::string event = Next(set); event != "synced" && !event.empty(); event = Next(set)) {
      if (event != "+kube-root-ca.crt=")
        events.push_back(event);
    }
    return events;
  }

  fakes::FakeApiServer server_;
};

class WatchBothWays : public WatchTest, public ::testing::WithParamInterface<bool> {
 protected:
  WatchBothWays() {
    server_.Configure([](fakes::ApiOptions& options) { options.watch_list = GetParam(); });
  }
};

TEST_P(WatchBothWays, GivesTheFirstViewAndThenChanges) {
  Put("a");
  Put("b");
  WatchSet set(MakeClient(), kQuick);
  set.Add(Maps());
  EXPECT_THAT(UntilSynced(set), UnorderedElementsAre("+a=1", "+b=1"));
  Put("a", "2");
  EXPECT_EQ(Next(set), "+a=2");
  Remove("b");
  EXPECT_EQ(Next(set), "-b=1");
}

TEST_P(WatchBothWays, LosesNothingWhenTheStreamEnds) {
  WatchSet set(MakeClient(), kQuick);
  set.Add(Maps());
  UntilSynced(set);
  for (int i = 0; i < 5; ++i) {
    server_.EndWatches();
    Put("a", std::to_string(i));
    EXPECT_EQ(Next(set), "+a=" + std::to_string(i));
  }
}

TEST_P(WatchBothWays, TellsWhatVanishedWhileItsVersionExpired) {
  Put("a");
  Put("gone");
  WatchSet set(MakeClient(), kQuick);
  set.Add(Maps());
  UntilSynced(set);
  // Nobody can connect until all of it has happened.
  fakes::Fault down;
  down.count = 0;
  down.kind = fakes::FaultKind::kDropBefore;
  server_.http().faults().Add(down);
  server_.http().DropConnections();
  Remove("gone");
  Put("a", "2");
  server_.Compact();
  server_.http().faults().Clear();
  EXPECT_THAT(UntilSynced(set), UnorderedElementsAre("+a=2", "-gone=1"));
}

INSTANTIATE_TEST_SUITE_P(Watch, WatchBothWays, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "StreamingList" : "ListAndWatch"; });

TEST_F(WatchTest, GoesOnThroughFailuresOfEveryKind) {
  WatchSet set(MakeClient(), kQuick);
  set.Add(Maps());
  UntilSynced(set);
  const auto meet = [&](fakes::FaultKind kind, int status, int count) {
    fakes::Fault fault;
    fault.kind = kind;
    fault.answer = {status, {}, ""};
    fault.count = count;
    server_.http().faults().Add(fault);
  };
  int value = 0;
  for (const int status : {429, 500, 503, 504, 410}) {
    meet(fakes::FaultKind::kAnswer, status, 2);
    server_.EndWatches();
    Put("a", std::to_string(++value));
    std::string event = Next(set);
    if (event == "synced")
      event = Next(set);
    EXPECT_EQ(event, "+a=" + std::to_string(value)) << status;
    server_.http().faults().Clear();
  }
  meet(fakes::FaultKind::kDropBefore, 0, 3);
  server_.http().DropConnections();
  Put("a", "last");
  std::string event = Next(set);
  while (event == "synced")
    event = Next(set);
  EXPECT_EQ(event, "+a=last");
}

TEST_F(WatchTest, FollowsSeveralCollectionsAtOnce) {
  WatchSet set(MakeClient(), kQuick);
  const std::size_t maps = set.Add(Maps());
  const std::size_t pods = set.Add({Pods(), "ns", "", "", false});
  std::set<std::size_t> synced;
  while (synced.size() < 2) {
    const auto event = set.Next(kPatience, Patient());
    ASSERT_TRUE(event);
    if (event->type == EventType::kSynced)
      synced.insert(event->subject);
  }
  EXPECT_THAT(synced, ElementsAre(maps, pods));
}

TEST_F(WatchTest, SaysNothingOfASubjectThatWasRemoved) {
  WatchSet set(MakeClient(), kQuick);
  const std::size_t removed = set.Add(Maps());
  UntilSynced(set);
  const std::size_t kept = set.Add({Pods(), "ns", "", "", false});
  UntilSynced(set);
  Put("a");
  set.Remove(removed);
  server_.Put({{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", {{"name", "p"}, {"namespace", "ns"}}}});
  const auto event = set.Next(kPatience, Patient());
  ASSERT_TRUE(event);
  EXPECT_EQ(event->subject, kept);
}

TEST_F(WatchTest, FailsForGoodWithoutTheRight) {
  fakes::Fault fault;
  fault.kind = fakes::FaultKind::kAnswer;
  fault.answer = {403, {{"Content-Type", "application/json"}}, StatusText(403, "Forbidden", "may not watch")};
  server_.http().faults().Add(fault);
  WatchSet set(MakeClient(), kQuick);
  set.Add(Maps());
  EXPECT_THAT(Next(set), ::testing::HasSubstr("Forbidden: may not watch"));
}

TEST_F(WatchTest, ComesBackWithNothingAfterSoLong) {
  WatchSet set(MakeClient(), kQuick);
  set.Add(Maps());
  UntilSynced(set);
  EXPECT_FALSE(set.Next(milliseconds(1), Patient()));
}

TEST_F(WatchTest, ComesBackWhenTheBoundEnds) {
  WatchSet set(MakeClient(), kQuick);
  set.Add(Maps());
  UntilSynced(set);
  std::stop_source source;
  Bound bound = Patient();
  bound.stop = source.get_token();
  std::jthread stopper([&] { source.request_stop(); });
  EXPECT_FALSE(set.Next(kPatience, bound));
}

TEST_F(WatchTest, TakesEventsOfAnySize) {
  WatchSet set(MakeClient(), kQuick);
  set.Add(Maps());
  UntilSynced(set);
  const std::string big(900'000, 'x');
  Put("big", big);
  EXPECT_EQ(Next(set), "+big=" + big);
}

TEST(WatchCredentials, AreRefreshedOnceAfterA401) {
  const fakes::TemporaryFolder folder;
  fakes::ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "*", 401);
  transport.Expect(net::Method::kGet, "*", 401, StatusText(401, "Unauthorized", "Unauthorized"));
  Connection connection = Nowhere();
  connection.token.clear();
  connection.token_file = folder.Write("token", "first");
  WatchSet set(ScriptedClient(transport, connection), kQuick);
  set.Add({Pods(), "", "", "", false});
  const auto event = set.Next(kPatience, Patient());
  ASSERT_TRUE(event);
  EXPECT_EQ(event->type, EventType::kFailed);
  EXPECT_EQ(event->error->code(), ErrorCode::kDenied);
  EXPECT_EQ(transport.Requests().size(), 2u);
}

TEST(WatchCredentials, ThatCantBeRefreshedFailAtOnce) {
  fakes::ScriptedTransport transport;
  transport.Expect(net::Method::kGet, "*", 401);
  WatchSet set(ScriptedClient(transport), kQuick);
  set.Add({Pods(), "", "", "", false});
  const auto event = set.Next(kPatience, Patient());
  ASSERT_TRUE(event);
  EXPECT_EQ(event->type, EventType::kFailed);
  EXPECT_EQ(transport.Requests().size(), 1u);
}

}  // namespace
}  // namespace kontrakt::kube
