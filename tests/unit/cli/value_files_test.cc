#include "lib/cli/value_files.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/file.h"

namespace kontrakt::cli {
namespace {

using ::testing::HasSubstr;

class ValueFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = ::testing::TempDir() + "value_files_" + std::to_string(::getpid());
    std::filesystem::create_directories(root_ + "/tekton/results");
    results_ = root_ + "/tekton/results/";
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  ValueFiles Files(std::size_t limit) const { return ValueFiles(limit, root_ + "/tekton/"); }

  std::string root_;
  std::string results_;
};

TEST_F(ValueFilesTest, WritesExactlyTheBytes) {
  ValueFiles files = Files(100);
  ASSERT_TRUE(files.Write("images-file", results_ + "images", "a@sha256:1\nb"));
  EXPECT_EQ(ReadFile(results_ + "images").value(), "a@sha256:1\nb");
}

TEST_F(ValueFilesTest, ReplacesLongerContent) {
  ValueFiles files = Files(100);
  ASSERT_TRUE(files.Write("f", results_ + "f", "longer"));
  ASSERT_TRUE(files.Write("f", results_ + "f", "s"));
  EXPECT_EQ(ReadFile(results_ + "f").value(), "s");
}

TEST_F(ValueFilesTest, LimitHoldsForTheSumOfAllFiles) {
  ValueFiles files = Files(10);
  ASSERT_TRUE(files.Write("namespace-file", results_ + "namespace", "123456"));
  const auto second = files.Write("images-file", results_ + "images", "12345");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::kUsage);
  EXPECT_THAT(second.error().message(), HasSubstr("11 bytes"));
  EXPECT_THAT(second.error().message(), HasSubstr("--images-file 5"));
  EXPECT_THAT(second.error().message(), HasSubstr("--namespace-file 6"));
  EXPECT_THAT(second.error().hint().value_or(""), HasSubstr("--report"));
  EXPECT_FALSE(std::filesystem::exists(results_ + "images"));
}

TEST_F(ValueFilesTest, ExactlyTheLimitFits) {
  ValueFiles files = Files(10);
  EXPECT_TRUE(files.Write("f", results_ + "f", "1234567890"));
}

TEST_F(ValueFilesTest, AReservationIsReplacedByWhatIsWritten) {
  ValueFiles files = Files(10);
  ASSERT_TRUE(files.Reserve("f", results_ + "f", 8));
  EXPECT_FALSE(files.Reserve("g", results_ + "g", 3));
  ValueFiles others = Files(10);
  ASSERT_TRUE(others.Reserve("f", results_ + "f", 8));
  ASSERT_TRUE(others.Write("f", results_ + "./f", "1234"));
  EXPECT_TRUE(others.Write("g", results_ + "g", "123456"));
}

TEST_F(ValueFilesTest, NoLimitElsewhere) {
  ValueFiles files = Files(1);
  EXPECT_TRUE(files.Write("f", root_ + "/elsewhere", "a longer text"));
  EXPECT_FALSE(files.Write("f", root_ + "/other/../tekton/results/f", "a longer text"));
}

TEST_F(ValueFilesTest, ErrorsNameTheFlag) {
  ValueFiles files = Files(100);
  const auto written = files.Write("images-file", root_ + "/no/such/folder", "x");
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().ToString(), HasSubstr("writing --images-file: "));
}

}  // namespace
}  // namespace kontrakt::cli
