#include "lib/doc/yaml_types.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lib/doc/yaml.h"

namespace kontrakt::doc {
namespace {

struct TypeCase {
  std::string plain;
  std::string json;
};

// What sigs.k8s.io/yaml 1.6 (go-yaml v2) makes of each.
TEST(TypedScalar, FollowsGoYaml) {
  for (const TypeCase& c : {
           TypeCase{"", "null"},
           TypeCase{"~", "null"},
           TypeCase{"Null", "null"},
           TypeCase{"nuLL", "\"nuLL\""},
           TypeCase{"y", "true"},
           TypeCase{"Yes", "true"},
           TypeCase{"ON", "true"},
           TypeCase{"True", "true"},
           TypeCase{"tRue", "\"tRue\""},
           TypeCase{"n", "false"},
           TypeCase{"off", "false"},
           TypeCase{"FALSE", "false"},
           TypeCase{"0", "0"},
           TypeCase{"-0", "0"},
           TypeCase{"+12", "12"},
           TypeCase{"-12", "-12"},
           TypeCase{"1_000", "1000"},
           TypeCase{"1__2", "12"},
           TypeCase{"_1", "\"_1\""},
           TypeCase{"0x1F", "31"},
           TypeCase{"-0x1f", "-31"},
           TypeCase{"0x_1f", "31"},
           TypeCase{"0x", "\"0x\""},
           TypeCase{"0o17", "15"},
           TypeCase{"017", "15"},
           TypeCase{"-017", "-15"},
           TypeCase{"08", "8"},
           TypeCase{"0b101", "5"},
           TypeCase{"-0b11", "-3"},
           TypeCase{"0b12", "\"0b12\""},
           TypeCase{"00", "0"},
           TypeCase{"123456789012345678", "123456789012345678"},
           TypeCase{".5", "0.5"},
           TypeCase{"5.", "5"},
           TypeCase{"+.5", "0.5"},
           TypeCase{"1e3", "1000"},
           TypeCase{"1E-3", "0.001"},
           TypeCase{"1.0", "1"},
           TypeCase{"3.14", "3.14"},
           TypeCase{"12345e6", "12345000000"},
           TypeCase{".1_0", "0.1"},
           TypeCase{"1e400", "\"1e400\""},
           TypeCase{"1e-400", "0"},
           TypeCase{"1e", "\"1e\""},
           TypeCase{"1.2.3", "\"1.2.3\""},
           TypeCase{"e1", "\"e1\""},
           TypeCase{"-", "\"-\""},
           TypeCase{".", "\".\""},
           TypeCase{"2026-01-02", "\"2026-01-02\""},
           TypeCase{"12:30:45", "\"12:30:45\""},
           TypeCase{"=", "\"=\""},
           TypeCase{"<<", "\"<<\""},
           TypeCase{".inf", "\".inf\""},
           TypeCase{"a b", "\"a b\""},
           TypeCase{"9223372036854775807", "9223372036854775807"},
           TypeCase{"9223372036854775808", "9223372036854775808"},
           TypeCase{"18446744073709551615", "18446744073709551615"},
           TypeCase{"18446744073709551616", "1.8446744073709552e+19"},
           TypeCase{"-9223372036854775808", "-9223372036854775808"},
           TypeCase{"0xFFFFFFFFFFFFFFFF", "18446744073709551615"},
           TypeCase{"0x1FFFFFFFFFFFFFFFF", "\"0x1FFFFFFFFFFFFFFFF\""},
       }) {
    EXPECT_EQ(Dump(TypedScalar(c.plain)), c.json) << c.plain;
  }
}

TEST(IsPlainString, HoldsForWhatIsReadAsItselfAnywhere) {
  for (const char* text : {"a", "a b", "a:b", "a#b", "-a", "http://x:80/y", "1.2.3", "sha256:0f", "ä€", "a-", "v1"}) {
    EXPECT_TRUE(IsPlainString(text)) << text;
    for (const std::string& around : {std::string("k: ") + text + " # c\n", std::string("k: [") + text + "]\n"}) {
      EXPECT_EQ(ParseYaml(around, "a").value()[0].value["k"].dump().find(text) != std::string::npos, true) << around;
    }
  }
  for (const std::string text : {"",
                                 " a",
                                 "a ",
                                 "true",
                                 "12",
                                 "12345e6",
                                 "null",
                                 "~",
                                 "<<",
                                 "a: b",
                                 "a:",
                                 "a #b",
                                 "- a",
                                 "-",
                                 "? a",
                                 ": a",
                                 "?a",
                                 ":a",
                                 "[a",
                                 "a]",
                                 "a,b",
                                 "{a",
                                 "#a",
                                 "&a",
                                 "*a",
                                 "!a",
                                 "|a",
                                 ">a",
                                 "'a",
                                 "\"a",
                                 "%a",
                                 "@a",
                                 "`a",
                                 "a\nb",
                                 "a\tb",
                                 "---",
                                 "--- a",
                                 "...",
                                 "=",
                                 "a\x7f",
                                 "a\xC2\x85",
                                 "a\xE2\x80\xA8",
                                 "\xEF\xBB\xBF"
                                 "a"}) {
    EXPECT_FALSE(IsPlainString(text)) << text;
  }
}

TEST(ResolveTagged, GivesTheTagsTypeOrRefuses) {
  const std::string core = "tag:yaml.org,2002:";
  EXPECT_EQ(ResolveTagged(core + "int", "0x10").value(), 16);
  EXPECT_EQ(ResolveTagged(core + "float", "3").value(), 3);
  EXPECT_EQ(ResolveTagged(core + "bool", "no").value(), false);
  EXPECT_EQ(ResolveTagged(core + "null", "").value(), nullptr);
  EXPECT_EQ(ResolveTagged(core + "str", "12").value(), "12");
  EXPECT_EQ(ResolveTagged(core + "timestamp", "2026-01-02").value(), "2026-01-02");
  EXPECT_EQ(ResolveTagged("!own", "12").value(), "12");
  for (const char* type : {"int", "float", "bool", "null"}) {
    EXPECT_EQ(ResolveTagged(core + type, "x").error().code(), ErrorCode::kInvalidInput) << type;
  }
  EXPECT_FALSE(ResolveTagged(core + "float", ".inf"));
}

}  // namespace
}  // namespace kontrakt::doc
