#include "lib/manifest/ignore.h"

#include <string>

#include <gmock/gmock.h>

namespace kontrakt::manifest {
namespace {

struct IgnoreCase {
  std::string name;
  std::string patterns;
  std::string path;
  PathKind kind;
  Ignoring expected;
};

class IgnorePatternsTest : public testing::TestWithParam<IgnoreCase> {};

TEST_P(IgnorePatternsTest, Decides) {
  const IgnoreCase& each = GetParam();
  EXPECT_EQ(IgnorePatterns::Parse(each.patterns).Decide(each.path, each.kind), each.expected);
}

constexpr auto kFile = PathKind::kFile;
constexpr auto kFolder = PathKind::kFolder;
constexpr auto kUnsaid = Ignoring::kUnsaid;
constexpr auto kIgnored = Ignoring::kIgnored;
constexpr auto kKept = Ignoring::kKept;

INSTANTIATE_TEST_SUITE_P(
    Patterns, IgnorePatternsTest,
    testing::Values(IgnoreCase{"NameAtAnyDepth", "a.yaml\n", "x/y/a.yaml", kFile, kIgnored},
                    IgnoreCase{"NameMustMatchWhole", "a.yaml\n", "x/ba.yaml", kFile, kUnsaid},
                    IgnoreCase{"StarStaysInOnePart", "*.yaml\n", "x/y.yaml", kFile, kIgnored},
                    IgnoreCase{"AnchoredStarStaysInOnePart", "/*.yaml\n", "x/y.yaml", kFile, kUnsaid},
                    IgnoreCase{"LeadingSlashAnchors", "/a.yaml\n", "x/a.yaml", kFile, kUnsaid},
                    IgnoreCase{"LeadingSlashMatchesTop", "/a.yaml\n", "a.yaml", kFile, kIgnored},
                    IgnoreCase{"MiddleSlashAnchors", "x/a.yaml\n", "y/x/a.yaml", kFile, kUnsaid},
                    IgnoreCase{"MiddleSlashMatchesFromTop", "x/a.yaml\n", "x/a.yaml", kFile, kIgnored},
                    IgnoreCase{"TrailingSlashIsForFolders", "a/\n", "x/a", kFolder, kIgnored},
                    IgnoreCase{"TrailingSlashSparesFiles", "a/\n", "x/a", kFile, kUnsaid},
                    IgnoreCase{"LeadingStarsMatchTop", "**/a\n", "a", kFile, kIgnored},
                    IgnoreCase{"LeadingStarsMatchBelow", "**/a\n", "x/y/a", kFile, kIgnored},
                    IgnoreCase{"TrailingStarsMatchContent", "a/**\n", "a/b/c", kFile, kIgnored},
                    IgnoreCase{"TrailingStarsSpareTheFolder", "a/**\n", "a", kFolder, kUnsaid},
                    IgnoreCase{"MiddleStarsMatchNoFolder", "a/**/b\n", "a/b", kFile, kIgnored},
                    IgnoreCase{"MiddleStarsMatchManyFolders", "a/**/b\n", "a/x/y/z/b", kFile, kIgnored},
                    IgnoreCase{"MiddleStarsNeedTheEnd", "a/**/b\n", "a/x/c", kFile, kUnsaid},
                    IgnoreCase{"LaterNegationKeeps", "*.yaml\n!keep.yaml\n", "keep.yaml", kFile, kKept},
                    IgnoreCase{"EarlierNegationIsOverruled", "!keep.yaml\n*.yaml\n", "keep.yaml", kFile, kIgnored},
                    IgnoreCase{"CommentIsNoPattern", "#a\n", "#a", kFile, kUnsaid},
                    IgnoreCase{"EscapedHash", "\\#a\n", "#a", kFile, kIgnored},
                    IgnoreCase{"EscapedBang", "\\!a\n", "!a", kFile, kIgnored},
                    IgnoreCase{"TrailingSpacesDoNotCount", "a  \n", "a", kFile, kIgnored},
                    IgnoreCase{"EscapedTrailingSpaceCounts", "a\\ \n", "a ", kFile, kIgnored},
                    IgnoreCase{"CarriageReturnDoesNotCount", "a\r\n", "a", kFile, kIgnored},
                    IgnoreCase{"ByteOrderMarkDoesNotCount",
                               "\xEF\xBB\xBF"
                               "a\n",
                               "a", kFile, kIgnored},
                    IgnoreCase{"NoLineFeedAtEnd", "a", "a", kFile, kIgnored},
                    IgnoreCase{"QuestionMarkIsOneCharacter", "a?c\n", "abc", kFile, kIgnored},
                    IgnoreCase{"QuestionMarkIsNoSlash", "/a?c\n", "a/c", kFile, kUnsaid},
                    IgnoreCase{"Range", "a[0-9].yaml\n", "a7.yaml", kFile, kIgnored},
                    IgnoreCase{"NegatedRange", "a[!0-9].yaml\n", "a7.yaml", kFile, kUnsaid},
                    IgnoreCase{"CaretNegatesToo", "a[^0-9].yaml\n", "ax.yaml", kFile, kIgnored},
                    IgnoreCase{"BracketFirstInClass", "a[]]b\n", "a]b", kFile, kIgnored},
                    IgnoreCase{"UnclosedClassIsPlain", "a[b\n", "a[b", kFile, kIgnored},
                    IgnoreCase{"DoubleStarInAPartIsAStar", "a**b\n", "axxb", kFile, kIgnored},
                    IgnoreCase{"EmptyFileSaysNothing", "\n\n/\n", "a", kFile, kUnsaid}),
    [](const auto& param) { return param.param.name; });

TEST(MatchesGlob, StaysFastWhereAStarCouldMatchManyTimes) {
  const std::string pattern = "*a*a*a*a*a*a*a*a*b";
  EXPECT_FALSE(MatchesGlob(pattern, std::string(2000, 'a')));
}

}  // namespace
}  // namespace kontrakt::manifest
