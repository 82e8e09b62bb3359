#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/json_access.h"
#include "tests/unit/fakes/asking.h"

namespace kontrakt::fakes {
namespace {

using net::Method;

const std::string kSecrets = "/api/v1/namespaces/t/secrets";
const std::string kInitial =
    "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";

/// Collects the lines of one watch.
class Watcher {
 public:
  Watcher(Asking& client, const std::string& url) : client_(client) {
    net::Request request;
    request.url = *net::Url::Parse(url);
    request.lane = net::Lane::kStream;
    request.timeout = std::chrono::milliseconds(0);
    request.sink = [this](std::string_view piece) -> Result<void> {
      const std::lock_guard lock(mutex_);
      text_ += piece;
      changed_.notify_all();
      return {};
    };
    ticket_ = client.transport().Start(std::move(request), [this](Result<net::Response>) {
      const std::lock_guard lock(mutex_);
      ended_ = true;
      changed_.notify_all();
    });
  }
  ~Watcher() {
    client_.transport().Cancel(ticket_);
    WaitForEnd();
  }

  /// The type and object's name of the first `count` events, as "ADDED a"; fewer when they do not come.
  std::vector<std::string> Events(std::size_t count) {
    std::unique_lock lock(mutex_);
    const auto lines = [this] { return static_cast<std::size_t>(std::count(text_.begin(), text_.end(), '\n')); };
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return ended_ || lines() >= count; });
    std::vector<std::string> events;
    std::string_view rest = text_;
    while (rest.find('\n') != std::string_view::npos) {
      const Json event = Json::parse(rest.substr(0, rest.find('\n')), nullptr, false);
      events.push_back(Text(event, "type") + " " + Name(Object(event, "object")));
      rest.remove_prefix(rest.find('\n') + 1);
    }
    return events;
  }
  bool WaitForEnd() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [this] { return ended_; });
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  Asking& client_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  bool ended_ = false;
  net::Transport::Ticket ticket_ = 0;
};

class ApiWatch : public testing::Test {
 protected:
  ApiWatch() { server_.AddNamespace("t"); }
  void PutSecret(const std::string& name, const std::string& label = "x") {
    server_.Put({{"apiVersion", "v1"},
                 {"kind", "Secret"},
                 {"metadata", {{"name", name}, {"namespace", "t"}, {"labels", {{"l", label}}}}}});
  }

  FakeApiServer server_;
  Asking client_{server_.url()};
};

TEST_F(ApiWatch, StreamsAListAndWhatComesAfterIt) {
  PutSecret("a");
  Watcher watcher(client_, server_.url() + kSecrets + "?" + kInitial);
  EXPECT_EQ(watcher.Events(2), (std::vector<std::string>{"ADDED a", "BOOKMARK "}));
  EXPECT_NE(watcher.text().find(R"("k8s.io/initial-events-end":"true")"), std::string::npos);
  PutSecret("b");
  PutSecret("a", "y");
  server_.Remove("v1", "Secret", "t", "b");
  EXPECT_EQ(watcher.Events(5),
            (std::vector<std::string>{"ADDED a", "BOOKMARK ", "ADDED b", "MODIFIED a", "DELETED b"}));
}

TEST_F(ApiWatch, LeavingTheSelectorIsADeletion) {
  PutSecret("a");
  Watcher watcher(client_, server_.url() + kSecrets +
                               "?watch=true&labelSelector=l%3Dx&resourceVersion=" + server_.ResourceVersion());
  EXPECT_TRUE(server_.http().WaitForRequests("GET", kSecrets, 1));
  PutSecret("a", "y");
  PutSecret("a", "x");
  EXPECT_EQ(watcher.Events(2), (std::vector<std::string>{"DELETED a", "ADDED a"}));
}

TEST_F(ApiWatch, ForgottenVersionsAre410InTheStream) {
  const std::string version = server_.ResourceVersion();
  PutSecret("a");
  server_.Compact();
  Watcher watcher(client_, server_.url() + kSecrets + "?watch=true&resourceVersion=" + version);
  EXPECT_TRUE(watcher.WaitForEnd());
  EXPECT_NE(watcher.text().find(R"("type":"ERROR")"), std::string::npos);
  EXPECT_NE(watcher.text().find(R"("code":410)"), std::string::npos);
}

TEST_F(ApiWatch, OldServersRefuseStreamingLists) {
  server_.Configure([](ApiOptions& options) { options.watch_list = false; });
  EXPECT_EQ(client_.Ask(Method::kGet, kSecrets + "?" + kInitial).status, 422);
}

TEST_F(ApiWatch, EndsCleanlyWhenTold) {
  Watcher watcher(client_, server_.url() + kSecrets + "?" + kInitial);
  EXPECT_EQ(watcher.Events(1).size(), 1u);
  server_.SendBookmarks();
  EXPECT_EQ(watcher.Events(2).size(), 2u);
  server_.EndWatches();
  EXPECT_TRUE(watcher.WaitForEnd());
}

TEST_F(ApiWatch, FollowsALogUntilTheContainerEnds) {
  server_.Put(Json::parse(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"t"},
    "spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]},
    "status":{"phase":"Running","containerStatuses":[{"name":"c","state":{"running":{}}}]}})"));
  server_.AppendLog("t", "p", "c", "one\n");
  Watcher watcher(client_, server_.url() + "/api/v1/namespaces/t/pods/p/log?follow=true");
  EXPECT_EQ(watcher.Events(1).size(), 1u);
  server_.AppendLog("t", "p", "c", "two\n");
  EXPECT_EQ(watcher.Events(2).size(), 2u);
  server_.Update("v1", "Pod", "t", "p", [](Json& pod) {
    pod["status"]["containerStatuses"][0]["state"] = {{"terminated", {{"exitCode", 0}}}};
  });
  EXPECT_TRUE(watcher.WaitForEnd());
  EXPECT_EQ(watcher.text(), "one\ntwo\n");
}

}  // namespace
}  // namespace kontrakt::fakes
