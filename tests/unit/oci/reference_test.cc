#include "lib/oci/reference.h"

#include <string>

#include <gtest/gtest.h>

namespace kontrakt::oci {
namespace {

const std::string kSha = "sha256:" + std::string(64, 'a');

struct Accepted {
  const char* name;
  std::string text;
  std::string registry;
  std::string path;
  std::string tag;
  std::string digest;
};

class AcceptedReference : public testing::TestWithParam<Accepted> {};

TEST_P(AcceptedReference, Parses) {
  const Accepted& wanted = GetParam();
  const Result<Reference> reference = Reference::Parse(wanted.text);
  ASSERT_TRUE(reference.ok()) << reference.error().ToString();
  EXPECT_EQ(reference->repository.registry, wanted.registry);
  EXPECT_EQ(reference->repository.path, wanted.path);
  EXPECT_EQ(reference->tag, wanted.tag);
  EXPECT_EQ(reference->digest.ToString(), wanted.digest);
}

INSTANTIATE_TEST_SUITE_P(
    Reference, AcceptedReference,
    testing::Values(
        Accepted{"OnePartIsDockerHubsLibrary", "nginx", "docker.io", "library/nginx", "", ""},
        Accepted{"TwoPartsAreDockerHubs", "team/web:1", "docker.io", "team/web", "1", ""},
        Accepted{"ColonWithoutSlashIsATag", "foo:5000", "docker.io", "library/foo", "5000", ""},
        Accepted{"ColonBeforeSlashIsAPort", "foo:5000/x", "foo:5000", "x", "", ""},
        Accepted{"DotMakesAHost", "ghcr.io/team/web:v1.2", "ghcr.io", "team/web", "v1.2", ""},
        Accepted{"LocalhostIsAHost", "localhost/web", "localhost", "web", "", ""},
        Accepted{"UpperCaseMakesAHost", "Registry/web", "registry", "web", "", ""},
        Accepted{"Ipv6Host", "[::1]:5000/web:1", "[::1]:5000", "web", "1", ""},
        Accepted{"Ipv6HostWithoutPort", "[2001:db8::1]/web", "[2001:db8::1]", "web", "", ""},
        Accepted{"IndexDockerIoIsAnAlias", "index.docker.io/library/redis", "docker.io", "library/redis", "", ""},
        Accepted{"DockersApiHostIsAnAlias", "registry-1.docker.io/redis", "docker.io", "library/redis", "", ""},
        Accepted{"TagAndDigest", "localhost:5000/a/b:t@" + kSha, "localhost:5000", "a/b", "t", kSha},
        Accepted{"DigestAlone", "localhost:5000/a/b@" + kSha, "localhost:5000", "a/b", "", kSha},
        Accepted{"Separators", "localhost/a.b__c-d--e/f_g", "localhost", "a.b__c-d--e/f_g", "", ""},
        Accepted{"LongestTag", "localhost/a:" + std::string(128, 't'), "localhost", "a", std::string(128, 't'), ""}),
    [](const auto& test) { return test.param.name; });

struct Refused {
  const char* name;
  std::string text;
  const char* says;
};

class RefusedReference : public testing::TestWithParam<Refused> {};

TEST_P(RefusedReference, SaysWhichPartIsWrong) {
  const Result<Reference> reference = Reference::Parse(GetParam().text);
  ASSERT_FALSE(reference.ok());
  EXPECT_EQ(reference.error().code(), ErrorCode::kInvalidInput);
  EXPECT_NE(reference.error().ToString().find(GetParam().says), std::string::npos) << reference.error().ToString();
}

INSTANTIATE_TEST_SUITE_P(
    Reference, RefusedReference,
    testing::Values(Refused{"Empty", "", "no repository"}, Refused{"OnlyTag", ":1", "no repository"},
                    Refused{"UpperCasePath", "localhost/Web", "path component 'Web'"},
                    Refused{"EmptyComponent", "localhost//web", "empty path component"},
                    Refused{"TrailingSlash", "team/web/", "empty path component"},
                    Refused{"HostAlone", "ghcr.io/", "names a registry but no repository"},
                    Refused{"ThreeUnderscores", "a___b", "path component"}, Refused{"TwoDots", "a..b/c", "host name"},
                    Refused{"DotsInPath", "localhost/../x", "path component '..'"},
                    Refused{"EmptyTag", "web:", "tag is empty"}, Refused{"TagStartsWithDot", "web:.1", "tag '.1'"},
                    Refused{"TagTooLong", "web:" + std::string(129, 't'), "longer than 128"},
                    Refused{"ShortDigest", "web@sha256:abc", "image reference"},
                    Refused{"UpperCaseDigest", "web@sha256:" + std::string(64, 'A'), "image reference"},
                    Refused{"BareImageId", std::string(64, 'a'), "is an image id"},
                    Refused{"Scheme", "https://ghcr.io/a", "no valid port"},
                    Refused{"Space", "web app", "path component"},
                    Refused{"BadPort", "localhost:50x/web", "no valid port"},
                    Refused{"OpenBracket", "[::1/web", "closing bracket"},
                    Refused{"PathTooLong", "localhost/" + std::string(250, 'a'), "longer than 255"}),
    [](const auto& test) { return test.param.name; });

TEST(Reference, HintsAtLowerCase) {
  const Result<Reference> reference = Reference::Parse("localhost/Team/Web");
  ASSERT_FALSE(reference.ok());
  EXPECT_EQ(reference.error().hint(), "repository names are lower case: team/web");
}

TEST(Reference, KeepsControlCharactersOutOfMessages) {
  const Result<Reference> reference = Reference::Parse("a\x1b[31mb");
  ASSERT_FALSE(reference.ok());
  EXPECT_EQ(reference.error().ToString().find('\x1b'), std::string::npos);
}

TEST(Reference, PrintsWhatAPodCanCarry) {
  const auto print = [](std::string_view text) { return Reference::Parse(text)->ToString(); };
  EXPECT_EQ(print("nginx"), "docker.io/library/nginx");
  EXPECT_EQ(print("localhost:5000/a:t@" + kSha), "localhost:5000/a:t@" + kSha);
  EXPECT_EQ(Reference::Parse(print("team/web:1")), *Reference::Parse("team/web:1"));
}

TEST(Reference, AsksByDigestThenTagThenLatest) {
  EXPECT_EQ(Reference::Parse("a:t@" + kSha)->Identifier(), kSha);
  EXPECT_EQ(Reference::Parse("a:t")->Identifier(), "t");
  EXPECT_EQ(Reference::Parse("a")->Identifier(), "latest");
}

TEST(Repository, RefusesTagsAndDigests) {
  EXPECT_NE(Repository::Parse("ghcr.io/a/b:1").error().message().find("has a tag"), std::string::npos);
  EXPECT_NE(Repository::Parse("ghcr.io/a/b@" + kSha).error().message().find("has a digest"), std::string::npos);
  EXPECT_TRUE(Repository::Parse("localhost:5000/a").ok());
}

struct Below {
  const char* name;
  const char* repository;
  const char* prefix;
  bool below;
};

class RepositoryBelow : public testing::TestWithParam<Below> {};

TEST_P(RepositoryBelow, ComparesWholeComponents) {
  EXPECT_EQ(Repository::Parse(GetParam().repository)->IsBelow(GetParam().prefix), GetParam().below);
}

INSTANTIATE_TEST_SUITE_P(Repository, RepositoryBelow,
                         testing::Values(Below{"Itself", "ghcr.io/team/web", "ghcr.io/team/web", true},
                                         Below{"Deeper", "ghcr.io/team/web/x", "ghcr.io/team", true},
                                         Below{"TrailingSlash", "ghcr.io/team/web", "ghcr.io/team/", true},
                                         Below{"HalfAComponent", "ghcr.io/team-evil/web", "ghcr.io/team", false},
                                         Below{"Above", "ghcr.io/team", "ghcr.io/team/web", false},
                                         Below{"HostAlone", "localhost:5000/a/b", "localhost:5000", true},
                                         Below{"OtherPort", "localhost:5001/a", "localhost:5000", false},
                                         Below{"OtherHost", "ghcr.io.evil/team/web", "ghcr.io/team", false},
                                         Below{"DockerHubAlias", "team/web", "index.docker.io/team", true},
                                         Below{"DockerHubWithoutHost", "team/web", "team", true},
                                         Below{"EmptyPrefix", "team/web", "", false},
                                         Below{"SlashAlone", "team/web", "/", false}),
                         [](const auto& test) { return test.param.name; });

TEST(Tag, FollowsTheGrammar) {
  EXPECT_TRUE(CheckTag("v1.2.3").ok());
  EXPECT_TRUE(CheckTag("_x-Y").ok());
  EXPECT_FALSE(CheckTag("").ok());
  EXPECT_FALSE(CheckTag("-a").ok());
  EXPECT_FALSE(CheckTag("a/b").ok());
  EXPECT_FALSE(CheckTag("ä").ok());
}

}  // namespace
}  // namespace kontrakt::oci
