#include "lib/net/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct SplitCase {
  std::string name;
  std::string text;
  std::string scheme;
  std::string host;
  int port;
  std::string path;
  std::string query;
  std::string printed;
};

class UrlSplit : public ::testing::TestWithParam<SplitCase> {};

TEST_P(UrlSplit, GivesItsPartsAndPrintsThem) {
  const SplitCase& c = GetParam();
  const auto url = Url::Parse(c.text);
  ASSERT_TRUE(url) << url.error().ToString();
  EXPECT_EQ(url->scheme, c.scheme);
  EXPECT_EQ(url->host, c.host);
  EXPECT_EQ(url->port, c.port);
  EXPECT_EQ(url->path, c.path);
  EXPECT_EQ(url->query, c.query);
  EXPECT_EQ(url->ToString(), c.printed);
}

INSTANTIATE_TEST_SUITE_P(
    Url, UrlSplit,
    ::testing::Values(
        SplitCase{"Bare", "https://example.org", "https", "example.org", 443, "/", "", "https://example.org/"},
        SplitCase{"PortAndPath", "http://h:8080/a/b?x=1&y=2", "http", "h", 8080, "/a/b", "x=1&y=2",
                  "http://h:8080/a/b?x=1&y=2"},
        SplitCase{"DefaultPortLeftOut", "https://h:443/x", "https", "h", 443, "/x", "", "https://h/x"},
        SplitCase{"UpperCaseHostAndScheme", "HTTPS://ExAmple.ORG/A", "https", "example.org", 443, "/A", "",
                  "https://example.org/A"},
        SplitCase{"Ipv6", "https://[::1]:6443/", "https", "[::1]", 6443, "/", "", "https://[::1]:6443/"},
        SplitCase{"KeepsEncoding", "http://h/a%2Fb?q=%20", "http", "h", 80, "/a%2Fb", "q=%20", "http://h/a%2Fb?q=%20"},
        SplitCase{"DropsFragment", "http://h/a#part", "http", "h", 80, "/a", "", "http://h/a"},
        SplitCase{"QueryWithoutPath", "http://h?x=1", "http", "h", 80, "/", "x=1", "http://h/?x=1"}),
    [](const auto& test) { return test.param.name; });

class UrlRefused : public ::testing::TestWithParam<std::string> {};

TEST_P(UrlRefused, IsInvalidInput) {
  const auto url = Url::Parse(GetParam());
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().code(), ErrorCode::kInvalidInput);
}

INSTANTIATE_TEST_SUITE_P(Url, UrlRefused,
                         ::testing::Values("", "example.org", "/path", "ftp://h/", "file:///etc/passwd", "https://",
                                           "https:///path", "http:h/", "http://h:0/", "http://h:70000/", "http://h:x/",
                                           "http://user:secret@h/", "http://h/with space", "http://h/\xc3\xa9",
                                           "http://h/line\nfeed", "unix:///var/run/x"));

TEST(Url, NeverShowsAPasswordInItsError) {
  const auto url = Url::Parse("http://user:hunter22@h/");
  ASSERT_FALSE(url);
  EXPECT_THAT(url.error().message(), Not(HasSubstr("hunter22")));
}

struct ResolveCase {
  std::string reference;
  std::string expected;
};

class UrlResolve : public ::testing::TestWithParam<ResolveCase> {};

TEST_P(UrlResolve, FollowsRfc3986) {
  const auto base = Url::Parse("https://registry.example:5000/v2/a/blobs?x=1");
  ASSERT_TRUE(base);
  const auto resolved = base->Resolve(GetParam().reference);
  ASSERT_TRUE(resolved) << resolved.error().ToString();
  EXPECT_EQ(resolved->ToString(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Url, UrlResolve,
    ::testing::Values(ResolveCase{"https://cdn.example/blob?sig=1", "https://cdn.example/blob?sig=1"},
                      ResolveCase{"//cdn.example/blob", "https://cdn.example/blob"},
                      ResolveCase{"/v2/b/uploads/1?state=s", "https://registry.example:5000/v2/b/uploads/1?state=s"},
                      ResolveCase{"uploads/2", "https://registry.example:5000/v2/a/uploads/2"},
                      ResolveCase{"../c", "https://registry.example:5000/v2/c"},
                      ResolveCase{"http://registry.example:5000/plain", "http://registry.example:5000/plain"}));

TEST(Url, RefusesToResolveToAnotherScheme) {
  const auto base = Url::Parse("https://h/");
  ASSERT_TRUE(base);
  for (const char* reference : {"file:///etc/passwd", "ftp://h/x", "https://user:pw@h/"}) {
    const auto resolved = base->Resolve(reference);
    ASSERT_FALSE(resolved) << reference;
    EXPECT_EQ(resolved.error().code(), ErrorCode::kInvalidInput);
  }
}

TEST(Url, AddsQueryParametersEncoded) {
  const auto url = Url::Parse("https://h/a");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->WithQuery("labelSelector", "a=b,c d").WithQuery("n", "1").ToString(),
            "https://h/a?labelSelector=a%3Db%2Cc%20d&n=1");
}

TEST(Url, JoinsPathsWithOneSlash) {
  for (const char* base : {"https://h/k8s/prefix", "https://h/k8s/prefix/"}) {
    EXPECT_EQ(Url::Parse(base)->Join("/api/v1").ToString(), "https://h/k8s/prefix/api/v1");
    EXPECT_EQ(Url::Parse(base)->Join("api/v1").ToString(), "https://h/k8s/prefix/api/v1");
  }
  EXPECT_EQ(Url::Parse("https://h")->Join("/api").ToString(), "https://h/api");
}

TEST(Url, OriginAlwaysNamesThePort) {
  EXPECT_EQ(Url::Parse("https://H/a")->Origin(), "https://h:443");
  EXPECT_EQ(Url::Parse("https://h:443/b")->Origin(), Url::Parse("https://H/a")->Origin());
  EXPECT_NE(Url::Parse("http://h/b")->Origin(), Url::Parse("https://h/b")->Origin());
}

TEST(Url, AuthorityNamesOnlyAnUnusualPort) {
  EXPECT_EQ(Url::Parse("https://h:443/")->Authority(), "h");
  EXPECT_EQ(Url::Parse("http://h:443/")->Authority(), "h:443");
}

}  // namespace
}  // namespace kontrakt::net
