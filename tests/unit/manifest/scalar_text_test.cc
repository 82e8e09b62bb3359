#include "lib/manifest/scalar_text.h"

#include <string>

#include <gmock/gmock.h>

#include "lib/doc/yaml.h"

namespace kontrakt::manifest {
namespace {

TEST(DoubleQuoted, IsReadBackAsYamlAndAsJson) {
  const std::string text = "a\"b\\c\nd\te\rf\x01\x7F\xC2\x85\xE2\x80\xA8\xE2\x80\xA9 \xC3\xA4";
  const std::string quoted = DoubleQuoted(text);
  const auto yaml = doc::ParseYaml(quoted, "f");
  ASSERT_TRUE(yaml.ok()) << yaml.error().ToString();
  EXPECT_EQ(yaml->front().value, doc::Json(text));
  const auto json = doc::ParseJson(quoted);
  ASSERT_TRUE(json.ok()) << json.error().ToString();
  EXPECT_EQ(*json, doc::Json(text));
}

TEST(EscapedInSingleQuotes, DoublesQuotes) {
  EXPECT_EQ(EscapedInSingleQuotes("it's"), "it''s");
}

TEST(HasControlCharacters, FindsLineBreaksOfAnyKind) {
  EXPECT_TRUE(HasControlCharacters("a\nb"));
  EXPECT_TRUE(
      HasControlCharacters("a\xE2\x80\xA8"
                           "b"));
  EXPECT_FALSE(HasControlCharacters("a\tb \xC3\xA4"));
}

struct PlainCase {
  std::string name;
  std::string text;
  bool expected;
};

class IsStringWhenPlainTest : public testing::TestWithParam<PlainCase> {};

TEST_P(IsStringWhenPlainTest, Tells) {
  EXPECT_EQ(IsStringWhenPlain(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, IsStringWhenPlainTest,
    testing::Values(PlainCase{"Image", "localhost:5000/a/b:1.2@sha256:00", true}, PlainCase{"Number", "12345", false},
                    PlainCase{"ShortShaLikeAFloat", "12345e6", false}, PlainCase{"Octal", "0755", false},
                    PlainCase{"Boolean", "yes", false}, PlainCase{"Null", "null", false}, PlainCase{"Empty", "", false},
                    PlainCase{"NotANumber", ".nan", false}, PlainCase{"ColonAtEnd", "a:", false},
                    PlainCase{"ColonAndSpace", "a: b", false}, PlainCase{"Comment", "a #b", false},
                    PlainCase{"HashInAWord", "a#b", true}, PlainCase{"Anchor", "&a", false},
                    PlainCase{"SpaceAtEnd", "a ", false}, PlainCase{"ShellVariable", "echo ${HOME} a", true},
                    PlainCase{"TwoLines", "a\n  b", true}, PlainCase{"Path", "/etc/x", true},
                    PlainCase{"Flag", "--image=a/b", true}, PlainCase{"DocumentMark", "---a", false},
                    PlainCase{"ListItem", "- a", false}, PlainCase{"ReservedSign", "@a", false},
                    PlainCase{"OtherLetters", "\xC3\xA4", true}),
    [](const auto& param) { return param.param.name; });

struct TypedCase {
  std::string name;
  std::string value;
  std::string expected;
};

class TypedAsYamlTest : public testing::TestWithParam<TypedCase> {};

TEST_P(TypedAsYamlTest, Writes) {
  EXPECT_EQ(TypedAsYaml(GetParam().value), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Values, TypedAsYamlTest,
    testing::Values(TypedCase{"Integer", "3", "3"}, TypedCase{"Boolean", "true", "true"},
                    TypedCase{"Null", "null", "null"}, TypedCase{"String", "abc", "abc"},
                    TypedCase{"QuotedNumber", "\"3\"", "\"3\""}, TypedCase{"SingleQuoted", "'no'", "'no'"},
                    TypedCase{"List", "[a, 1]", "[a, 1]"}, TypedCase{"Map", "{a: 1}", "{a: 1}"},
                    TypedCase{"Empty", "", "\"\""}, TypedCase{"BlockMapIsText", "a: b", "\"a: b\""},
                    TypedCase{"BlockListIsText", "- a", "\"- a\""}, TypedCase{"CommentIsText", "3 # c", "\"3 # c\""},
                    TypedCase{"CommentBehindAList", "[a] #]", "\"[a] #]\""}, TypedCase{"TwoLines", "a\nb", "\"a\\nb\""},
                    TypedCase{"Unclosed", "[a", "\"[a\""}, TypedCase{"Sentence", "a, b", "\"a, b\""},
                    TypedCase{"Alias", "*a", "\"*a\""}),
    [](const auto& param) { return param.param.name; });

TEST(IsPrintableUtf8, RefusesHalfASequence) {
  EXPECT_TRUE(IsPrintableUtf8("a\xC3\xA4"));
  EXPECT_FALSE(IsPrintableUtf8("a\xC3"));
}

}  // namespace
}  // namespace kontrakt::manifest
