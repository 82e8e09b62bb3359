#include "lib/manifest/folder_walk.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fakes/temporary_folder.h"

namespace kontrakt::manifest {
namespace {

using fakes::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FolderWalkTest : public testing::Test {
 protected:
  /// Paths below the folder, of all kontrakts that were found.
  std::vector<std::string> Files() {
    std::vector<std::string> files;
    for (const FolderContent& content : walk_.kontrakts()) {
      for (const std::string& file : content.files)
        files.push_back(file.substr(folder_.path().size() + 1));
    }
    return files;
  }

  TemporaryFolder folder_;
  FolderWalk walk_{folder_.path()};
};

TEST_F(FolderWalkTest, TakesManifestsOfTheFolderAndItsSubfolders) {
  for (const char* name : {"a.yaml", "sub/b.yml", "sub/c.json", "README.md", "d.YAML", "sub/deep/e.yaml"})
    folder_.Write(name, "x");
  ASSERT_TRUE(walk_.Add(folder_.path(), Search::kGiven).ok());
  EXPECT_THAT(Files(), ElementsAre("a.yaml", "sub/b.yml", "sub/c.json", "sub/deep/e.yaml"));
}

TEST_F(FolderWalkTest, LeavesOutHiddenOnesAndNodeModules) {
  for (const char* name : {"a.yaml", ".b.yaml", ".hidden/c.yaml", "node_modules/d.yaml", "sub/node_modules/e.yaml"})
    folder_.Write(name, "x");
  ASSERT_TRUE(walk_.Add(folder_.path(), Search::kGiven).ok());
  EXPECT_THAT(Files(), ElementsAre("a.yaml"));
}

TEST_F(FolderWalkTest, NestedKontraktsAreTheirOwn) {
  for (const char* name : {"kontrakt/a.yaml", "kontrakt/sub/b.yaml", "kontrakt/itest-kontrakt/c.yaml", "other/d.yaml"})
    folder_.Write(name, "x");
  ASSERT_TRUE(walk_.Add(folder_.path(), Search::kRecursive).ok());
  ASSERT_EQ(walk_.kontrakts().size(), 2U);
  EXPECT_THAT(walk_.kontrakts()[0].files, ElementsAre(folder_ / "kontrakt/a.yaml", folder_ / "kontrakt/sub/b.yaml"));
  EXPECT_THAT(walk_.kontrakts()[1].files, ElementsAre(folder_ / "kontrakt/itest-kontrakt/c.yaml"));
}

TEST_F(FolderWalkTest, NotesANestedKontraktThatIsNotAskedFor) {
  folder_.Write("a.yaml", "x");
  folder_.Write("sub/kontrakt/b.yaml", "x");
  ASSERT_TRUE(walk_.Add(folder_.path(), Search::kGiven).ok());
  EXPECT_THAT(Files(), ElementsAre("a.yaml"));
  EXPECT_THAT(walk_.notes(), ElementsAre(HasSubstr("sub/kontrakt: left out")));
}

TEST_F(FolderWalkTest, SymlinkedFoldersAreNotEntered) {
  folder_.Write("elsewhere/a.yaml", "x");
  folder_.Write("kontrakt/b.yaml", "x");
  std::filesystem::create_directory_symlink(folder_ / "elsewhere", folder_ / "kontrakt/link");
  std::filesystem::create_directory_symlink(folder_.path(), folder_ / "kontrakt/loop.yaml");
  ASSERT_TRUE(walk_.Add(folder_ / "kontrakt", Search::kGiven).ok());
  EXPECT_THAT(Files(), ElementsAre("kontrakt/b.yaml"));
  EXPECT_THAT(walk_.problems(), IsEmpty());
}

TEST_F(FolderWalkTest, MountedConfigMapShowsEachFileOnce) {
  folder_.Write("..2026_01_01/a.yaml", "x");
  std::filesystem::create_directory_symlink("..2026_01_01", folder_ / "..data");
  std::filesystem::create_symlink("..data/a.yaml", folder_ / "a.yaml");
  ASSERT_TRUE(walk_.Add(folder_.path(), Search::kGiven).ok());
  EXPECT_THAT(Files(), ElementsAre("a.yaml"));
  EXPECT_THAT(walk_.problems(), IsEmpty());
}

TEST_F(FolderWalkTest, RefusesLinksThatLeadNowhereInCirclesOrOut) {
  const TemporaryFolder outside;
  outside.Write("secret.yaml", "x");
  std::filesystem::create_symlink("missing.yaml", folder_ / "dangling.yaml");
  std::filesystem::create_symlink("loop.yaml", folder_ / "loop.yaml");
  std::filesystem::create_symlink(outside / "secret.yaml", folder_ / "out.yaml");
  ASSERT_TRUE(walk_.Add(folder_.path(), Search::kGiven).ok());
  ASSERT_EQ(walk_.problems().size(), 3U);
  EXPECT_THAT(walk_.problems()[0].message(), HasSubstr("dangling.yaml is a symlink that leads nowhere"));
  EXPECT_THAT(walk_.problems()[1].message(), HasSubstr("loop.yaml is a symlink that leads to itself"));
  EXPECT_THAT(walk_.problems()[2].message(), HasSubstr("lies outside the root"));
}

TEST_F(FolderWalkTest, LinksMayLeadBelowTheRoot) {
  folder_.Write("shared/a.yaml", "x");
  folder_.Write("kontrakt/b.yaml", "x");
  std::filesystem::create_symlink("../shared/a.yaml", folder_ / "kontrakt/a.yaml");
  ASSERT_TRUE(walk_.Add(folder_ / "kontrakt", Search::kGiven).ok());
  EXPECT_THAT(Files(), ElementsAre("kontrakt/a.yaml", "kontrakt/b.yaml"));
}

TEST_F(FolderWalkTest, RefusesAPipeWithAManifestsName) {
  ASSERT_EQ(mkfifo((folder_ / "a.yaml").c_str(), 0600), 0);
  ASSERT_TRUE(walk_.Add(folder_.path(), Search::kGiven).ok());
  ASSERT_EQ(walk_.problems().size(), 1U);
  EXPECT_THAT(walk_.problems()[0].message(), HasSubstr("a.yaml is not a regular file"));
  const Result<void> given = walk_.Add(folder_ / "a.yaml", Search::kGiven);
  ASSERT_FALSE(given.ok());
  EXPECT_EQ(given.error().code(), ErrorCode::kInvalidInput);
}

TEST_F(FolderWalkTest, IgnoreFilesCountFromTheRootDown) {
  folder_.Write(".kontraktignore", "*.tmp.yaml\n/app/kontrakt/b.yaml\n");
  folder_.Write("app/.kontraktignore", "drafts/\n");
  folder_.Write("app/kontrakt/.kontraktignore", "!keep.tmp.yaml\n");
  for (const char* name : {"a.yaml", "b.yaml", "x.tmp.yaml", "keep.tmp.yaml", "drafts/d.yaml", "sub/b.yaml"})
    folder_.Write(std::string("app/kontrakt/") + name, "x");
  ASSERT_TRUE(walk_.Add(folder_ / "app/kontrakt", Search::kGiven).ok());
  EXPECT_THAT(Files(), ElementsAre("app/kontrakt/a.yaml", "app/kontrakt/keep.tmp.yaml", "app/kontrakt/sub/b.yaml"));
}

TEST_F(FolderWalkTest, AnIgnoreFileEndsWithItsFolder) {
  folder_.Write("a-kontrakt/.kontraktignore", "x.yaml\n");
  folder_.Write("a-kontrakt/x.yaml", "x");
  folder_.Write("b-kontrakt/x.yaml", "x");
  ASSERT_TRUE(walk_.Add(folder_.path(), Search::kRecursive).ok());
  EXPECT_THAT(Files(), ElementsAre("b-kontrakt/x.yaml"));
}

TEST_F(FolderWalkTest, AFolderIsMetOnce) {
  folder_.Write("kontrakt/a.yaml", "x");
  ASSERT_TRUE(walk_.Add(folder_.path(), Search::kRecursive).ok());
  ASSERT_TRUE(walk_.Add(folder_ / "kontrakt", Search::kGiven).ok());
  ASSERT_TRUE(walk_.Add(folder_ / "kontrakt/a.yaml", Search::kGiven).ok());
  EXPECT_THAT(Files(), ElementsAre("kontrakt/a.yaml"));
}

TEST_F(FolderWalkTest, FilesOfOneFolderAreOneKontrakt) {
  folder_.Write("k/a.yaml", "x");
  folder_.Write("k/b.manifest", "x");
  folder_.Write("k/c.yaml", "x");
  ASSERT_TRUE(walk_.Add(folder_ / "k/a.yaml", Search::kRecursive).ok());
  ASSERT_TRUE(walk_.Add(folder_ / "k/b.manifest", Search::kRecursive).ok());
  ASSERT_EQ(walk_.kontrakts().size(), 1U);
  EXPECT_THAT(Files(), ElementsAre("k/a.yaml", "k/b.manifest"));
  EXPECT_EQ(walk_.kontrakts()[0].path, folder_ / "k");
}

TEST_F(FolderWalkTest, SaysWhatDoesNotExist) {
  const Result<void> added = walk_.Add(folder_ / "missing", Search::kGiven);
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(added.error().message(), HasSubstr("missing does not exist"));
}

/// Root reads every folder: for its lifetime we are nobody, where we are root.
class WithoutRights {
 public:
  WithoutRights() {
    if (was_root_) {
      EXPECT_EQ(seteuid(65534), 0);
    }
  }
  ~WithoutRights() {
    if (was_root_) {
      EXPECT_EQ(seteuid(0), 0);
    }
  }

