#include "lib/doc/json.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::doc {
namespace {

using testing::HasSubstr;
using testing::Not;

Json Read(std::string_view text) {
  return ParseJson(text).value();
}

TEST(Json, KeepsTheOrderOfKeys) {
  EXPECT_EQ(Dump(Read(R"({"b": 1, "a": [true, null, "x"]})")), R"({"b":1,"a":[true,null,"x"]})");
}

TEST(Json, NamesLineAndColumnOfAnError) {
  const Result<Json> parsed = ParseJson("{\"a\": 1,\n  \"b\" 2}");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(parsed.error().message(), HasSubstr("line 2, column 7: no JSON: "));
}

TEST(Json, DoesNotQuoteTheInputInAnError) {
  const std::string message = ParseJson(R"({"password": "hunter2" oops})").error().message();
  EXPECT_THAT(message, Not(HasSubstr("hunter2")));
  EXPECT_THAT(message, Not(HasSubstr("json.exception")));
}

TEST(Json, RefusesWhatIsNone) {
  for (const char* text : {"", " ", "{", "[1,]", "{\"a\":1} x", "nul", "\"\xff\"", "{'a':1}", "\"\t\""}) {
    EXPECT_FALSE(ParseJson(text)) << text;
  }
}

TEST(Json, BoundsDepth) {
  EXPECT_TRUE(ParseJson(std::string(1000, '[') + std::string(1000, ']')));
  const Result<Json> deep = ParseJson(std::string(1001, '[') + std::string(1001, ']'));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().message(), "line 1, column 1001: nested more than 1000 levels deep");
  EXPECT_TRUE(ParseJson("\"" + std::string(5000, '[') + "\\\"[[[\""));
}

TEST(Json, KeepsLargeIntegersExact) {
  EXPECT_EQ(Dump(Read("[9007199254740993,18446744073709551615,-9223372036854775808]")),
            "[9007199254740993,18446744073709551615,-9223372036854775808]");
}

TEST(Json, DumpReplacesInvalidUtf8) {
  EXPECT_EQ(Dump(Json("a\xff")), "\"a\xEF\xBF\xBD\"");
}

TEST(Json, DumpPrettyIndentsByTwo) {
  EXPECT_EQ(DumpPretty(Read(R"({"a":[1]})")), "{\n  \"a\": [\n    1\n  ]\n}");
}

TEST(JsonFind, FollowsKeysThroughObjects) {
  const Json value = Read(R"({"a":{"b":{"c":1}},"s":"x","l":[1]})");
  EXPECT_EQ(*Find(value, {"a", "b", "c"}), 1);
  EXPECT_EQ(Find(value, {}), &value);
  EXPECT_EQ(Find(value, {"a", "x"}), nullptr);
  EXPECT_EQ(Find(value, {"s", "x"}), nullptr);
  EXPECT_EQ(Find(value, {"l", "0"}), nullptr);
}

TEST(JsonFind, FallsBackOnMissingAndOtherTypes) {
  const Json value = Read(R"({"s":"x","n":-3,"b":true,"l":[1],"o":{"k":1},"f":1.5,"z":null})");
  EXPECT_EQ(StringAt(value, {"s"}), "x");
  EXPECT_EQ(StringAt(value, {"n"}, "none"), "none");
  EXPECT_EQ(StringAt(value, {"z"}), "");
  EXPECT_EQ(IntAt(value, {"n"}), -3);
  EXPECT_EQ(IntAt(value, {"s"}, 7), 7);
  EXPECT_EQ(IntAt(value, {"f"}, 7), 7);
  EXPECT_TRUE(BoolAt(value, {"b"}));
  EXPECT_TRUE(BoolAt(value, {"x"}, true));
  EXPECT_EQ(ArrayAt(value, {"l"}).size(), 1U);
  EXPECT_TRUE(ArrayAt(value, {"o"}).is_array());
  EXPECT_TRUE(ArrayAt(value, {"o"}).empty());
  EXPECT_EQ(ObjectAt(value, {"o"}).size(), 1U);
  EXPECT_TRUE(ObjectAt(value, {"z"}).is_object());
}

TEST(ScalarText, IsWhatAPersonReads) {
  EXPECT_EQ(ScalarText("x"), "x");
  EXPECT_EQ(ScalarText(12), "12");
  EXPECT_EQ(ScalarText(true), "true");
  EXPECT_EQ(ScalarText(nullptr), "null");
}

TEST(TypeName, IsPretty) {
  EXPECT_EQ(TypeName("x"), "string");
  EXPECT_EQ(TypeName(1), "number");
  EXPECT_EQ(TypeName(1.5), "number");
  EXPECT_EQ(TypeName(true), "boolean");
  EXPECT_EQ(TypeName(nullptr), "null");
  EXPECT_EQ(TypeName(Json::array()), "list");
  EXPECT_EQ(TypeName(Json::object()), "map");
}

TEST(Canonical, SortsKeysAtEveryLevel) {
  EXPECT_EQ(Canonical(Read(R"({"b":[{"d":1,"c":"\n"}],"a":{}})")), R"({"a":{},"b":[{"c":"\n","d":1}]})");
  EXPECT_EQ(Canonical(Read(R"([[],{}, 1])")), "[[],{},1]");
}

}  // namespace
}  // namespace kontrakt::doc
