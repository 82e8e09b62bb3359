#include "lib/oci/challenge.h"

#include <gtest/gtest.h>

namespace kontrakt::oci {
namespace {

TEST(Challenges, ReadsBearerWithQuotedCommas) {
  const auto challenges = ParseChallenges(
      {R"(Bearer realm="https://auth.example/token?x=1,2",service="reg.example",scope="repository:a/b:pull,push")"});
  ASSERT_EQ(challenges.size(), 1u);
  EXPECT_EQ(challenges[0].scheme, "bearer");
  EXPECT_EQ(challenges[0].Get("realm"), "https://auth.example/token?x=1,2");
  EXPECT_EQ(challenges[0].Get("service"), "reg.example");
  EXPECT_EQ(challenges[0].Get("scope"), "repository:a/b:pull,push");
  EXPECT_EQ(challenges[0].Get("missing"), "");
}

TEST(Challenges, ReadsSeveralInOneHeader) {
  const auto challenges = ParseChallenges({R"(Negotiate, Basic realm="x" , BEARER Realm = "https://t",Service=s)"});
  ASSERT_EQ(challenges.size(), 3u);
  EXPECT_EQ(challenges[0].scheme, "negotiate");
  EXPECT_TRUE(challenges[0].parameters.empty());
  EXPECT_EQ(challenges[1].scheme, "basic");
  EXPECT_EQ(challenges[1].Get("realm"), "x");
  EXPECT_EQ(challenges[2].scheme, "bearer");
  EXPECT_EQ(challenges[2].Get("realm"), "https://t");
  EXPECT_EQ(challenges[2].Get("service"), "s");
}

TEST(Challenges, ReadsSeveralHeaders) {
  const auto challenges = ParseChallenges({"Basic realm=\"a\"", "Bearer realm=\"https://t\""});
  ASSERT_EQ(challenges.size(), 2u);
  EXPECT_EQ(challenges[1].Get("realm"), "https://t");
}

TEST(Challenges, UnescapesQuotedPairs) {
  const auto challenges = ParseChallenges({R"(Basic realm="say \"hi\" \\ there")"});
  ASSERT_EQ(challenges.size(), 1u);
  EXPECT_EQ(challenges[0].Get("realm"), R"(say "hi" \ there)");
}

TEST(Challenges, SkipsToken68) {
  const auto challenges = ParseChallenges({R"(Negotiate YII/ab+c==, Bearer realm="https://t")"});
  ASSERT_EQ(challenges.size(), 2u);
  EXPECT_EQ(challenges[0].scheme, "negotiate");
  EXPECT_EQ(challenges[1].Get("realm"), "https://t");
}

TEST(Challenges, TakesBareUrls) {
  const auto challenges = ParseChallenges({"Bearer realm=https://auth.example/token,service=reg"});
  ASSERT_EQ(challenges.size(), 1u);
  EXPECT_EQ(challenges[0].Get("realm"), "https://auth.example/token");
  EXPECT_EQ(challenges[0].Get("service"), "reg");
}

TEST(Challenges, SurvivesRubbish) {
  for (const char* text :
       {"", ",,,", "\"", "=", "Bearer realm=\"unclosed", "Bearer realm=", "\x01\x02", "a=b", "()<>"}) {
    ParseChallenges({text});
  }
  EXPECT_EQ(ParseChallenges({"Bearer realm=\"unclosed"})[0].Get("realm"), "unclosed");
}

}  // namespace
}  // namespace kontrakt::oci
