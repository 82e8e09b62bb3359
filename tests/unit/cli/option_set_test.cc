#include "lib/cli/option_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// One flag of each sort, as a command would have them.
struct Everything {
  std::string name = "fallback";
  bool recursive = false;
  int jobs = 4;
  std::optional<int> grace;
  std::optional<bool> insecure;
  std::chrono::milliseconds timeout{60'000};
  std::vector<std::string> files;
  std::vector<int> ports;
  std::string reference;
  bool help = false;
  std::vector<std::string> words;
  OptionSet set;

  Everything() {
    set.Add("name", "a name", &name);
    set.Add("recursive", "go deeper", &recursive).Short('R');
    set.Add("jobs", "how many", &jobs);
    set.Add("grace-period", "how long", &grace);
    set.Add("insecure-skip-tls-verify", "trust any", &insecure);
    set.Add("timeout", "give up", &timeout);
    set.Add("filename", "folder", &files).Short('f').Value("DIR");
    set.Add("port", "port", &ports);
    set.Add("source-reference", "commit", &reference).Env("SOURCE_REFERENCE").Env("GIT_COMMIT");
    set.Add("help", "help", &help).NoEnv();
  }
  Result<void> Parse(const std::vector<std::string>& args, std::map<std::string, std::string> environment = {}) {
    return set.Parse(args, Environment(std::move(environment)));
  }
};

TEST(OptionSet, LeavesDefaultsWhereNothingIsGiven) {
  Everything flags;
  ASSERT_TRUE(flags.Parse({}));
  EXPECT_EQ(flags.name, "fallback");
  EXPECT_EQ(flags.jobs, 4);
  EXPECT_EQ(flags.grace, std::nullopt);
  EXPECT_THAT(flags.files, IsEmpty());
}

TEST(OptionSet, FillsEveryTypeFromFlags) {
  Everything flags;
  ASSERT_TRUE(flags.Parse({"--name=x", "-R", "--jobs", "8", "--grace-period=0", "--insecure-skip-tls-verify=false",
                           "--timeout=5m", "-f", "a", "-fb", "--port", "1", "--port=2"}));
  EXPECT_EQ(flags.name, "x");
  EXPECT_TRUE(flags.recursive);
  EXPECT_EQ(flags.jobs, 8);
  EXPECT_EQ(flags.grace, 0);
  EXPECT_EQ(flags.insecure, false);
  EXPECT_EQ(flags.timeout, std::chrono::minutes(5));
  EXPECT_THAT(flags.files, ElementsAre("a", "b"));
  EXPECT_THAT(flags.ports, ElementsAre(1, 2));
}

TEST(OptionSet, FillsEveryTypeFromTheEnvironment) {
  Everything flags;
  ASSERT_TRUE(flags.Parse({}, {{"KONTRAKT_NAME", "x"},
                               {"KONTRAKT_RECURSIVE", "true"},
                               {"KONTRAKT_GRACE_PERIOD", "7"},
                               {"KONTRAKT_TIMEOUT", "300"},
                               {"KONTRAKT_FILENAME", "a\n\nb,c\n"}}));
  EXPECT_EQ(flags.name, "x");
  EXPECT_TRUE(flags.recursive);
  EXPECT_EQ(flags.grace, 7);
  EXPECT_EQ(flags.timeout, std::chrono::minutes(5));
  EXPECT_THAT(flags.files, ElementsAre("a", "b,c"));
}

TEST(OptionSet, FlagWinsOverEnvironment) {
  Everything flags;
  ASSERT_TRUE(flags.Parse({"--name=flag", "-R=false", "-f", "flag"},
                          {{"KONTRAKT_NAME", "env"}, {"KONTRAKT_RECURSIVE", "true"}, {"KONTRAKT_FILENAME", "env"}}));
  EXPECT_EQ(flags.name, "flag");
  EXPECT_FALSE(flags.recursive);
  EXPECT_THAT(flags.files, ElementsAre("flag"));
}

TEST(OptionSet, TwinWinsOverFurtherVariablesInTheirOrder) {
  const std::map<std::string, std::string> all = {
      {"KONTRAKT_SOURCE_REFERENCE", "twin"}, {"SOURCE_REFERENCE", "first"}, {"GIT_COMMIT", "second"}};
  Everything twin;
  ASSERT_TRUE(twin.Parse({}, all));
  EXPECT_EQ(twin.reference, "twin");
  Everything first;
  ASSERT_TRUE(first.Parse({}, {{"SOURCE_REFERENCE", "first"}, {"GIT_COMMIT", "second"}}));
  EXPECT_EQ(first.reference, "first");
}

TEST(OptionSet, EmptyValuesCountAsUnset) {
  Everything flags;
  ASSERT_TRUE(flags.Parse({"--name=", "--jobs", "", "-f", "", "--recursive="}, {{"KONTRAKT_NAME", "env"},
                                                                                {"KONTRAKT_JOBS", ""},
                                                                                {"KONTRAKT_SOURCE_REFERENCE", ""},
                                                                                {"SOURCE_REFERENCE", "commit"}}));
  EXPECT_EQ(flags.name, "env");
  EXPECT_EQ(flags.jobs, 4);
  EXPECT_FALSE(flags.recursive);
  EXPECT_THAT(flags.files, IsEmpty());
  EXPECT_EQ(flags.reference, "commit");
}

TEST(OptionSet, LastOfRepeatedScalarsCounts) {
  Everything flags;
  ASSERT_TRUE(flags.Parse({"--jobs=1", "--jobs=2", "--jobs="}));
  EXPECT_EQ(flags.jobs, 2);
}

TEST(OptionSet, ErrorsNameTheFlagOrTheVariable) {
  Everything flag;
  EXPECT_EQ(flag.Parse({"--jobs=many"}).error().ToString(), "--jobs: 'many' is not a whole number");
  Everything variable;
  const auto parsed = variable.Parse({}, {{"KONTRAKT_RECURSIVE", "yes"}});
  EXPECT_EQ(parsed.error().ToString(), "KONTRAKT_RECURSIVE: 'yes' is neither true nor false");
  EXPECT_EQ(parsed.error().code(), ErrorCode::kUsage);
}

TEST(OptionSet, HelpIsShownWhateverElseIsWrong) {
  Everything flags;
  ASSERT_TRUE(flags.Parse({"--jobs=many", "--help", "surplus"}, {{"KONTRAKT_TIMEOUT", "soon"}}));
  EXPECT_TRUE(flags.help);
}

TEST(OptionSet, HelpHasNoVariable) {
  Everything flags;
  ASSERT_TRUE(flags.Parse({}, {{"KONTRAKT_HELP", "true"}}));
  EXPECT_FALSE(flags.help);
}

TEST(OptionSet, RefusesArgumentsThatNobodyDeclared) {
  Everything flags;
  const auto parsed = flags.Parse({"surplus"});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message(), "unexpected argument 'surplus'");
  EXPECT_EQ(parsed.error().hint(), "this command takes flags only");
}

