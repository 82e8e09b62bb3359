#include "lib/manifest/folder.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>

#include "tests/fakes/temporary_folder.h"

namespace kontrakt::manifest {
namespace {

using fakes::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;

class FindKontraktsTest : public testing::Test {
 protected:
  FindOptions Options(bool recursive = true) {
    FindOptions options;
    options.paths = {folder_.path()};
    options.recursive = recursive;
    options.root = folder_.path();
    return options;
  }
  static std::vector<std::string> NamesOf(const Found& found) {
    std::vector<std::string> names;
    for (const Folder& folder : found.folders)
      names.push_back(folder.name);
    return names;
  }

  TemporaryFolder folder_;
};

TEST_F(FindKontraktsTest, SortsByName) {
  folder_.Write("z/a-kontrakt/x.yaml", "x");
  folder_.Write("frontend/kontrakt/x.yaml", "x");
  folder_.Write("backend/kontrakt/x.yaml", "x");
  const auto found = FindKontrakts(Options());
  ASSERT_TRUE(found.ok()) << found.error().ToString();
  EXPECT_THAT(NamesOf(*found), ElementsAre("backend", "frontend", "z-a"));
  EXPECT_EQ(found->folders[0].relative, "backend/kontrakt");
}

TEST_F(FindKontraktsTest, NamesComeFromTheRootWhateverIsGiven) {
  folder_.Write("backend/kontrakt/x.yaml", "x");
  FindOptions options = Options();
  options.paths = {folder_ / "backend"};
  const auto found = FindKontrakts(options);
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(NamesOf(*found), ElementsAre("backend"));
  EXPECT_EQ(found->folders[0].relative, "backend/kontrakt");
}

TEST_F(FindKontraktsTest, GivenFolderIsAKontraktWhateverItsName) {
  folder_.Write("deploy/x.yaml", "x");
  FindOptions options = Options(false);
  options.paths = {folder_ / "deploy/"};
  const auto found = FindKontrakts(options);
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(NamesOf(*found), ElementsAre("deploy"));
}

TEST_F(FindKontraktsTest, RootItselfIsCalledKontrakt) {
  folder_.Write("x.yaml", "x");
  const auto found = FindKontrakts(Options(false));
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(NamesOf(*found), ElementsAre("kontrakt"));
  EXPECT_EQ(found->folders[0].relative, ".");
}

TEST_F(FindKontraktsTest, FolderOutsideTheRootTakesTwoParts) {
  const TemporaryFolder elsewhere;
  elsewhere.Write("app/kontrakt/x.yaml", "x");
  FindOptions options = Options();
  options.paths = {elsewhere.path()};
  const auto found = FindKontrakts(options);
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(NamesOf(*found), ElementsAre("app"));
  EXPECT_EQ(found->folders[0].relative, elsewhere / "app/kontrakt");
}

TEST_F(FindKontraktsTest, SymlinkThatIsGivenIsNamedAsTyped) {
  const TemporaryFolder elsewhere;
  elsewhere.Write("x.yaml", "x");
  std::filesystem::create_directory_symlink(elsewhere.path(), folder_ / "linked");
  FindOptions options = Options(false);
  options.paths = {folder_ / "linked"};
  const auto found = FindKontrakts(options);
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(NamesOf(*found), ElementsAre("linked"));
}

TEST_F(FindKontraktsTest, SkipsFoldersWithoutManifestsWithANote) {
  folder_.Write("a-kontrakt/x.yaml", "x");
  folder_.Write("b-kontrakt/README.md", "x");
  const auto found = FindKontrakts(Options());
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(NamesOf(*found), ElementsAre("a"));
  EXPECT_THAT(found->notes, ElementsAre(folder_ / "b-kontrakt" + ": skipped, no manifests in it"));
}

TEST_F(FindKontraktsTest, NothingFoundSaysWhatIsLookedFor) {
  folder_.Write("deploy/x.yaml", "x");
  const auto found = FindKontrakts(Options());
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(found.error().message(), HasSubstr("no kontrakt found in " + folder_.path()));
  EXPECT_THAT(found.error().hint().value_or(""), HasSubstr("name contains"));
}

TEST_F(FindKontraktsTest, TwoOfOneNameAreNamedBoth) {
  folder_.Write("a/kontrakt/x.yaml", "x");
  folder_.Write("a-kontrakt/x.yaml", "x");
  const auto found = FindKontrakts(Options());
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(found.error().message(), HasSubstr(folder_ / "a/kontrakt"));
  EXPECT_THAT(found.error().message(), HasSubstr(folder_ / "a-kontrakt"));
}

TEST_F(FindKontraktsTest, OnlyKeepsThoseNamed) {
  folder_.Write("a/kontrakt/x.yaml", "x");
  folder_.Write("b/kontrakt/x.yaml", "x");
  FindOptions options = Options();
  options.only = {"b"};
  const auto found = FindKontrakts(options);
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(NamesOf(*found), ElementsAre("b"));
}

TEST_F(FindKontraktsTest, OnlyWithoutMatchListsWhatThereIs) {
  folder_.Write("a/kontrakt/x.yaml", "x");
  folder_.Write("b/kontrakt/x.yaml", "x");
  FindOptions options = Options();
  options.only = {"c"};
  const auto found = FindKontrakts(options);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(found.error().hint().value_or(""), HasSubstr("a, b"));
}

TEST_F(FindKontraktsTest, NameIsForOneFolder) {
  folder_.Write("a/kontrakt/x.yaml", "x");
  FindOptions options = Options();
  options.name = "other";
  const auto found = FindKontrakts(options);
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(NamesOf(*found), ElementsAre("other"));
  folder_.Write("b/kontrakt/x.yaml", "x");
  const auto two = FindKontrakts(options);
  ASSERT_FALSE(two.ok());
  EXPECT_EQ(two.error().code(), ErrorCode::kInvalidInput);
}

TEST_F(FindKontraktsTest, NameMustBeALabel) {
  folder_.Write("a/kontrakt/x.yaml", "x");
  FindOptions options = Options();
  options.name = "Not_One";
  EXPECT_EQ(FindKontrakts(options).error().code(), ErrorCode::kInvalidInput);
}

TEST_F(FindKontraktsTest, KustomizationIsAnErrorThatSaysWhatToType) {
  folder_.Write("a/kontrakt/kustomization.yaml", "x");
  folder_.Write("a/kontrakt/x.yaml", "x");
  const auto found = FindKontrakts(Options());
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code(), ErrorCode::kInvalidInput);
  EXPECT_EQ(found.error().hint(), "kustomize build " + folder_ / "a/kontrakt" + " | kontrakt apply -f - --name a");
}

TEST_F(FindKontraktsTest, StandardInputIsAKontraktOfItsOwn) {
  FindOptions options = Options(false);
  options.paths = {"-"};
  auto found = FindKontrakts(options);
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(NamesOf(*found), ElementsAre("kontrakt"));
  EXPECT_THAT(found->folders[0].files, ElementsAre("-"));
  options.name = "piped";
  found = FindKontrakts(options);
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(NamesOf(*found), ElementsAre("piped"));
}

TEST_F(FindKontraktsTest, StandardInputCanBeReadOnce) {
  FindOptions options = Options(false);
  options.paths = {"-", "-"};
  EXPECT_EQ(FindKontrakts(options).error().code(), ErrorCode::kUsage);
}

TEST_F(FindKontraktsTest, WithoutPathsThereIsNothingToDo) {
  FindOptions options = Options();
  options.paths = {};
  EXPECT_EQ(FindKontrakts(options).error().code(), ErrorCode::kUsage);
}

TEST_F(FindKontraktsTest, MissingRootIsSaid) {
  FindOptions options = Options();
  options.root = folder_ / "missing";
  const auto found = FindKontrakts(options);
  EXPECT_EQ(found.error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(found.error().message(), HasSubstr("missing"));
}

TEST_F(FindKontraktsTest, ProblemsOfAllFoldersComeTogether) {
  folder_.Write("a-kontrakt/x.yaml", "x");
  std::filesystem::create_symlink("nowhere", folder_ / "a-kontrakt/y.yaml");
  std::filesystem::create_symlink("nowhere", folder_ / "a-kontrakt/z.yaml");
  const auto found = FindKontrakts(Options());
  ASSERT_FALSE(found.ok());
  EXPECT_THAT(found.error().message(), HasSubstr("and 1 more"));
}

}  // namespace
}  // namespace kontrakt::manifest
