#include "lib/cli/termination_log.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "lib/base/file.h"

namespace kontrakt::cli {
namespace {

class TerminationLog : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  std::string path_ = ::testing::TempDir() + "termination_log_" + std::to_string(::getpid());
};

TEST_F(TerminationLog, GetsOneLineInPlaceOfWhatWasThere) {
  std::ofstream(path_) << "old and much longer content";
  WriteTerminationLog(path_, "no such\nimage");
  EXPECT_EQ(ReadFile(path_).value(), "no such image");
}

TEST_F(TerminationLog, IsNotMadeWhereThereIsNone) {
  WriteTerminationLog(path_, "reason");
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(TerminationLog, LeavesWhatIsNoFileAlone) {
  WriteTerminationLog(::testing::TempDir(), "reason");
  WriteTerminationLog("/dev/null", "reason");
  EXPECT_TRUE(std::filesystem::is_directory(::testing::TempDir()));
}

TEST_F(TerminationLog, KeepsItShort) {
  std::ofstream(path_) << "";
  WriteTerminationLog(path_, std::string(10'000, 'x'));
  EXPECT_EQ(std::filesystem::file_size(path_), 2048U);
}

}  // namespace
}  // namespace kontrakt::cli
