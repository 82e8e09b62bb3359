#include "lib/cli/main.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/cli/output.h"
#include "lib/cli/stop_signals.h"
#include "tests/unit/cli/captured.h"

namespace kontrakt::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A command that does what its argument says.
struct Flags {
  std::string what;
  void AddTo(OptionSet& set) { set.Positional("[WHAT]", "what happens", &what); }
};

struct Done {
  std::string ToText(const TextStyle&) const { return "done"; }
  doc::Json ToJson() const { return {{"done", true}}; }
};

Result<void> Run(const Flags& flags, Output& out) {
  if (flags.what == "throw") {
    throw std::runtime_error("a library threw");
  }
  if (flags.what == "conflict") {
    return Conflict("it exists");
  }
  if (flags.what == "usage") {
    return Usage("not like this");
  }
  if (flags.what == "deadline") {
    return out.bound().Check("nothing");
  }
  if (flags.what == "interrupt" || flags.what == "terminate") {
    ::kill(::getpid(), flags.what == "interrupt" ? SIGINT : SIGTERM);
    (void)SleepFor(std::chrono::hours(1), out.bound());
    return Cancelled("stopped");
  }
  if (flags.what == "interrupt-twice") {
    out.SetLeftBehind("namespace kontrakt-web");
    ::kill(::getpid(), SIGINT);
    (void)SleepFor(std::chrono::hours(1), out.bound());
    ::kill(::getpid(), SIGINT);
    ::pause();
  }
  out.Print(Done());
  return {};
}

const Command& SampleCommand() {
  static const Command command = Command::Of<Flags>("sample", "Does something.", Run);
  return command;
}

const Command& OtherCommand() {
  static const Command command = Command::Of<Flags>("other", "Does something else.", Run);
  return command;
}

class RunCommandTest : public ::testing::Test {
 protected:
  int Call(std::vector<std::string> args, StopSignals* signals = nullptr,
           std::map<std::string, std::string> environment = {}) {
    Process process;
    process.args = std::move(args);
    process.environment = Environment(std::move(environment));
    process.out = out_.descriptor();
    process.err = err_.descriptor();
    process.signals = signals;
    return RunCommand(SampleCommand(), process);
  }
  Captured out_;
  Captured err_;
};

TEST_F(RunCommandTest, SuccessIsZeroAndPrintsTheReport) {
  EXPECT_EQ(Call({}), 0);
  EXPECT_EQ(out_.Text(), "done\n");
  EXPECT_EQ(err_.Text(), "");
}

TEST_F(RunCommandTest, FormatComesFromTheEnvironmentToo) {
  EXPECT_EQ(Call({}, nullptr, {{"KONTRAKT_OUTPUT", "json"}}), 0);
  EXPECT_EQ(out_.Text(), "{\n  \"done\": true\n}\n");
}

TEST_F(RunCommandTest, AnErrorsCodeIsTheStatus) {
  EXPECT_EQ(Call({"conflict"}), 6);
  EXPECT_EQ(err_.Text(), "kontrakt-sample: error: it exists\n");
  EXPECT_EQ(out_.Text(), "");
}

TEST_F(RunCommandTest, UsageErrorsPointToHelp) {
  EXPECT_EQ(Call({"usage"}), 2);
  EXPECT_EQ(err_.Text(), "kontrakt-sample: error: not like this\nhint: kontrakt-sample --help shows the flags\n");
}

TEST_F(RunCommandTest, UnknownFlagsNameTheNearest) {
  EXPECT_EQ(Call({"--verbos"}), 2);
  EXPECT_EQ(err_.Text(), "kontrakt-sample: error: unknown flag --verbos\nhint: did you mean --verbose?\n");
}

TEST_F(RunCommandTest, WhatThrowsIsABugOfOurs) {
  EXPECT_EQ(Call({"throw"}), 70);
  EXPECT_THAT(err_.Text(), StartsWith("kontrakt-sample: error: internal error: a library threw\nhint: "));
}

TEST_F(RunCommandTest, TimeoutBecomesTheDeadline) {
  EXPECT_EQ(Call({"deadline", "--timeout=0"}), 8);
  EXPECT_EQ(Call({"deadline", "--timeout=1h"}), 0);
}

