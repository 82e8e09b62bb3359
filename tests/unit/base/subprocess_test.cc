#include "lib/base/subprocess.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/file.h"

namespace kontrakt {
namespace {

Subprocess Shell(const std::string& script) {
  Subprocess subprocess;
  subprocess.program = "/bin/sh";
  subprocess.args = {"-c", script};
  return subprocess;
}

bool HasChildren() {
  return !(waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD);
}

TEST(Subprocess, GivesInputAndTakesOutput) {
  Subprocess subprocess = Shell("cat; echo done");
  subprocess.input = "hello\n";
  const SubprocessResult result = RunSubprocess(subprocess, {}).value();
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.output, "hello\ndone\n");
  EXPECT_FALSE(HasChildren());
}

TEST(Subprocess, MovesMoreThanAPipeHolds) {
  Subprocess subprocess = Shell("cat");
  subprocess.input = std::string(900'000, 'x');
  EXPECT_EQ(RunSubprocess(subprocess, {}).value().output, subprocess.input);
}

TEST(Subprocess, ClosesItsInputWhenThereIsNone) {
  EXPECT_EQ(RunSubprocess(Shell("cat"), {}).value().output, "");
}

TEST(Subprocess, SurvivesAChildThatDoesNotReadItsInput) {
  Subprocess subprocess = Shell("exec 0<&-; echo ok");
  subprocess.input = std::string(1'000'000, 'x');
  EXPECT_EQ(RunSubprocess(subprocess, {}).value().output, "ok\n");
}

TEST(Subprocess, TellsStatusAndSignal) {
  EXPECT_EQ(RunSubprocess(Shell("exit 7"), {}).value().status, 7);
  EXPECT_EQ(RunSubprocess(Shell("kill -9 $$"), {}).value().status, 137);
}

TEST(Subprocess, HasExactlyTheGivenEnvironment) {
  Subprocess subprocess;
  subprocess.program = "/usr/bin/env";
  subprocess.environment = {{"A", "1 2"}, {"B", ""}};
  EXPECT_EQ(RunSubprocess(subprocess, {}).value().output, "A=1 2\nB=\n");
}

TEST(Subprocess, CapturesStandardErrorWhenAsked) {
  Subprocess subprocess = Shell("echo out; echo err >&2");
  subprocess.capture_error_output = true;
  const SubprocessResult result = RunSubprocess(subprocess, {}).value();
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.error_output, "err\n");
}

TEST(Subprocess, KeepsTheFirstOfAFloodOnStandardError) {
  Subprocess subprocess = Shell("head -c 300000 /dev/zero >&2; echo ok");
  subprocess.capture_error_output = true;
  const SubprocessResult result = RunSubprocess(subprocess, {}).value();
  EXPECT_EQ(result.error_output.size(), std::size_t{64} << 10);
  EXPECT_EQ(result.output, "ok\n");
}

TEST(Subprocess, RefusesMoreOutputThanTheLimit) {
  Subprocess subprocess = Shell("head -c 101 /dev/zero; sleep 100");
  subprocess.output_limit = 100;
  EXPECT_EQ(RunSubprocess(subprocess, {}).error().code(), ErrorCode::kInvalidInput);
  EXPECT_FALSE(HasChildren());
  subprocess = Shell("head -c 100 /dev/zero");
  subprocess.output_limit = 100;
  EXPECT_EQ(RunSubprocess(subprocess, {}).value().output.size(), 100U);
}

TEST(Subprocess, IsKilledAtTheDeadlineWithAllThatItStarted) {
  const Bound bound{{}, Deadline::After(std::chrono::milliseconds(30))};
  const Result<SubprocessResult> result = RunSubprocess(Shell("sleep 100 & sleep 100"), bound);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kTimeout);
  EXPECT_FALSE(HasChildren());
}

TEST(Subprocess, IsKilledThoughItIgnoresSigterm) {
  const Bound bound{{}, Deadline::After(std::chrono::milliseconds(30))};
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(RunSubprocess(Shell("trap '' TERM; while :; do sleep 100; done"), bound));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
  EXPECT_FALSE(HasChildren());
}

TEST(Subprocess, IsKilledWhenStopped) {
  std::stop_source source;
  const std::jthread stopper([&source] { source.request_stop(); });
  const Result<SubprocessResult> result = RunSubprocess(Shell("sleep 100"), Bound{source.get_token(), {}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kCancelled);
  EXPECT_FALSE(HasChildren());
}

TEST(Subprocess, DoesNotWaitForWhatItLeavesInTheBackground) {
  const SubprocessResult result = RunSubprocess(Shell("sleep 30 & echo $!"), {}).value();
  const pid_t left = std::atoi(result.output.c_str());
  ASSERT_GT(left, 1);
  EXPECT_EQ(kill(left, SIGKILL), 0);  // it runs still, with our pipe in its hands
}

TEST(Subprocess, IsFoundOnTheChildsPath) {
  std::string folder = testing::TempDir() + "/kontrakt-path-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string program = folder + "/kontrakt-test-program";
  ASSERT_TRUE(WriteFileInPlace(program, "#!/bin/sh\necho \"found $1\"\n"));
  Subprocess subprocess;
  subprocess.program = "kontrakt-test-program";
  subprocess.args = {"it"};
  subprocess.environment["PATH"] = "relative::/nowhere:" + folder;
  EXPECT_EQ(RunSubprocess(subprocess, {}).error().code(), ErrorCode::kDenied);
  ASSERT_EQ(chmod(program.c_str(), 0755), 0);
  EXPECT_EQ(RunSubprocess(subprocess, {}).value().output, "found it\n");
  subprocess.environment["PATH"] = "/nowhere";
  EXPECT_EQ(RunSubprocess(subprocess, {}).error().code(), ErrorCode::kNotFound);
  unlink(program.c_str());
  rmdir(folder.c_str());
}

TEST(Subprocess, NamesAProgramThatIsMissingOrNotExecutable) {
  Subprocess subprocess;
  subprocess.program = "/nowhere/program";
  EXPECT_EQ(RunSubprocess(subprocess, {}).error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(RunSubprocess(subprocess, {}).error().message(), testing::HasSubstr("/nowhere/program"));
  subprocess.program = "/etc/passwd";
  EXPECT_EQ(RunSubprocess(subprocess, {}).error().code(), ErrorCode::kDenied);
}

TEST(Subprocess, LeavesNoDescriptorsBehind) {
  const auto count = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
  };
  const auto before = count();
  for (int i = 0; i < 5; ++i) {
    Subprocess subprocess = Shell("exit 1");
    subprocess.capture_error_output = i % 2 == 0;
    EXPECT_EQ(RunSubprocess(subprocess, {}).value().status, 1);
    subprocess.program = "/nowhere/program";
    EXPECT_FALSE(RunSubprocess(subprocess, {}));
  }
  EXPECT_EQ(count(), before);
}

}  // namespace
}  // namespace kontrakt
