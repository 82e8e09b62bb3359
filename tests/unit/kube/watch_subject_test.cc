#include "lib/kube/watch_subject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/json.h"
#include "tests/unit/kube/scripted_client.h"

namespace kontrakt::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr WatchTimings kTimings{milliseconds(800), milliseconds(30'000), milliseconds(1'000), milliseconds(120'000)};

std::string Object(const std::string& name, const std::string& version, const std::string& uid = "") {
  return R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":")" + name + R"(","namespace":"ns","uid":")" +
         (uid.empty() ? "uid-" + name : uid) + R"(","resourceVersion":")" + version +
         R"(","managedFields":[{"manager":"m"}]}})";
}

std::string Line(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}

std::string Bookmark(const std::string& version, bool ends_list = false) {
  const std::string annotations = ends_list ? R"(,"annotations":{"k8s.io/initial-events-end":"true"})" : "";
  return Line("BOOKMARK", R"({"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":")" + version + "\"" +
                              annotations + "}}");
}

net::Response Answer(int status, const std::string& body = "", net::Headers headers = {}) {
  net::Response response;
  response.status = status;
  response.body = body;
  response.headers = std::move(headers);
  return response;
}

class WatchSubjectTest : public ::testing::Test {
 protected:
  WatchSubjectTest() : state_(7, {Pods(), "ns", "app=web", "", false}, kTimings) {}

  std::string NextPath() {
    request_ = state_.Next(now_);
    return request_.path;
  }
  bool Piece(const std::string& text) { return state_.TakePiece(text, Sink()); }
  void End(Result<net::Response> result) { state_.TakeEnd(std::move(result), now_, Sink()); }
  WatchSubjectState::Sink Sink() {
    return [this](WatchEvent event) { events_.push_back(std::move(event)); };
  }
  /// "upserted a@5", "deleted a@5", "synced", "failed", since the last call.
  std::vector<std::string> Events() {
    std::vector<std::string> texts;
    for (const WatchEvent& event : events_) {
      const std::string object = doc::StringAt(event.object, {"metadata", "name"}) + "@" +
                                 doc::StringAt(event.object, {"metadata", "resourceVersion"});
      switch (event.type) {
        case EventType::kUpserted:
          texts.push_back("upserted " + object);
          break;
        case EventType::kDeleted:
          texts.push_back("deleted " + object);
          break;
        case EventType::kSynced:
          texts.emplace_back("synced");
          break;
        case EventType::kFailed:
          texts.emplace_back("failed");
          break;
      }
    }
    last_ = std::move(events_);
    events_.clear();
    return texts;
  }
  /// Follows a and b from version 10 on.
  void Sync() {
    NextPath();
    Piece(Line("ADDED", Object("a", "5")) + Line("ADDED", Object("b", "6")) + Bookmark("10", true));
    EXPECT_THAT(Events(), ElementsAre("upserted a@5", "upserted b@6", "synced"));
  }

  WatchSubjectState state_;
  WatchSubjectState::Clock::time_point now_ = WatchSubjectState::Clock::now();
  WatchRequest request_;
  std::vector<WatchEvent> events_;
  std::vector<WatchEvent> last_;
};

TEST_F(WatchSubjectTest, BeginsWithAStreamingListFromTheCache) {
  EXPECT_THAT(NextPath(),
              AllOf(HasSubstr("/api/v1/namespaces/ns/pods?labelSelector=app%3Dweb"), HasSubstr("&resourceVersion=0&"),
                    HasSubstr("resourceVersionMatch=NotOlderThan"), HasSubstr("sendInitialEvents=true"),
                    HasSubstr("watch=true"), HasSubstr("allowWatchBookmarks=true"), HasSubstr("timeoutSeconds=2")));
  EXPECT_FALSE(request_.is_list);
  EXPECT_EQ(request_.delay, milliseconds(0));
  EXPECT_LE(request_.timeout, seconds(320));
}

TEST_F(WatchSubjectTest, EndsTheStreamBeforeLoadBalancersDo) {
  for (int i = 0; i < 50; ++i) {
    const std::string path = NextPath();
    const auto at = path.find("timeoutSeconds=") + 15;
    EXPECT_LE(std::stoi(path.substr(at)), 290);
    EXPECT_GE(std::stoi(path.substr(at)), 240);
  }
}

TEST_F(WatchSubjectTest, GivesEventsWithoutManagedFields) {
  Sync();
  EXPECT_EQ(last_[0].subject, 7u);
  EXPECT_FALSE(last_[0].object["metadata"].contains("managedFields"));
  EXPECT_EQ(doc::StringAt(last_[0].object, {"metadata", "uid"}), "uid-a");
  Piece(Line("MODIFIED", Object("a", "11")) + Line("DELETED", Object("b", "12")));
  EXPECT_THAT(Events(), ElementsAre("upserted a@11", "deleted b@12"));
}

