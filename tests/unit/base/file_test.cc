#include "lib/base/file.h"

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kontrakt {
namespace {

class FileTest : public testing::Test {
 protected:
  FileTest() {
    std::string pattern = testing::TempDir() + "/kontrakt-file-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~FileTest() override {
    for (const std::string& name : Names()) {
      unlink(Path(name).c_str());
      rmdir(Path(name).c_str());
    }
    rmdir(folder_.c_str());
  }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    DIR* const folder = opendir(folder_.c_str());
    while (const dirent* const entry = readdir(folder)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..")
        names.push_back(name);
    }
    closedir(folder);
    return names;
  }
  static mode_t ModeOf(const std::string& path) {
    struct stat about{};
    EXPECT_EQ(stat(path.c_str(), &about), 0);
    return about.st_mode & 07777;
  }

  std::string folder_;
};

TEST_F(FileTest, ReadsWhatWasWritten) {
  const std::string content = std::string(200'000, 'x') + std::string("\0\n", 2);
  ASSERT_TRUE(WriteFileAtomic(Path("a"), content));
  EXPECT_EQ(ReadFile(Path("a")).value(), content);
  ASSERT_TRUE(WriteFileAtomic(Path("a"), ""));
  EXPECT_EQ(ReadFile(Path("a")).value(), "");
  EXPECT_THAT(Names(), testing::ElementsAre("a"));
}

TEST_F(FileTest, ReadsFilesWhoseSizeIsUnknown) {
  EXPECT_THAT(ReadFile("/proc/self/status").value(), testing::HasSubstr("Pid:"));
}

TEST_F(FileTest, RefusesToReadWhatIsNoRegularFile) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(ReadFile(Path("fifo")).error().code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(ReadFile(folder_).error().message(), folder_ + " is a folder");
  EXPECT_EQ(ReadFile(Path("missing")).error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(ReadFile(Path("missing")).error().message(), testing::HasSubstr(Path("missing")));
}

TEST_F(FileTest, RefusesToReadMoreThanTheLimit) {
  ASSERT_TRUE(WriteFileAtomic(Path("a"), "12345"));
  EXPECT_TRUE(ReadFile(Path("a"), 5));
  EXPECT_EQ(ReadFile(Path("a"), 4).error().code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(ReadFile("/proc/self/status", 4).error().code(), ErrorCode::kInvalidInput);
}

TEST_F(FileTest, KeepsTheModeOfAFileThatItReplaces) {
  ASSERT_TRUE(WriteFileAtomic(Path("a"), "old"));
  ASSERT_EQ(chmod(Path("a").c_str(), 0640), 0);
  ASSERT_TRUE(WriteFileAtomic(Path("a"), "new"));
  EXPECT_EQ(ModeOf(Path("a")), 0640U);
  EXPECT_EQ(ReadFile(Path("a")).value(), "new");
}

TEST_F(FileTest, GivesANewFileTheModeThatTheUmaskLeaves) {
  const mode_t before = umask(027);
  const Result<void> written = WriteFileAtomic(Path("a"), "x");
  umask(before);
  ASSERT_TRUE(written);
  EXPECT_EQ(ModeOf(Path("a")), 0640U);
}

TEST_F(FileTest, FollowsSymlinksAlsoWhereTheyDangle) {
  ASSERT_EQ(symlink("target", Path("link").c_str()), 0);
  ASSERT_TRUE(WriteFileAtomic(Path("link"), "1"));
  EXPECT_EQ(ReadFile(Path("target")).value(), "1");
  ASSERT_TRUE(WriteFileAtomic(Path("link"), "2"));
  EXPECT_EQ(ReadFile(Path("target")).value(), "2");
  struct stat about{};
  ASSERT_EQ(lstat(Path("link").c_str(), &about), 0);
  EXPECT_TRUE(S_ISLNK(about.st_mode));
}

TEST_F(FileTest, RefusesASymlinkToItself) {
  ASSERT_EQ(symlink("loop", Path("loop").c_str()), 0);
  EXPECT_EQ(WriteFileAtomic(Path("loop"), "1").error().code(), ErrorCode::kInvalidInput);
}

TEST_F(FileTest, LeavesNothingBehindOnFailure) {
  EXPECT_EQ(WriteFileAtomic(Path("missing/a"), "1").error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(WriteFileAtomic(folder_, "1").error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(Names(), testing::IsEmpty());
}

TEST_F(FileTest, NamesAFullDisk) {
  const Result<void> written = WriteFileInPlace("/dev/full", "1");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), ErrorCode::kUnavailable);
}

TEST_F(FileTest, WritesToADeviceInsteadOfReplacingIt) {
  EXPECT_TRUE(WriteFileAtomic("/dev/null", "1"));
  struct stat about{};
  ASSERT_EQ(stat("/dev/null", &about), 0);
  EXPECT_TRUE(S_ISCHR(about.st_mode));
}

TEST_F(FileTest, WritesInPlaceWithoutANewInode) {
  ASSERT_TRUE(WriteFileInPlace(Path("a"), "longer"));
  struct stat before{};
  ASSERT_EQ(stat(Path("a").c_str(), &before), 0);
  ASSERT_TRUE(WriteFileInPlace(Path("a"), "new"));
  struct stat after{};
  ASSERT_EQ(stat(Path("a").c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(ReadFile(Path("a")).value(), "new");
}

TEST_F(FileTest, ReadsStandardInputToItsEnd) {
  ASSERT_TRUE(WriteFileAtomic(Path("a"), "input"));
  const int before = dup(STDIN_FILENO);
  const int file = open(Path("a").c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(dup2(file, STDIN_FILENO), STDIN_FILENO);
  EXPECT_EQ(ReadStandardInput().value(), "input");
  lseek(STDIN_FILENO, 0, SEEK_SET);
  EXPECT_EQ(ReadStandardInput(4).error().code(), ErrorCode::kInvalidInput);
  dup2(before, STDIN_FILENO);
  close(before);
  close(file);
}

TEST_F(FileTest, LocksOnceAtATime) {
  {
    Result<FileLock> first = FileLock::Acquire(Path("a"));
    ASSERT_TRUE(first);
    const Result<FileLock> second = FileLock::Acquire(Path("a"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::kConflict);
    FileLock moved = *std::move(first);
    EXPECT_FALSE(FileLock::Acquire(Path("a")));
    EXPECT_TRUE(FileLock::Acquire(Path("b")));
  }
  EXPECT_TRUE(FileLock::Acquire(Path("a")));
  EXPECT_THAT(Names(), testing::IsEmpty());
  EXPECT_EQ(FileLock::Acquire(Path("missing/a")).error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace kontrakt
