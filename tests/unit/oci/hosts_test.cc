#include "lib/oci/hosts.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace kontrakt::oci {
namespace {

TEST(LoopbackHost, IsLocalhostAnd127AndIpv6Loopback) {
  for (const char* host : {"localhost", "localhost:5000", "reg.localhost", "127.0.0.1", "127.9.8.7:80", "[::1]:5000"}) {
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  }
  for (const char* host : {"10.0.0.1", "localhost.example", "128.0.0.1", "[::2]", "127.example", "notlocalhost"}) {
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
  }
}

TEST(Hosts, SpeaksHttpOnlyWhereAllowed) {
  HostTable hosts({{}, {"reg.example:5000", "plain.example"}});
  const auto url = [&](const std::string& name) { return (*hosts.Get(name))->base().ToString(); };
  EXPECT_EQ(url("localhost:5000"), "http://localhost:5000/v2");
  EXPECT_EQ(url("reg.example:5000"), "http://reg.example:5000/v2");
  EXPECT_EQ(url("reg.example"), "https://reg.example/v2");
  EXPECT_EQ(url("plain.example:81"), "http://plain.example:81/v2");
  EXPECT_EQ(url("10.0.0.1:5000"), "https://10.0.0.1:5000/v2");
}

TEST(Hosts, DialsDockerHubsApiAndAliases) {
  HostTable hosts({{{"registry.cluster:5000", "localhost:5001"}}, {}});
  EXPECT_EQ((*hosts.Get("docker.io"))->base().ToString(), "https://registry-1.docker.io/v2");
  EXPECT_EQ((*hosts.Get("registry.cluster:5000"))->base().ToString(), "http://localhost:5001/v2");
  EXPECT_EQ(hosts.DialledHost("registry.cluster:5000"), "localhost:5001");
}

TEST(Hosts, KeepsOneStateAHost) {
  HostTable hosts({});
  EXPECT_EQ(*hosts.Get("localhost:5000"), *hosts.Get("localhost:5000"));
}

TEST(Host, LetsOthersWaitForTheFirstAnswer) {
  HostTable hosts({});
  const std::shared_ptr<Host> host = *hosts.Get("localhost:5000");
  const Result<bool> first = host->BeginFirst({});
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(*first);
  std::atomic<int> firsts{0};
  std::vector<std::jthread> others;
  for (int i = 0; i < 4; ++i) {
    others.emplace_back([&] { firsts += *host->BeginFirst({}) ? 1 : 0; });
  }
  host->SetChallenge({"basic", {}});
  host->EndFirst(true);
  others.clear();
  EXPECT_EQ(firsts, 0);
  EXPECT_TRUE(host->HasAnswered());
  EXPECT_EQ(host->challenge()->scheme, "basic");
}

TEST(Host, MakesAnotherTheFirstAfterAFailure) {
  HostTable hosts({});
  const std::shared_ptr<Host> host = *hosts.Get("localhost:5000");
  EXPECT_TRUE(*host->BeginFirst({}));
  host->EndFirst(false);
  EXPECT_TRUE(*host->BeginFirst({}));
}

TEST(Host, WaitsNoLongerThanItMay) {
  HostTable hosts({});
  const std::shared_ptr<Host> host = *hosts.Get("localhost:5000");
  EXPECT_TRUE(*host->BeginFirst({}));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(host->BeginFirst({stop.get_token(), {}}).error().code(), ErrorCode::kCancelled);
  const Bound late{{}, Deadline::After(std::chrono::milliseconds(-1))};
  EXPECT_EQ(host->BeginFirst(late).error().code(), ErrorCode::kTimeout);
}

TEST(Host, UpgradesLoopbackHostsToTlsOnce) {
  HostTable hosts({{}, {"reg.example"}});
  const std::shared_ptr<Host> loopback = *hosts.Get("localhost:5000");
  EXPECT_TRUE(loopback->Upgrade());
  EXPECT_EQ(loopback->base().ToString(), "https://localhost:5000/v2");
  EXPECT_FALSE(loopback->Upgrade());
  EXPECT_FALSE((*hosts.Get("reg.example"))->Upgrade());
}

}  // namespace
}  // namespace kontrakt::oci
