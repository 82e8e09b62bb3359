#include "lib/base/text_style.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt {
namespace {

using ::testing::ElementsAre;

const TextStyle kColored(TextStyle::Color::kYes, TextStyle::Signs::kUnicode, 100);

TEST(TextStyle, PlainAddsNothing) {
  const TextStyle plain;
  EXPECT_EQ(plain.Bold("x") + plain.Dim("x") + plain.Good("x") + plain.Bad("x"), "xxxx");
  EXPECT_EQ(plain.Sign(Mood::kGood) + plain.Sign(Mood::kBad) + plain.Sign(Mood::kWaiting) + plain.Sign(Mood::kNeutral),
            "+xo-");
  EXPECT_EQ(plain.width(), 80);
}

TEST(TextStyle, ColouredWraps) {
  EXPECT_EQ(kColored.Good("x"), "\x1b[32mx\x1b[0m");
  EXPECT_EQ(kColored.Bad("x"), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(kColored.In(Mood::kNeutral, "x"), "x");
  EXPECT_EQ(kColored.Bold(""), "");
  EXPECT_EQ(kColored.Sign(Mood::kGood), "\x1b[32m✔\x1b[0m");
}

TEST(ColorSequence, OnlyOurOwnAreKnown) {
  EXPECT_EQ(ColorSequenceAt("\x1b[32mx"), 5U);
  EXPECT_EQ(ColorSequenceAt("\x1b[0m"), 4U);
  EXPECT_EQ(ColorSequenceAt("\x1b[2J"), 0U);
  EXPECT_EQ(ColorSequenceAt("x\x1b[0m"), 0U);
}

TEST(DisplayWidth, CountsWhatIsSeen) {
  EXPECT_EQ(DisplayWidth(""), 0U);
  EXPECT_EQ(DisplayWidth("✔ ö"), 3U);
  EXPECT_EQ(DisplayWidth(kColored.Good("abc")), 3U);
}

TEST(CutToWidth, KeepsWhatFits) {
  EXPECT_EQ(CutToWidth("abcdef", 6, TextStyle::Signs::kAscii), "abcdef");
  EXPECT_EQ(CutToWidth("abcdef", 5, TextStyle::Signs::kAscii), "ab...");
  EXPECT_EQ(CutToWidth("abcdef", 5, TextStyle::Signs::kUnicode), "abcd…");
  EXPECT_EQ(CutToWidth("abcdef", 2, TextStyle::Signs::kAscii), "");
  EXPECT_EQ(CutToWidth("\x1b[32mabcdef\x1b[0m", 4, TextStyle::Signs::kUnicode), "\x1b[32mabc…\x1b[0m");
}

TEST(WrapText, BreaksAtSpaces) {
  EXPECT_THAT(WrapText("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(WrapText("unbreakable x", 4), ElementsAre("unbreakable", "x"));
  EXPECT_THAT(WrapText("a\n\nb", 10), ElementsAre("a", "", "b"));
  EXPECT_THAT(WrapText("", 10), ElementsAre(""));
  EXPECT_THAT(WrapText("  two  spaces ", 20), ElementsAre("two spaces"));
}

TEST(TextTable, AlignsColumnsWhateverTheirColour) {
  TextTable table("  ");
  EXPECT_TRUE(table.empty());
  table.Row({kColored.Good("a"), "first", ""});
  table.Row({"bbb", "x", "last"});
  table.Row({"c"});
  EXPECT_EQ(table.ToString(), "  \x1b[32ma\x1b[0m    first\n  bbb  x      last\n  c\n");
}

}  // namespace
}  // namespace kontrakt
