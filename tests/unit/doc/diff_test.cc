#include "lib/doc/diff.h"

#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "lib/doc/json.h"

namespace kontrakt::doc {
namespace {

std::string Diff(std::string_view before, std::string_view after) {
  return UnifiedDiff(before, after, "a", "b");
}

/// Applies a diff the way patch(1) does, checking every line of context.
std::string Patch(std::string_view before, std::string_view diff) {
  std::vector<std::string> old_lines;
  for (std::size_t at = 0; at < before.size();) {
    const std::size_t end = std::min(before.find('\n', at), before.size() - 1) + 1;
    old_lines.emplace_back(before.substr(at, end - at));
    at = end;
  }
  std::string patched;
  std::size_t at = 0;
  std::vector<std::string> lines = Split(diff, '\n');
  for (std::size_t i = 2; i + 1 < lines.size(); ++i) {
    const std::string& line = lines[i];
    const bool unended = lines[i + 1].starts_with("\\ ");
    const std::string text = line.substr(1) + (unended ? "" : "\n");
    if (line.starts_with("@@")) {
      const std::size_t comma = line.find_first_of(", ", 4);
      const auto first = static_cast<std::size_t>(std::stoul(line.substr(4, comma - 4)));
      const bool empty = line.substr(comma, 3) == ",0 ";
      for (; at + (empty ? 0 : 1) < first; ++at)
        patched += old_lines.at(at);
    } else if (line[0] == '+') {
      patched += text;
    } else if (line[0] == '-' || line[0] == ' ') {
      EXPECT_EQ(old_lines.at(at), text);
      if (line[0] == ' ')
        patched += text;
      ++at;
    }
  }
  for (; at < old_lines.size(); ++at)
    patched += old_lines[at];
  return patched;
}

TEST(UnifiedDiff, IsEmptyForEqualTexts) {
  EXPECT_EQ(Diff("a\nb\n", "a\nb\n"), "");
  EXPECT_EQ(Diff("", ""), "");
}

TEST(UnifiedDiff, ShowsThreeLinesOfContext) {
  EXPECT_EQ(Diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
            "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(UnifiedDiff, JoinsNearChangesAndSplitsFarOnes) {
  std::string before;
  std::string near;
  std::string far;
  for (int i = 1; i <= 20; ++i) {
    const std::string line = std::to_string(i) + "\n";
    before += line;
    near += i == 5 || i == 12 ? "x\n" : line;
    far += i == 5 || i == 13 ? "x\n" : line;
  }
  EXPECT_EQ(Split(Diff(before, near), '@').size(), 5U);
  EXPECT_EQ(Split(Diff(before, far), '@').size(), 9U);
}

TEST(UnifiedDiff, CountsLinesAsDiffDoes) {
  EXPECT_EQ(Diff("", "a\n"), "--- a\n+++ b\n@@ -0,0 +1 @@\n+a\n");
  EXPECT_EQ(Diff("a\nb\n", ""), "--- a\n+++ b\n@@ -1,2 +0,0 @@\n-a\n-b\n");
}

TEST(UnifiedDiff, MarksAMissingLineFeed) {
  EXPECT_EQ(Diff("a", "a\n"), "--- a\n+++ b\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST(UnifiedDiff, KeepsCarriageReturns) {
  EXPECT_EQ(Diff("a\r\n", "b\r\n"), "--- a\n+++ b\n@@ -1 +1 @@\n-a\r\n+b\r\n");
}

TEST(UnifiedDiff, IsShortest) {
  const std::string diff = Diff("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n");
  EXPECT_EQ(std::count(diff.begin(), diff.end(), '-') - 3 - 1 + std::count(diff.begin(), diff.end(), '+') - 3 - 1, 5);
}

TEST(UnifiedDiff, AppliesToTheOldTextAndGivesTheNew) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string before;
    std::string after;
    for (auto i = random() % 40; i > 0; --i)
      before += static_cast<char>('a' + random() % 4) + std::string("\n");
    for (auto i = random() % 40; i > 0; --i)
      after += static_cast<char>('a' + random() % 4) + std::string("\n");
    if (round % 3 == 0 && !after.empty())
      after.pop_back();
    if (before == after)
      continue;
    EXPECT_EQ(Patch(before, Diff(before, after)), after) << before << "---\n" << after;
  }
}

TEST(UnifiedDiff, StaysBoundedForLargeDifferences) {
  std::string before;
  std::string after;
  for (int i = 0; i < 20'000; ++i) {
    before += "old " + std::to_string(i) + "\n";
    after += "new " + std::to_string(i) + "\n";
  }
  EXPECT_EQ(Patch(before, Diff(before, after)), after);
}

Json Read(std::string_view text) {
  return ParseJson(text).value();
}

std::vector<std::string> Missing(std::string_view wanted, std::string_view found) {
  std::vector<std::string> lines;
  for (const FieldDifference& difference : MissingFrom(Read(wanted), Read(found))) {
    lines.push_back(difference.path + ": " + difference.before + " -> " + difference.after);
  }
  return lines;
}

TEST(MissingFrom, IgnoresWhatOnlyTheFoundHas) {
  EXPECT_THAT(Missing(R"({"a":{"b":1}})", R"({"a":{"b":1,"c":2},"d":3})"), testing::IsEmpty());
}

TEST(MissingFrom, NamesWhatIsMissingOrDifferent) {
  EXPECT_THAT(
      Missing(R"({"a":{"b":1,"c":"x"},"d.e":true,"f":{}})", R"({"a":{"b":2},"f":[]})"),
      testing::ElementsAre("a.b: 1 -> 2", "a.c: \"x\" -> (absent)", "[\"d.e\"]: true -> (absent)", "f: {} -> []"));
}

TEST(MissingFrom, MatchesListsOfObjectsByTheirIdentity) {
  EXPECT_THAT(Missing(R"({"c":[{"name":"a","image":"x"},{"name":"b","image":"y"}]})",
                      R"({"c":[{"name":"injected"},{"name":"b","image":"y"},{"name":"a","image":"z","more":1}]})"),
              testing::ElementsAre("c[0].image: \"x\" -> \"z\""));
  EXPECT_THAT(Missing(R"({"c":[{"name":"a"},{"name":"b"}]})", R"({"c":[{"name":"a"}]})"),
              testing::ElementsAre("c[1]: {\"name\":\"b\"} -> (absent)"));
  EXPECT_THAT(Missing(R"({"p":[{"containerPort":80,"protocol":"TCP"}]})",
                      R"({"p":[{"containerPort":81},{"containerPort":80,"protocol":"UDP"}]})"),
              testing::ElementsAre("p[0].protocol: \"TCP\" -> \"UDP\""));
}

TEST(MissingFrom, MatchesOtherListsByIndex) {
  EXPECT_THAT(Missing(R"({"c":["a","b"]})", R"({"c":["a","c"]})"), testing::ElementsAre("c[1]: \"b\" -> \"c\""));
  EXPECT_THAT(Missing(R"({"c":["a"]})", R"({"c":["a","b"]})"), testing::ElementsAre("c: [\"a\"] -> [\"a\",\"b\"]"));
  EXPECT_THAT(Missing(R"({"c":[{"x":1},{"x":2}]})", R"({"c":[{"x":1,"z":0},{"x":3}]})"),
              testing::ElementsAre("c[1].x: 2 -> 3"));
  EXPECT_THAT(Missing(R"({"c":[]})", R"({"c":["a"]})"), testing::IsEmpty());
}

TEST(MissingFrom, TakesNullForNothing) {
  EXPECT_THAT(Missing(R"({"a":null})", "{}"), testing::IsEmpty());
  EXPECT_THAT(Missing(R"({"a":1})", R"({"a":1.0})"), testing::IsEmpty());
  EXPECT_THAT(Missing(R"({"a":"1"})", R"({"a":1})"), testing::ElementsAre("a: \"1\" -> 1"));
}

}  // namespace
}  // namespace kontrakt::doc