TEST_F(WatchSubjectTest, TakesEventsInAnyPieces) {
  Sync();
  const std::string line = Line("MODIFIED", Object("a", "11"));
  for (const char byte : line)
    Piece(std::string(1, byte));
  EXPECT_THAT(Events(), ElementsAre("upserted a@11"));
}

TEST_F(WatchSubjectTest, GoesOnFromTheLastEventAfterACleanEnd) {
  Sync();
  Piece(Line("MODIFIED", Object("a", "11")));
  End(Answer(200));
  EXPECT_THAT(NextPath(), AllOf(HasSubstr("resourceVersion=11"), Not(HasSubstr("sendInitialEvents"))));
}

TEST_F(WatchSubjectTest, GoesOnFromTheLastBookmark) {
  Sync();
  Piece(Bookmark("20"));
  End(Answer(200));
  EXPECT_THAT(NextPath(), HasSubstr("resourceVersion=20"));
  EXPECT_THAT(Events(), IsEmpty());
}

TEST_F(WatchSubjectTest, ForgetsHalfALineOfTheLastStream) {
  Sync();
  Piece(R"({"type":"MODIF)");
  End(Answer(200));
  NextPath();
  EXPECT_TRUE(Piece(Line("MODIFIED", Object("a", "11"))));
  EXPECT_THAT(Events(), ElementsAre("upserted a@11"));
}

TEST_F(WatchSubjectTest, AsksAtMostOnceASecond) {
  Sync();
  End(Answer(200));
  NextPath();
  EXPECT_EQ(request_.delay, seconds(1));
  now_ += seconds(1) + seconds(60);
  End(Answer(200));
  NextPath();
  EXPECT_EQ(request_.delay, milliseconds(0));
}

TEST_F(WatchSubjectTest, DoesNotGoOnFromAVersionOfTheInitialEvents) {
  NextPath();
  Piece(Line("ADDED", Object("a", "5")));
  End(Unavailable("lost"));
  EXPECT_THAT(NextPath(), HasSubstr("sendInitialEvents=true"));
  Piece(Line("ADDED", Object("a", "5")) + Bookmark("10", true));
  EXPECT_THAT(Events(), ElementsAre("upserted a@5", "synced")) << "an unchanged object is told once";
}

TEST_F(WatchSubjectTest, ListsWhereStreamingListsAreOff) {
  NextPath();
  End(Answer(422, StatusText(422, "Invalid", "sendInitialEvents is forbidden")));
  EXPECT_THAT(NextPath(),
              AllOf(HasSubstr("resourceVersion=0&resourceVersionMatch=NotOlderThan"), Not(HasSubstr("watch=true"))));
  EXPECT_TRUE(request_.is_list);
  End(Answer(200, R"({"kind":"PodList","metadata":{"resourceVersion":"10"},"items":[)" + Object("a", "5") + "]}"));
  EXPECT_THAT(Events(), ElementsAre("upserted a@5", "synced"));
  EXPECT_THAT(NextPath(), AllOf(HasSubstr("watch=true"), HasSubstr("resourceVersion=10")));
}

TEST_F(WatchSubjectTest, FillsInKindsThatListItemsLeaveOut) {
  NextPath();
  End(Answer(422));
  NextPath();
  End(Answer(200, R"({"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a","uid":"u"}}]})"));
  Events();
  EXPECT_EQ(doc::StringAt(last_[0].object, {"kind"}), "Pod");
  EXPECT_EQ(doc::StringAt(last_[0].object, {"apiVersion"}), "v1");
}

class WatchSubjectExpired : public WatchSubjectTest, public ::testing::WithParamInterface<bool> {};

TEST_P(WatchSubjectExpired, ListsAnewConsistentlyAndTellsWhatVanished) {
  Sync();
  const std::string status = StatusText(410, "Expired", "too old resource version");
  if (GetParam()) {
    EXPECT_FALSE(Piece(Line("ERROR", status)));
    End(Cancelled("by us"));
  } else {
    End(Answer(410, status));
  }
  EXPECT_FALSE(state_.failed());
  EXPECT_THAT(NextPath(), AllOf(HasSubstr("sendInitialEvents=true"), HasSubstr("resourceVersionMatch=NotOlderThan"),
                                Not(HasSubstr("resourceVersion="))));
  Piece(Line("ADDED", Object("a", "15")) + Bookmark("20", true));
  EXPECT_THAT(Events(), ElementsAre("upserted a@15", "deleted b@6", "synced"));
  End(Answer(200));
  EXPECT_THAT(NextPath(), HasSubstr("resourceVersion=20"));
}