TEST(OptionSet, StoresArgumentsInOrder) {
  std::string first;
  std::vector<std::string> rest;
  OptionSet set;
  set.Positional("NAME", "the first", &first);
  set.Positional("[MORE...]", "the others", &rest);
  ASSERT_TRUE(set.Parse({"a", "", "b", "--", "-c"}, Environment()));
  EXPECT_EQ(first, "a");
  EXPECT_THAT(rest, ElementsAre("b", "-c"));
}

TEST(OptionSet, MissesARequiredArgument) {
  std::string name;
  OptionSet required;
  required.Positional("NAME", "needed", &name);
  EXPECT_EQ(required.Parse({""}, Environment()).error().message(), "NAME is missing");
  OptionSet optional;
  optional.Positional("[NAME]", "not needed", &name);
  EXPECT_TRUE(optional.Parse({}, Environment()));
}

TEST(OptionSet, HandsEverythingAfterTheFirstArgumentOnWhenAsked) {
  std::vector<std::string> words;
  OptionSet set;
  set.EndFlagsAtArgument();
  set.Positional("[COMMAND...]", "what to start", &words);
  ASSERT_TRUE(set.Parse({"apply", "--name", "", "-R"}, Environment()));
  EXPECT_THAT(words, ElementsAre("apply", "--name", "", "-R"));
}

TEST(OptionSet, KeepsGroupsToTheirScope) {
  bool a = false;
  bool b = false;
  OptionSet set;
  {
    const auto group = set.Group("Inner");
    set.Add("aa", "", &a);
  }
  set.Add("bb", "", &b);
  EXPECT_EQ(set.options()[0].group, "Inner");
  EXPECT_EQ(set.options()[1].group, "");
}

TEST(OptionSetDeathTest, AFlagDeclaredTwiceIsABugOfOurs) {
  bool a = false;
  OptionSet set;
  set.Add("twice", "", &a);
  EXPECT_DEATH(set.Add("twice", "", &a), "broken invariant");
}

}  // namespace
}  // namespace kontrakt::cli
