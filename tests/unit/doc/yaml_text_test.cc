#include "lib/doc/yaml_text.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::doc {
namespace {

constexpr std::size_t kNowhere = std::string::npos;

YamlText Make(std::string_view text) {
  return YamlText::Create(text, "a.yaml").value();
}

TEST(YamlText, KnowsLinesAndColumnsInBytes) {
  const YamlText text = Make("a\n\nä: b\r\nc");
  EXPECT_EQ(text.LineAt(0), 1);
  EXPECT_EQ(text.LineAt(2), 2);
  EXPECT_EQ(text.LineAt(3), 3);
  EXPECT_EQ(text.ColumnAt(7), 5);
  EXPECT_EQ(text.LineAt(10), 4);
  EXPECT_EQ(text.ErrorAt(7, "x").ToString(), "a.yaml:3:5: x");
  EXPECT_EQ(text.ErrorAt(1000, "x").ToString(), "a.yaml:4:2: x");
}

TEST(YamlText, SkipsTheBomAndSaysHowFar) {
  EXPECT_EQ(Make("\xEF\xBB\xBF"
                 "a")
                .begin(),
            3U);
  EXPECT_EQ(Make("\xEF\xBB\xBF"
                 "a")
                .readable(),
            "a");
  EXPECT_EQ(Make("a").begin(), 0U);
}

TEST(YamlText, AcceptsEveryValidCharacter) {
  EXPECT_TRUE(YamlText::Create(
      "\t\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\n", "a"));
}

TEST(YamlText, RefusesEveryKindOfMalformedUtf8) {
  for (const char* bytes : {"\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82",
                            "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE"}) {
    const Result<YamlText> text = YamlText::Create(std::string("ok\n  ") + bytes, "a.yaml");
    ASSERT_FALSE(text);
    EXPECT_THAT(text.error().ToString(), testing::StartsWith("a.yaml:2:3: byte 0x"));
  }
}

TEST(YamlText, SkipsTagsAnchorsAndCommentsBetween) {
  EXPECT_EQ(Make("&a b").SkipProperties(0), 3U);
  EXPECT_EQ(Make("!!str &a\n  # c\n b").SkipProperties(0), 16U);
  EXPECT_EQ(Make("!<x> b").SkipProperties(0), 5U);
  EXPECT_EQ(Make("b").SkipProperties(0), 0U);
  EXPECT_EQ(Make("!x, b").SkipProperties(0), 2U);
  EXPECT_EQ(Make("&a").SkipProperties(0), 2U);
}

TEST(YamlText, FindsNoEndWhereAQuoteStaysOpen) {
  EXPECT_EQ(Make("'a''").EndOfScalar(0, ScalarStyle::kSingleQuoted, "a'", -1), kNowhere);
  EXPECT_EQ(Make("\"a\\\"").EndOfScalar(0, ScalarStyle::kDoubleQuoted, "a\"", -1), kNowhere);
}

TEST(YamlText, FindsNoEndOfAPlainTextThatIsAnother) {
  EXPECT_EQ(Make("abc").EndOfScalar(0, ScalarStyle::kPlain, "abd", -1), kNowhere);
  EXPECT_EQ(Make("a\n b").EndOfScalar(0, ScalarStyle::kPlain, "a c", -1), kNowhere);
  EXPECT_EQ(Make("a").EndOfScalar(0, ScalarStyle::kPlain, "a b", -1), kNowhere);
}

TEST(YamlText, FindsTabsOnlyInIndentation) {
  EXPECT_EQ(Make("  \ta").TabBefore(3), 2U);
  EXPECT_EQ(Make("a\tb").TabBefore(2), kNowhere);
  EXPECT_EQ(Make("\tx\n  a").TabBefore(5), kNowhere);
}

TEST(YamlText, KeepsOffsetsWhereItRewritesSurrogatePairs) {
  const std::string json = R"({"a":"\ud83d\ude00","b":1})";
  const YamlText text = Make(json);
  EXPECT_EQ(text.readable().size(), json.size());
  EXPECT_THAT(std::string(text.readable()), testing::HasSubstr("\\U0001F600"));
  std::string value = "\U0001F600" + std::string(text.readable().substr(16, 2));
  ASSERT_TRUE(text.Repair(5, 19, ScalarStyle::kDoubleQuoted, value));
  EXPECT_EQ(value, "\U0001F600");
  EXPECT_EQ(Make("a: \"\\ud83d\\ude00\"").readable(), "a: \"\\ud83d\\ude00\"");
}

}  // namespace
}  // namespace kontrakt::doc