INSTANTIATE_TEST_SUITE_P(WatchSubject, WatchSubjectExpired, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "AsAnEvent" : "AsAnAnswer"; });

TEST_F(WatchSubjectTest, AnObjectMadeAgainMeanwhileWasDeletedFirst) {
  Sync();
  End(Answer(410));
  NextPath();
  Piece(Line("ADDED", Object("a", "15", "another")) + Line("ADDED", Object("b", "6")) + Bookmark("20", true));
  EXPECT_THAT(Events(), ElementsAre("deleted a@5", "upserted a@15", "synced"));
}

TEST_F(WatchSubjectTest, BacksOffLongerEachTime) {
  Sync();
  std::vector<milliseconds> delays;
  for (int i = 0; i < 8; ++i) {
    End(Unavailable("connecting to api: connection refused"));
    NextPath();
    delays.push_back(request_.delay);
  }
  EXPECT_GE(delays[0], milliseconds(400));
  EXPECT_LE(delays[0], milliseconds(800));
  EXPECT_GT(delays[3], delays[0]);
  EXPECT_LE(delays[7], seconds(30));
  EXPECT_GE(delays[7], seconds(15));
  EXPECT_THAT(request_.path, HasSubstr("resourceVersion=10"));
}

TEST_F(WatchSubjectTest, ForgetsFailuresAfterAHealthyTime) {
  Sync();
  for (int i = 0; i < 6; ++i) {
    End(Unavailable("lost"));
    NextPath();
  }
  now_ += std::chrono::minutes(5);
  End(Unavailable("lost"));
  NextPath();
  EXPECT_LE(request_.delay, milliseconds(800));
}

TEST_F(WatchSubjectTest, WaitsAsLongAsTheServerAsks) {
  Sync();
  End(Answer(429, "", {{"Retry-After", "17"}}));
  NextPath();
  EXPECT_EQ(request_.delay, seconds(17));
  EXPECT_FALSE(Piece(Line("ERROR", StatusText(504, "Timeout", "busy", R"({"retryAfterSeconds":9})"))));
  End(Answer(200));
  NextPath();
  EXPECT_EQ(request_.delay, seconds(9));
}

TEST_F(WatchSubjectTest, RefreshesCredentialsOnceAfterA401) {
  Sync();
  End(Answer(401));
  EXPECT_TRUE(state_.TakeUnauthorized());
  EXPECT_FALSE(state_.TakeUnauthorized());
  EXPECT_THAT(NextPath(), HasSubstr("resourceVersion=10"));
  End(Answer(401, StatusText(401, "Unauthorized", "Unauthorized")));
  EXPECT_TRUE(state_.failed());
}

TEST_F(WatchSubjectTest, ALaterA401CountsAnew) {
  Sync();
  End(Answer(401));
  NextPath();
  Piece(Bookmark("11"));
  End(Answer(401));
  EXPECT_FALSE(state_.failed());
}

class WatchSubjectFinal : public WatchSubjectTest, public ::testing::WithParamInterface<int> {};

TEST_P(WatchSubjectFinal, FailsForGood) {
  NextPath();
  End(Answer(GetParam()));
  EXPECT_TRUE(state_.failed());
  EXPECT_THAT(Events(), ElementsAre("failed"));
  ASSERT_TRUE(last_[0].error);
  EXPECT_EQ(last_[0].error->http_status(), GetParam());
  EXPECT_THAT(last_[0].error->ToString(), HasSubstr("watching pods"));
}

INSTANTIATE_TEST_SUITE_P(WatchSubject, WatchSubjectFinal, ::testing::Values(403, 404, 405));

TEST_F(WatchSubjectTest, FailsForGoodBelowHttpWhereThatCantChange) {
  NextPath();
  End(Denied("the certificate of api can't be trusted"));
  EXPECT_TRUE(state_.failed());
}

TEST_F(WatchSubjectTest, ALineThatIsNoEventIsLikeALostConnection) {
  Sync();
  EXPECT_FALSE(Piece("<html>proxy error</html>\n"));
  End(Answer(200));
  EXPECT_FALSE(state_.failed());
  EXPECT_THAT(NextPath(), HasSubstr("resourceVersion=10"));
}

TEST_F(WatchSubjectTest, AsksForMetadataInTheFormOfEachRequest) {
  WatchSubjectState metadata(0, {Pods(), "", "", "", true}, kTimings);
  EXPECT_THAT(metadata.Next(now_).accept, AllOf(HasSubstr("as=PartialObjectMetadata;"), Not(HasSubstr("List"))));
  metadata.TakeEnd(Answer(422), now_, Sink());
  EXPECT_THAT(metadata.Next(now_).accept, HasSubstr("as=PartialObjectMetadataList;"));
}

}  // namespace
}  // namespace kontrakt::kube
