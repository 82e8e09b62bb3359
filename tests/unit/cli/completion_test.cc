#include "lib/cli/completion.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "lib/base/strings.h"
#include "lib/base/subprocess.h"
#include "lib/cli/command.h"
#include "lib/cli/output.h"

namespace kontrakt::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

std::vector<CompletedCommand> Commands() {
  const doc::Json help = {
      {"summary", "Puts it up: there's [more]."},
      {"flags",
       {{{"name", "filename"},
         {"short", "f"},
         {"help", "a folder"},
         {"type", "text"},
         {"value", "DIR"},
         {"list", true}},
        {{"name", "keep"}, {"help", "what stays"}, {"type", "choice"}, {"value", "never|always"}},
        {{"name", "recursive"}, {"short", "R"}, {"help", "go deeper"}, {"type", "switch"}},
        {{"name", "inner"}, {"help", "hidden"}, {"type", "text"}, {"value", "TEXT"}, {"hidden", true}}}}};
  return {{"apply", help}, {"foreign", nullptr}};
}

/// What bash proposes for a command line whose last word is being typed.
std::vector<std::string> Complete(const std::vector<std::string>& words) {
  Subprocess bash;
  bash.program = "/bin/bash";
  std::string line;
  for (const std::string& word : words) {
    line += "'" + word + "' ";
  }
  bash.args = {"-c", CompletionScript(Shell::kBash, Commands()) + "\nCOMP_WORDS=(" + line +
                         ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_kontrakt\nprintf '%s\\n' \"${COMPREPLY[@]}\""};
  const auto result = RunSubprocess(bash, {std::stop_token(), Deadline::After(std::chrono::seconds(20))});
  EXPECT_TRUE(result);
  std::vector<std::string> lines = Split(result ? result->output : "", '\n');
  std::erase(lines, "");
  return lines;
}

TEST(BashCompletion, ProposesCommands) {
  EXPECT_THAT(Complete({"kontrakt", "a"}), ElementsAre("apply"));
  EXPECT_THAT(Complete({"kontrakt", "help", ""}), UnorderedElementsAre("apply", "foreign"));
  EXPECT_THAT(Complete({"kontrakt", "completion", "z"}), ElementsAre("zsh"));
}

TEST(BashCompletion, ProposesFlagsUnderBothNames) {
  EXPECT_THAT(Complete({"kontrakt", "apply", "--k"}), ElementsAre("--keep"));
  EXPECT_THAT(Complete({"/usr/bin/kontrakt-apply", "--"}), UnorderedElementsAre("--filename", "--keep", "--recursive"));
  EXPECT_THAT(Complete({"kontrakt", "foreign", "--"}), IsEmpty());
}

TEST(BashCompletion, ProposesValues) {
  EXPECT_THAT(Complete({"kontrakt", "apply", "--keep", ""}), UnorderedElementsAre("never", "always"));
  EXPECT_THAT(Complete({"kontrakt", "apply", "--keep", "=", "a"}), ElementsAre("always"));
  EXPECT_THAT(Complete({"kontrakt", "apply", "--keep", "="}), UnorderedElementsAre("never", "always"));
  EXPECT_THAT(Complete({"kontrakt-apply", "-f", "/us"}), ElementsAre("/usr"));
}

TEST(ZshCompletion, DescribesFlags) {
  const std::string script = CompletionScript(Shell::kZsh, Commands());
  EXPECT_THAT(script, ::testing::StartsWith("#compdef kontrakt kontrakt-apply kontrakt-foreign\n"));
  EXPECT_THAT(script, HasSubstr("'*--filename=[a folder]:DIR:_files -/'"));
  EXPECT_THAT(script, HasSubstr("'--keep=[what stays]:never|always:(never always)'"));
  EXPECT_THAT(script, HasSubstr("'-R[go deeper]'"));
  EXPECT_THAT(script, HasSubstr(R"('apply:Puts it up\: there'\''s \[more\].')"));
  EXPECT_THAT(script, Not(HasSubstr("inner")));
}

TEST(FishCompletion, DescribesFlags) {
  const std::string script = CompletionScript(Shell::kFish, Commands());
  EXPECT_THAT(script, HasSubstr("complete -c kontrakt-apply -s f -l filename -d 'a folder' -x -a "));
  EXPECT_THAT(script, HasSubstr("complete -c kontrakt-apply -l keep -d 'what stays' -x -a 'never always'\n"));
  EXPECT_THAT(script, HasSubstr(R"(-d 'Puts it up: there\'s [more].')"));
  EXPECT_THAT(script, Not(HasSubstr("inner")));
}

class AskForHelpTest : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  Program Make(const std::string& name, const std::string& script) {
    std::ofstream(path_) << "#!/bin/sh\n" << script;
    std::filesystem::permissions(path_, std::filesystem::perms(0755));
    return {name, path_, nullptr};
  }
  std::string path_ = ::testing::TempDir() + "ask_for_help_" + std::to_string(::getpid());
  Output out_{OutputSettings()};
};

TEST_F(AskForHelpTest, ReadsWhatOurOwnCommandsSay) {
  const auto commands =
      AskForHelp({Make("apply", R"(test "$*" = "--help --output=json" && echo '{"name":"apply"}')")}, out_);
  ASSERT_TRUE(commands) << commands.error().ToString();
  EXPECT_EQ(doc::StringAt(commands->front().help, {"name"}), "apply");
}

TEST_F(AskForHelpTest, DoesNotStartForeignPrograms) {
  const std::string trace = path_ + ".started";
  const auto commands = AskForHelp({Make("foreign", "touch " + trace)}, out_);
  ASSERT_TRUE(commands);
  EXPECT_TRUE(commands->front().help.is_null());
  EXPECT_FALSE(std::filesystem::exists(trace));
}

TEST_F(AskForHelpTest, NamesTheProgramThatSaysRubbish) {
  const auto commands = AskForHelp({Make("apply", "echo rubbish")}, out_);
  ASSERT_FALSE(commands);
  EXPECT_THAT(commands.error().ToString(), HasSubstr(path_));
}

struct LinkedFlags {
  bool loud = false;
  void AddTo(OptionSet& set) { set.Add("loud", "with noise", &loud); }
};

TEST_F(AskForHelpTest, KnowsLinkedCommandsWithoutAsking) {
  static const Command command =
      Command::Of<LinkedFlags>("push", "Pushes.", [](const LinkedFlags&, Output&) { return Result<void>(); });
  const auto commands = AskForHelp({{"push", "", &command}}, out_);
  ASSERT_TRUE(commands);
  EXPECT_EQ(doc::StringAt(doc::ArrayAt(commands->front().help, {"flags"})[0], {"name"}), "loud");
}

}  // namespace
}  // namespace kontrakt::cli
