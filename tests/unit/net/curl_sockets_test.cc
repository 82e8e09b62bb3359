#include "lib/net/curl_sockets.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "tests/fakes/http_server.h"

namespace kontrakt::net {
namespace {

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

/// A handle that keeps its connection between requests, as a lane's multi handle does.
class CurlSocketsTest : public ::testing::Test {
 protected:
  CurlSocketsTest()
      : server_([](const fakes::HttpRequest&, fakes::ResponseWriter& writer) { writer.Send({200, {}, "ok"}); }),
        easy_(curl_easy_init()) {
    curl_easy_setopt(easy_.get(), CURLOPT_URL, server_.url().c_str());
    curl_easy_setopt(easy_.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(
        easy_.get(), CURLOPT_WRITEFUNCTION,
        +[](char*, std::size_t size, std::size_t count, void*) { return size * count; });
    EXPECT_EQ(sockets_.Install(easy_.get()), CURLE_OK);
  }

  CURLcode Perform() { return curl_easy_perform(easy_.get()); }

  ConnectionPorts Ports() {
    long local = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_LOCAL_PORT, &local);
    return {static_cast<int>(local), server_.port()};
  }

  fakes::HttpServer server_;
  CurlSockets sockets_;
  std::unique_ptr<CURL, FreeEasy> easy_;
};

TEST_F(CurlSocketsTest, CutsAConnectionThatHasBeenSilent) {
  ASSERT_EQ(Perform(), CURLE_OK);
  EXPECT_TRUE(sockets_.CutIfSilent(Ports(), std::chrono::milliseconds(0)));
  ASSERT_EQ(Perform(), CURLE_OK);
  EXPECT_EQ(server_.Connections(), 2);
}

TEST_F(CurlSocketsTest, SparesAConnectionOnWhichSomethingCame) {
  ASSERT_EQ(Perform(), CURLE_OK);
  EXPECT_FALSE(sockets_.CutIfSilent(Ports(), std::chrono::hours(1)));
  ASSERT_EQ(Perform(), CURLE_OK);
  EXPECT_EQ(server_.Connections(), 1);
}

TEST_F(CurlSocketsTest, SparesOtherConnections) {
  ASSERT_EQ(Perform(), CURLE_OK);
  EXPECT_FALSE(sockets_.CutIfSilent({1, server_.port()}, std::chrono::milliseconds(0)));
  ASSERT_EQ(Perform(), CURLE_OK);
  EXPECT_EQ(server_.Connections(), 1);
}

TEST_F(CurlSocketsTest, CutsAllThatAreNotUsed) {
  ASSERT_EQ(Perform(), CURLE_OK);
  sockets_.CutAllBut({Ports()});
  ASSERT_EQ(Perform(), CURLE_OK);
  EXPECT_EQ(server_.Connections(), 1);
  sockets_.CutAllBut({});
  ASSERT_EQ(Perform(), CURLE_OK);
  EXPECT_EQ(server_.Connections(), 2);
}

}  // namespace
}  // namespace kontrakt::net