TEST_F(RunCommandTest, HelpGoesToStandardOutput) {
  EXPECT_EQ(Call({"--help"}), 0);
  EXPECT_THAT(out_.Text(), StartsWith("Does something.\n\nUsage: kontrakt-sample [flags] [WHAT]\n"));
  EXPECT_EQ(err_.Text(), "");
}

TEST_F(RunCommandTest, HelpComesAsJsonToo) {
  EXPECT_EQ(Call({"-h", "-ojson"}), 0);
  const auto help = doc::ParseJson(out_.Text());
  ASSERT_TRUE(help);
  EXPECT_EQ(doc::StringAt(*help, {"name"}), "sample");
}

TEST_F(RunCommandTest, VersionNamesCommitAndLibraries) {
  EXPECT_EQ(Call({"--version"}), 0);
  EXPECT_THAT(out_.Text(), StartsWith("kontrakt-sample "));
  EXPECT_THAT(out_.Text(), HasSubstr("commit "));
  EXPECT_THAT(out_.Text(), HasSubstr("libcurl "));
}

TEST_F(RunCommandTest, LeavesTheReasonInTheTerminationLog) {
  const std::string path = ::testing::TempDir() + "main_termination_" + std::to_string(::getpid());
  std::ofstream(path) << "";
  EXPECT_EQ(Call({"conflict", "--termination-log", path}), 6);
  EXPECT_EQ(ReadFile(path).value(), "it exists");
  std::filesystem::remove(path);
}

TEST_F(RunCommandTest, SignalsStopAndSayWhich) {
  {
    StopSignals signals;
    EXPECT_EQ(Call({"interrupt"}, &signals), 130);
  }
  StopSignals signals;
  EXPECT_EQ(Call({"terminate"}, &signals), 143);
  EXPECT_THAT(err_.Text(), HasSubstr("a second interrupt leaves at once"));
}

TEST(RunCommandDeathTest, ASecondInterruptLeavesAtOnceAndSaysWhatIsLeft) {
  EXPECT_EXIT(
      {
        StopSignals signals;
        Process process;
        process.args = {"interrupt-twice"};
        process.signals = &signals;
        RunCommand(SampleCommand(), process);
      },
      ::testing::ExitedWithCode(130), "left at once; left behind: namespace kontrakt-web");
}

int CallWithClosedOutput() {
  ::close(1);
  std::string name = "kontrakt-sample";
  std::vector<char*> argv = {name.data(), nullptr};
  return Main(SampleCommand(), 1, argv.data());
}

TEST(RunCommandDeathTest, AClosedStandardOutputIsUnavailable) {
  EXPECT_EXIT(::_exit(CallWithClosedOutput()), ::testing::ExitedWithCode(7),
              "writing standard output: Bad file descriptor");
}

int CallMany(std::vector<std::string> argv_text) {
  static constexpr LinkedCommand kLinked[] = {{"other", &OtherCommand}};
  std::vector<char*> argv;
  for (std::string& text : argv_text) {
    argv.push_back(text.data());
  }
  argv.push_back(nullptr);
  return MainOfMany(SampleCommand(), kLinked, static_cast<int>(argv_text.size()), argv.data());
}

TEST(MainOfMany, IsTheCommandThatItsNameSays) {
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(CallMany({"/usr/bin/kontrakt-other", "conflict"}), 6);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), StartsWith("kontrakt-other: error"));
}

TEST(MainOfMany, IsTheCommandThatItsFirstArgumentSays) {
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(CallMany({"kontrakt", "other", "conflict"}), 6);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), StartsWith("kontrakt-other: error"));
}

TEST(MainOfMany, HelpsWithACommand) {
  ::testing::internal::CaptureStdout();
  EXPECT_EQ(CallMany({"kontrakt", "help", "other"}), 0);
  EXPECT_THAT(::testing::internal::GetCapturedStdout(), StartsWith("Does something else."));
}

TEST(MainOfMany, IsTheDispatcherOtherwise) {
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(CallMany({"kontrakt", "conflict"}), 6);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), StartsWith("kontrakt-sample: error"));
}

}  // namespace
}  // namespace kontrakt::cli