 private:
  bool was_root_ = geteuid() == 0;
};

TEST_F(FolderWalkTest, SaysWhichFolderCantBeRead) {
  folder_.Write("sub/a.yaml", "x");
  std::filesystem::permissions(folder_.path(), std::filesystem::perms{0755});
  std::filesystem::permissions(folder_ / "sub", std::filesystem::perms::none);
  {
    const WithoutRights nobody;
    ASSERT_TRUE(walk_.Add(folder_.path(), Search::kGiven).ok());
  }
  std::filesystem::permissions(folder_ / "sub", std::filesystem::perms::owner_all);
  ASSERT_EQ(walk_.problems().size(), 1U);
  EXPECT_THAT(walk_.problems()[0].message(), HasSubstr("sub can't be read"));
}

TEST_F(FolderWalkTest, KeepsKustomizationsApart) {
  for (const char* name : {"kustomization.yaml", "sub/Kustomization", "a.yaml"})
    folder_.Write(name, "x");
  ASSERT_TRUE(walk_.Add(folder_.path(), Search::kGiven).ok());
  EXPECT_THAT(Files(), ElementsAre("a.yaml"));
  EXPECT_THAT(walk_.kontrakts()[0].kustomizations,
              ElementsAre(folder_ / "kustomization.yaml", folder_ / "sub/Kustomization"));
}

TEST(IsWithin, ComparesWholeParts) {
  EXPECT_TRUE(IsWithin("/a/b", "/a"));
  EXPECT_TRUE(IsWithin("/a", "/a"));
  EXPECT_TRUE(IsWithin("/a", "/"));
  EXPECT_FALSE(IsWithin("/ab", "/a"));
  EXPECT_FALSE(IsWithin("/a", "/a/b"));
}

}  // namespace
}  // namespace kontrakt::manifest
