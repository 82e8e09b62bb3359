#include "lib/base/strings.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt {
namespace {

using testing::ElementsAre;

TEST(Trim, TakesWhiteSpaceOffBothEnds) {
  EXPECT_EQ(Trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(Trim(" \n "), "");
  EXPECT_EQ(Trim(""), "");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_THAT(Split("a,b", ','), ElementsAre("a", "b"));
  EXPECT_THAT(Split(",a,", ','), ElementsAre("", "a", ""));
  EXPECT_THAT(Split("", ','), ElementsAre(""));
}

TEST(Join, IsTheReverseOfSplit) {
  EXPECT_EQ(Join({"a", "", "b"}, ", "), "a, , b");
  EXPECT_EQ(Join({}, ","), "");
}

TEST(ToLower, ChangesAsciiOnly) {
  EXPECT_EQ(ToLower("AbZ-\xC3\x84"), "abz-\xC3\x84");
}

TEST(EditDistance, CountsInsertedDeletedAndReplaced) {
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3U);
  EXPECT_EQ(EditDistance("", "abc"), 3U);
  EXPECT_EQ(EditDistance("abc", ""), 3U);
  EXPECT_EQ(EditDistance("same", "same"), 0U);
}

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string> flags = {"timeout", "namespace", "name"};
  EXPECT_EQ(Nearest("timeuot", flags), "timeout");
  EXPECT_EQ(Nearest("namespce", flags), "namespace");
  EXPECT_EQ(Nearest("name", flags), "name");
  EXPECT_EQ(Nearest("verbose", flags), "");
  EXPECT_EQ(Nearest("x", flags), "");
  EXPECT_EQ(Nearest("", flags), "");
}

TEST(PercentEncode, LeavesUnreservedCharactersAlone) {
  EXPECT_EQ(PercentEncode("aZ0-._~"), "aZ0-._~");
  EXPECT_EQ(PercentEncode("a b/c?d=\xC3\xA4%"), "a%20b%2Fc%3Fd%3D%C3%A4%25");
}

TEST(IsDnsLabel, FollowsRfc1123) {
  EXPECT_TRUE(IsDnsLabel("a"));
  EXPECT_TRUE(IsDnsLabel("0-a9"));
  EXPECT_TRUE(IsDnsLabel(std::string(63, 'a')));
  EXPECT_FALSE(IsDnsLabel(std::string(64, 'a')));
  for (const char* text : {"", "-a", "a-", "A", "a.b", "a_b", "\xC3\xA4"})
    EXPECT_FALSE(IsDnsLabel(text)) << text;
}

TEST(IsLabelValue, FollowsKubernetes) {
  for (const char* text : {"", "a", "A.b_c-9"})
    EXPECT_TRUE(IsLabelValue(text)) << text;
  for (const char* text : {"-a", "a.", "_", "a b", "a/b"})
    EXPECT_FALSE(IsLabelValue(text)) << text;
  EXPECT_FALSE(IsLabelValue(std::string(64, 'a')));
}

}  // namespace
}  // namespace kontrakt
