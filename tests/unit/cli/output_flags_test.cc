#include "lib/cli/output_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/cli/command.h"

namespace kontrakt::cli {
namespace {

struct Parsed {
  OutputFlags flags;
  OptionSet set;
  Result<void> result;
};

std::unique_ptr<Parsed> Parse(const CommandText& text, const std::vector<std::string>& args,
                              std::map<std::string, std::string> environment = {}) {
  auto parsed = std::make_unique<Parsed>();
  parsed->flags.AddTo(parsed->set, text);
  parsed->result = parsed->set.Parse(args, Environment(std::move(environment)));
  if (parsed->result) {
    parsed->result = parsed->flags.Check(text);
  }
  return parsed;
}

TEST(OutputFlags, TimeoutIsThatOfTheCommand) {
  EXPECT_EQ(Parse({}, {})->flags.timeout, std::chrono::minutes(10));
  EXPECT_EQ(Parse({}, {"--timeout=300"})->flags.timeout, std::chrono::minutes(5));
  EXPECT_EQ(Parse({}, {}, {{"KONTRAKT_TIMEOUT", "1h"}})->flags.timeout, std::chrono::hours(1));
  const CommandText endless{.timeout = std::nullopt};
  EXPECT_EQ(Parse(endless, {})->flags.timeout, std::nullopt);
  EXPECT_FALSE(Parse(endless, {"--timeout=5m"})->result);
}

TEST(OutputFlags, NamesAreForCommandsThatHaveThem) {
  EXPECT_EQ(Parse({}, {"-oname"})->result.error().message(),
            "--output: this command prints no names; use text, json or yaml");
  const CommandText with_names{.prints_names = true};
  EXPECT_TRUE(Parse(with_names, {"-oname"})->result);
}

TEST(OutputFlags, ACommandWithoutReportRefusesFormatsButNotTheVariable) {
  const CommandText documents{.prints_report = false};
  EXPECT_FALSE(Parse(documents, {"-ojson"})->result);
  EXPECT_TRUE(Parse(documents, {"-ojson", "--help"})->result);
  EXPECT_TRUE(Parse(documents, {}, {{"KONTRAKT_OUTPUT", "json"}})->result);
}

TEST(OutputFlags, QuietAndVerboseContradict) {
  EXPECT_FALSE(Parse({}, {"-qv"})->result);
}

TEST(OutputFlags, HelpComesAsTextOrJson) {
  EXPECT_TRUE(Parse({}, {"--help", "-o", "json"})->result);
  EXPECT_FALSE(Parse({}, {"--version", "-o", "yaml"})->result);
}

TEST(OutputFlags, ResultLimitGoesWithResultFiles) {
  EXPECT_FALSE(Parse({}, {"--result-limit=1"})->result);
  std::string path;
  OutputFlags flags;
  OptionSet set;
  set.Add("images-file", "images", &path).ResultFile();
  flags.AddTo(set, {});
  ASSERT_TRUE(set.Parse({"--result-limit=1"}, Environment()));
  EXPECT_EQ(flags.result_limit, 1);
}

}  // namespace
}  // namespace kontrakt::cli
