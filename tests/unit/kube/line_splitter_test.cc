#include "lib/kube/line_splitter.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::kube {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Lines(LineSplitter& splitter, const std::vector<std::string>& pieces) {
  std::vector<std::string> lines;
  for (const std::string& piece : pieces) {
    splitter.Add(piece, [&](std::string_view line) {
      lines.emplace_back(line);
      return true;
    });
  }
  return lines;
}

TEST(LineSplitter, JoinsPiecesHoweverTheyFall) {
  LineSplitter splitter;
  EXPECT_THAT(Lines(splitter, {"on", "e\ntw", "o", "\n", "\nthree\nfo"}), ElementsAre("one", "two", "", "three"));
  EXPECT_EQ(splitter.rest(), "fo");
}

TEST(LineSplitter, TakesLinesOfAnyLength) {
  LineSplitter splitter;
  std::vector<std::string> pieces(2000, std::string(1000, 'x'));
  pieces.emplace_back("\n");
  const auto lines = Lines(splitter, pieces);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].size(), 2'000'000u);
}

TEST(LineSplitter, StopsWhereToldAndKeepsTheRest) {
  LineSplitter splitter;
  std::vector<std::string> lines;
  const auto first_only = [&](std::string_view line) {
    lines.emplace_back(line);
    return false;
  };
  splitter.Add("a\nb\nc", first_only);
  EXPECT_THAT(lines, ElementsAre("a"));
  splitter.Add("", first_only);
  EXPECT_THAT(lines, ElementsAre("a", "b"));
  EXPECT_EQ(splitter.rest(), "c");
}

TEST(LineSplitter, ForgetsHalfALine) {
  LineSplitter splitter;
  EXPECT_THAT(Lines(splitter, {"half"}), ElementsAre());
  splitter.Clear();
  EXPECT_THAT(Lines(splitter, {"whole\n"}), ElementsAre("whole"));
}

}  // namespace
}  // namespace kontrakt::kube
