#include "lib/cli/help.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/cli/output_flags.h"
#include "lib/doc/json.h"

namespace kontrakt::cli {

enum class Pace : unsigned char { kSlow, kFast };
constexpr std::array<std::pair<std::string_view, Pace>, 2> ValueNames(Pace) {
  return {{{"slow", Pace::kSlow}, {"fast", Pace::kFast}}};
}

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Flags {
  std::vector<std::string> files;
  Pace pace = Pace::kFast;
  std::string images;
  std::string secret;
  std::string reference;
  std::vector<std::string> words;

  void AddTo(OptionSet& set) {
    {
      const auto group = set.Group("Where");
      set.Add("filename",
              "folder to read, which has a long explanation that does not fit into what is left of the line", &files)
          .Short('f')
          .Value("DIR");
    }
    set.Add("pace", "how fast", &pace);
    set.Add("images-file", "gets the images", &images).ResultFile();
    set.Add("inner", "not for people", &secret).Hidden();
    set.Add("source-reference", "the commit", &reference).Env("SOURCE_REFERENCE");
    set.Positional("[NAME...]", "what to do it to", &words);
  }
};

const Command& SampleCommand() {
  static const Command command =
      Command::Of<Flags>("sample", "Does something.", [](const Flags&, Output&) { return Result<void>(); },
                         {.description = "First paragraph.\n\nSecond one.",
                          .examples = {{"kontrakt sample -f .", "does it here"}},
                          .statuses = {{1, "it did not work"}}});
  return command;
}

class HelpTest : public ::testing::Test {
 protected:
  HelpTest() : call_(SampleCommand().Begin()) {
    call_->AddTo(set_);
    common_.AddTo(set_, SampleCommand().text());
  }
  std::string Text(int width = 80) {
    return HelpText(SampleCommand(), set_, {TextStyle::Color::kNo, TextStyle::Signs::kAscii, width});
  }
  std::unique_ptr<Command::Call> call_;
  OutputFlags common_;
  OptionSet set_;
};

TEST_F(HelpTest, SaysWhatACommandIsAndHowItIsTyped) {
  EXPECT_THAT(Text(), ::testing::StartsWith("Does something.\n\nUsage: kontrakt-sample [flags] [NAME...]\n\n"
                                            "First paragraph.\n\nSecond one.\n\nExamples:\n"
                                            "  kontrakt sample -f .\n      does it here\n\n"
                                            "Arguments:\n  [NAME...]  what to do it to\n\nFlags:\n"));
}

TEST_F(HelpTest, ShowsFlagsWithValuesAndDefaults) {
  EXPECT_THAT(Text(), HasSubstr("  -f, --filename DIR "));
  EXPECT_THAT(Text(), HasSubstr("(repeatable)"));
  EXPECT_THAT(Text(), HasSubstr("      --pace slow|fast "));
  EXPECT_THAT(Text(), HasSubstr("how fast (default fast)\n"));
  EXPECT_THAT(Text(), HasSubstr("give up after this long (default 10m)\n"));
  EXPECT_THAT(Text(), HasSubstr("--result-limit BYTES"));
  EXPECT_THAT(Text(), Not(HasSubstr("--inner")));
}

TEST_F(HelpTest, GroupsFlagsOwnFirstCommonLast) {
  const std::string text = Text();
  EXPECT_LT(text.find("\nFlags:\n"), text.find("\nWhere:\n"));
  EXPECT_LT(text.find("\nWhere:\n"), text.find("\nCommon flags:\n"));
}

TEST_F(HelpTest, NamesVariablesAndStatuses) {
  EXPECT_THAT(Text(), HasSubstr("Also read:\n  SOURCE_REFERENCE for --source-reference.\n"));
  EXPECT_THAT(Text(), HasSubstr("\nExit status:\n    0  done\n    1  it did not work\n    2  wrong flags\n"));
  EXPECT_THAT(Text(), HasSubstr("\n  143  stopped by SIGTERM\n"));
}

TEST_F(HelpTest, WrapsToTheTerminal) {
  for (const int width : {60, 80, 120}) {
    std::istringstream lines(Text(width));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), static_cast<std::size_t>(width)) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
  }
}

TEST_F(HelpTest, JsonHoldsTheDeclarations) {
  const doc::Json help = HelpJson(SampleCommand(), set_);
  EXPECT_EQ(doc::StringAt(help, {"program"}), "kontrakt-sample");
  EXPECT_EQ(doc::StringAt(help, {"usage"}), "kontrakt-sample [flags] [NAME...]");
  const doc::Json& filename = doc::ArrayAt(help, {"flags"})[0];
  EXPECT_EQ(doc::Dump(filename.at("environment")), R"(["KONTRAKT_FILENAME"])");
  EXPECT_EQ(doc::StringAt(filename, {"short"}), "f");
  EXPECT_EQ(doc::StringAt(filename, {"type"}), "text");
  EXPECT_EQ(doc::StringAt(filename, {"group"}), "Where");
  EXPECT_TRUE(doc::BoolAt(filename, {"list"}));
  const doc::Json& pace = doc::ArrayAt(help, {"flags"})[1];
  EXPECT_EQ(doc::Dump(pace.at("choices")), R"(["slow","fast"])");
  EXPECT_EQ(doc::StringAt(pace, {"default"}), "fast");
  EXPECT_TRUE(doc::BoolAt(doc::ArrayAt(help, {"flags"})[2], {"resultFile"}));
  EXPECT_TRUE(doc::BoolAt(doc::ArrayAt(help, {"flags"})[3], {"hidden"}));
  EXPECT_EQ(doc::StringAt(doc::ArrayAt(help, {"exitStatuses"})[1], {"meaning"}), "it did not work");
  EXPECT_EQ(doc::Dump(help), doc::Dump(HelpJsonOf(SampleCommand())));
}

}  // namespace
}  // namespace kontrakt::cli
