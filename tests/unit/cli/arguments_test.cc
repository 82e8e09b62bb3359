#include "lib/cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Pair;

const std::vector<OptionSyntax>& Syntax() {
  static const std::vector<OptionSyntax> syntax = {
      {"namespace", 'n'},
      {"filename", 'f'},
      {"recursive", 'R', false},
      {"verbose", 'v', false},
      {"secret-thing", 0, true, true},
  };
  return syntax;
}

struct Case {
  std::string name;
  std::vector<std::string> args;
  std::string options;  ///< "name=value;…"
  std::string words;    ///< "a;b"
};

class ArgumentForms : public ::testing::TestWithParam<Case> {};

std::string Flat(const ParsedArguments& parsed) {
  std::string text;
  for (const auto& [name, value] : parsed.options) {
    text += name + "=" + value + ";";
  }
  text += "|";
  for (const std::string& word : parsed.words) {
    text += word + ";";
  }
  return text;
}

TEST_P(ArgumentForms, AreReadAsKubectlReadsThem) {
  const auto parsed = ParseArguments(Syntax(), GetParam().args);
  ASSERT_TRUE(parsed) << parsed.error().ToString();
  EXPECT_EQ(Flat(*parsed), GetParam().options + "|" + GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ArgumentForms,
    ::testing::Values(Case{"Nothing", {}, "", ""}, Case{"LongWithEquals", {"--namespace=ns"}, "namespace=ns;", ""},
                      Case{"LongWithSpace", {"--namespace", "ns"}, "namespace=ns;", ""},
                      Case{"ShortWithSpace", {"-n", "ns"}, "namespace=ns;", ""},
                      Case{"ShortJoined", {"-nns"}, "namespace=ns;", ""},
                      Case{"ShortWithEquals", {"-n=ns"}, "namespace=ns;", ""},
                      Case{"EmptyValue", {"--namespace="}, "namespace=;", ""},
                      Case{"EmptyWord", {"--namespace", ""}, "namespace=;", ""},
                      Case{"Switch", {"-R"}, "recursive=true;", ""},
                      Case{"SwitchWithValue", {"--recursive=false"}, "recursive=false;", ""},
                      Case{"SwitchTakesNoNextWord", {"--recursive", "false"}, "recursive=true;", "false;"},
                      Case{"SwitchesJoined", {"-Rv"}, "recursive=true;verbose=true;", ""},
                      Case{"SwitchesThenValue", {"-Rf", "dir"}, "recursive=true;filename=dir;", ""},
                      Case{"SwitchesThenJoinedValue", {"-Rfdir"}, "recursive=true;filename=dir;", ""},
                      Case{"DashIsAValue", {"-f", "-"}, "filename=-;", ""}, Case{"DashIsAWord", {"-"}, "", "-;"},
                      Case{"ValueWithDash", {"--namespace", "-x"}, "namespace=-x;", ""},
                      Case{"ValueWithEquals", {"-f=a=b"}, "filename=a=b;", ""},
                      Case{"CommaIsNoSeparator", {"-f", "a=1,b=2"}, "filename=a=1,b=2;", ""},
                      Case{"Repeated", {"-f", "a", "-f", "b"}, "filename=a;filename=b;", ""},
                      Case{"WordsAnywhere", {"a", "-n", "ns", "b"}, "namespace=ns;", "a;b;"},
                      Case{"AfterDashes", {"--", "-n", "--bogus"}, "", "-n;--bogus;"},
                      Case{"DashesAfterWord", {"a", "--", "--", "b"}, "", "a;--;b;"}),
    [](const auto& test) { return test.param.name; });

TEST(Arguments, EndFlagsAtTheFirstWordWhenAsked) {
  const auto parsed = ParseArguments(Syntax(), {"-v", "apply", "-R", "--", "--bogus", ""}, Words::kEndFlags);
  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->options, ElementsAre(Pair("verbose", "true")));
  EXPECT_THAT(parsed->words, ElementsAre("apply", "-R", "--", "--bogus", ""));
}

struct BadCase {
  std::string name;
  std::vector<std::string> args;
  std::string message;
  std::string hint;
};

class ArgumentErrors : public ::testing::TestWithParam<BadCase> {};

TEST_P(ArgumentErrors, NameTheFlag) {
  const auto parsed = ParseArguments(Syntax(), GetParam().args);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code(), ErrorCode::kUsage);
  EXPECT_EQ(parsed.error().message(), GetParam().message);
  EXPECT_EQ(parsed.error().hint().value_or(""), GetParam().hint);
}

INSTANTIATE_TEST_SUITE_P(
    Errors, ArgumentErrors,
    ::testing::Values(BadCase{"Typo", {"--fileneme", "x"}, "unknown flag --fileneme", "did you mean --filename?"},
                      BadCase{
                          "TypoWithValue", {"--recursve=true"}, "unknown flag --recursve", "did you mean --recursive?"},
                      BadCase{"FarFromAll", {"--zzzzzzzz"}, "unknown flag --zzzzzzzz", ""},
                      BadCase{"HiddenIsNotProposed", {"--secret-thin"}, "unknown flag --secret-thin", ""},
                      BadCase{"ShortUnknown", {"-x"}, "unknown flag -x", ""},
                      BadCase{"ShortUnknownInGroup", {"-Rx"}, "unknown flag -x", ""},
                      BadCase{"LongWithOneDash", {"-recursive"}, "unknown flag -r", "did you mean --recursive?"},
                      BadCase{"LongWithoutValue", {"--namespace"}, "--namespace needs a value", ""},
                      BadCase{"ShortWithoutValue", {"-n"}, "-n needs a value", ""},
                      BadCase{"GroupWithoutValue", {"-Rn"}, "-n needs a value", ""}),
    [](const auto& test) { return test.param.name; });

TEST(Arguments, KnowTheParsersVersion) {
  EXPECT_THAT(ArgumentParserVersion(), MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
}  // namespace kontrakt::cli
