#include "lib/manifest/text_part.h"

#include <string>

#include <gmock/gmock.h>

namespace kontrakt::manifest {
namespace {

using testing::ElementsAre;

std::vector<std::string> PartsOf(std::string_view text) {
  std::vector<std::string> parts;
  for (const TextPart part : SplitIntoParts(text))
    parts.emplace_back(text.substr(part.begin, part.end - part.begin));
  return parts;
}

TEST(FindText, FindsFromAPlaceOn) {
  EXPECT_EQ(FindText("abcabc", "bc"), 1U);
  EXPECT_EQ(FindText("abcabc", "bc", 2), 4U);
  EXPECT_EQ(FindText("abcabc", "bc", 5), std::string_view::npos);
  EXPECT_EQ(FindText("abc", "bc", 7), std::string_view::npos);
  EXPECT_EQ(FindText("", "a"), std::string_view::npos);
}

TEST(SplitIntoParts, CutsBeforeMarkers) {
  EXPECT_THAT(PartsOf("a: 1\n---\nb: 2\n--- # c\nc: 3\n"), ElementsAre("a: 1\n", "---\nb: 2\n", "--- # c\nc: 3\n"));
}

TEST(SplitIntoParts, KnowsCarriageReturns) {
  EXPECT_THAT(PartsOf("a: 1\r\n---\r\nb: 2\r\n"), ElementsAre("a: 1\r\n", "---\r\nb: 2\r\n"));
}

TEST(SplitIntoParts, TakesNothingElseForAMarker) {
  EXPECT_THAT(PartsOf("a: |\n  ---\n---x: 1\n----\n"), ElementsAre("a: |\n  ---\n---x: 1\n----\n"));
}

TEST(SplitIntoParts, KeepsDirectivesWithTheirDocuments) {
  EXPECT_EQ(PartsOf("%YAML 1.1\n---\na: 1\n---\nb: 2\n").size(), 1U);
  EXPECT_EQ(PartsOf("a: 1\n...\n%YAML 1.1\n---\nb: 2\n").size(), 1U);
}

TEST(SplitIntoParts, CoversTheText) {
  EXPECT_THAT(PartsOf(""), ElementsAre(""));
  EXPECT_THAT(PartsOf("a: 1\n---"), ElementsAre("a: 1\n", "---"));
}

TEST(ParsePart, CountsLinesInTheWholeFile) {
  const auto documents = ParsePart("---\na:\n  b: x\n", 10, "f.yaml");
  ASSERT_TRUE(documents.ok());
  ASSERT_EQ(documents->size(), 1U);
  EXPECT_EQ(documents->front().line, 12);
  EXPECT_EQ(documents->front().scalars.front().line, 13);
  EXPECT_EQ(documents->front().LineOf("/a/b"), 13);
}

TEST(ParsePart, ErrorsCountThemToo) {
  const auto documents = ParsePart("---\na: [\n", 10, "f.yaml");
  ASSERT_FALSE(documents.ok());
  ASSERT_TRUE(documents.error().location());
  EXPECT_GT(documents.error().location()->line, 10);
}

TEST(PlaceOf, CountsFromOneInBytes) {
  EXPECT_EQ(PlaceOf("ab\ncd", 0, 0, "f").ToString(), "f:1:1");
  EXPECT_EQ(PlaceOf("ab\ncd", 0, 2, "f").ToString(), "f:1:3");
  EXPECT_EQ(PlaceOf("ab\ncd", 4, 3, "f").ToString(), "f:6:1");
  EXPECT_EQ(PlaceOf("\nc", 0, 1, "f").ToString(), "f:2:1");
}

TEST(CheckEncoding, RefusesWhatCantBeScannedAsBytes) {
  EXPECT_TRUE(CheckEncoding("a: 1\n", "f").ok());
  EXPECT_TRUE(CheckEncoding("", "f").ok());
  EXPECT_TRUE(CheckEncoding("\xEF\xBB\xBF"
                            "a: 1\n",
                            "f")
                  .ok());
  EXPECT_FALSE(CheckEncoding(std::string_view("\xFF\xFE"
                                              "a\0:\0",
                                              6),
                             "f")
                   .ok());
  EXPECT_FALSE(CheckEncoding(std::string_view("\0a\0:", 4), "f").ok());
}

}  // namespace
}  // namespace kontrakt::manifest
