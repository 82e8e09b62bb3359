#include "lib/net/proxy.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::net {
namespace {

using Variables = std::map<std::string, std::string>;

using ::testing::HasSubstr;
using ::testing::Not;

struct NoProxyCase {
  std::string no_proxy;
  std::string url;
  bool proxied;
};

class NoProxy : public ::testing::TestWithParam<NoProxyCase> {};

TEST_P(NoProxy, MatchesAsGoDoes) {
  const NoProxyCase& c = GetParam();
  const ProxyConfig proxy{"http://proxy:3128", c.no_proxy};
  EXPECT_EQ(proxy.AppliesTo(*Url::Parse(c.url)), c.proxied) << c.no_proxy << " " << c.url;
}

INSTANTIATE_TEST_SUITE_P(
    Proxy, NoProxy,
    ::testing::Values(
        NoProxyCase{"", "https://a.example", true}, NoProxyCase{"*", "https://a.example", false},
        NoProxyCase{"example.org", "https://example.org", false},
        NoProxyCase{"example.org", "https://a.example.org", false},
        NoProxyCase{"example.org", "https://badexample.org", true},
        NoProxyCase{".example.org", "https://a.example.org", false},
        NoProxyCase{".example.org", "https://example.org", true},
        NoProxyCase{"*.example.org", "https://a.example.org", false},
        NoProxyCase{" b.example , EXAMPLE.org ", "https://example.org", false},
        NoProxyCase{"example.org:6443", "https://example.org:6443", false},
        NoProxyCase{"example.org:6443", "https://example.org", true},
        NoProxyCase{"10.0.0.0/8", "https://10.1.2.3:6443", false}, NoProxyCase{"10.0.0.0/8", "https://11.1.2.3", true},
        NoProxyCase{"10.0.0.0/8", "https://ten.example", true}, NoProxyCase{"10.1.2.3", "https://10.1.2.3", false},
        NoProxyCase{"10.1.2.3:443", "https://10.1.2.3", false}, NoProxyCase{"fd00::/8", "https://[fd12::1]", false},
        NoProxyCase{"fd00::/8", "https://[fe80::1]", true}, NoProxyCase{"::1", "https://[::1]:6443", false},
        NoProxyCase{"10.0.0.0/99", "https://10.0.0.1", true}, NoProxyCase{"10.0.0.0/x", "https://10.0.0.1", true},
        NoProxyCase{",,", "https://a.example", true}));

TEST(Proxy, ReadsEitherCaseOfTheEnvironmentByScheme) {
  const Environment environment(
      Variables{{"https_proxy", "http://low:1"}, {"HTTP_PROXY", "http://up:2"}, {"no_proxy", "x"}});
  EXPECT_EQ(ProxyConfig::OfEnvironment(environment, "https").url, "http://low:1");
  EXPECT_EQ(ProxyConfig::OfEnvironment(environment, "http").url, "http://up:2");
  EXPECT_FALSE(ProxyConfig::OfEnvironment(environment, "http").AppliesTo(*Url::Parse("http://x/")));
}

TEST(Proxy, DoesNotReadAllProxy) {
  const Environment environment(Variables{{"ALL_PROXY", "http://all:1"}, {"all_proxy", "http://all:1"}});
  EXPECT_EQ(ProxyConfig::OfEnvironment(environment, "https").url, "");
}

TEST(Proxy, OfTheEnvironmentLeavesOutThisMachine) {
  const auto proxy = ProxyConfig::OfEnvironment(Environment(Variables{{"HTTPS_PROXY", "http://p:1"}}), "https");
  for (const char* url : {"https://localhost:6443", "https://127.0.0.1", "https://127.9.9.9", "https://[::1]"}) {
    EXPECT_FALSE(proxy.AppliesTo(*Url::Parse(url))) << url;
  }
  EXPECT_TRUE(proxy.AppliesTo(*Url::Parse("https://example.org")));
}

TEST(Proxy, WithoutAUrlAppliesToNothing) {
  EXPECT_FALSE(ProxyConfig{}.AppliesTo(*Url::Parse("https://example.org")));
  EXPECT_EQ(*ProxyConfig{}.CurlUrl(), "");
}

TEST(Proxy, GivesLibcurlASchemeAndRemoteNamesForSocks) {
  EXPECT_EQ(*(ProxyConfig{"proxy:3128", ""}.CurlUrl()), "http://proxy:3128");
  EXPECT_EQ(*(ProxyConfig{"HTTPS://proxy", ""}.CurlUrl()), "https://proxy");
  EXPECT_EQ(*(ProxyConfig{"socks5://u:p@proxy:1080", ""}.CurlUrl()), "socks5h://u:p@proxy:1080");
}

TEST(Proxy, RefusesOtherSchemesWithoutShowingUserInfo) {
  for (const char* url : {"socks4://user:secret@proxy", "ftp://user:secret@proxy", "http://", "http:///x"}) {
    const auto refused = ProxyConfig{url, ""}.CurlUrl();
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput);
    EXPECT_THAT(refused.error().message(), Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace kontrakt::net
