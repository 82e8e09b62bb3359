#include "lib/kube/kubeconfig_file.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/temporary_folder.h"

namespace kontrakt::kube {
namespace {

using Variables = std::map<std::string, std::string>;

using fakes::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kFirst[] = R"(apiVersion: v1
kind: Config
clusters:
- name: shared
  cluster: {server: "https://first:6443"}
contexts:
- name: one
  context: {cluster: shared, user: alice}
users:
- name: alice
  user: {token: first}
)";
constexpr char kSecond[] = R"(current-context: two
clusters:
- name: shared
  cluster: {server: "https://second:6443", tls-server-name: kept-only-there}
- name: own
  cluster: {server: "https://own:6443"}
contexts:
- name: two
  context: {cluster: own, user: bob}
)";

Environment Listing(const std::string& list) {
  return Environment(Variables{{"KUBECONFIG", list}, {"HOME", "/nonexistent"}});
}

TEST(KubeconfigFile, TheFirstFileThatDefinesANameWinsWhole) {
  const TemporaryFolder folder;
  const std::string first = folder.Write("a", kFirst);
  const std::string second = folder.Write("b", kSecond);
  const auto config = ReadKubeconfig("", Listing(first + ":" + second));
  ASSERT_TRUE(config) << config.error().ToString();
  EXPECT_EQ(config->clusters.at("shared").String("server"), "https://first:6443");
  EXPECT_EQ(config->clusters.at("shared").String("tls-server-name"), "");
  EXPECT_EQ(config->clusters.at("own").String("server"), "https://own:6443");
  EXPECT_EQ(config->current_context, "two");
  EXPECT_THAT(config->read, ElementsAre(first, second));
}

TEST(KubeconfigFile, TheFirstCurrentContextWins) {
  const TemporaryFolder folder;
  const std::string first = folder.Write("a", "current-context: mine\n");
  const std::string second = folder.Write("b", kSecond);
  EXPECT_EQ(ReadKubeconfig("", Listing(first + ":" + second))->current_context, "mine");
}

TEST(KubeconfigFile, LeavesOutMissingFilesEmptyEntriesAndRepetitions) {
  const TemporaryFolder folder;
  const std::string file = folder.Write("a", kFirst);
  const auto config = ReadKubeconfig("", Listing((folder / "missing") + "::" + file + ":" + file));
  ASSERT_TRUE(config) << config.error().ToString();
  EXPECT_THAT(config->read, ElementsAre(file));
}

TEST(KubeconfigFile, AnExplicitFileStandsAloneAndMustExist) {
  const TemporaryFolder folder;
  const std::string first = folder.Write("a", kFirst);
  const std::string second = folder.Write("b", kSecond);
  EXPECT_FALSE(ReadKubeconfig(first, Listing(second))->contexts.contains("two"));
  const auto missing = ReadKubeconfig(folder / "missing", Listing(second));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(missing.error().ToString(), HasSubstr(folder / "missing"));
}

TEST(KubeconfigFile, IsInTheHomeFolderWhereNothingElseIsSaid) {
  const TemporaryFolder home;
  home.Write(".kube/config", kSecond);
  const auto config = ReadKubeconfig("", Environment(Variables{{"HOME", home.path()}}));
  ASSERT_TRUE(config);
  EXPECT_EQ(config->current_context, "two");
}

TEST(KubeconfigFile, IsEmptyWithoutHomeAndList) {
  const auto config = ReadKubeconfig("", Environment());
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->IsEmpty());
  EXPECT_TRUE(config->tried.empty());
}

TEST(KubeconfigFile, MayBeJsonOrEmpty) {
  const TemporaryFolder folder;
  const auto json = ReadKubeconfig(folder.Write("a", R"({"current-context": "x", "users": null})"), Environment());
  ASSERT_TRUE(json) << json.error().ToString();
  EXPECT_EQ(json->current_context, "x");
  EXPECT_TRUE(ReadKubeconfig(folder.Write("b", ""), Environment())->IsEmpty());
}

struct BrokenCase {
  std::string name;
  std::string text;
  std::string message;
  int line;
};

class KubeconfigBroken : public ::testing::TestWithParam<BrokenCase> {};

TEST_P(KubeconfigBroken, IsAnErrorWithFileAndLine) {
  const TemporaryFolder folder;
  const std::string file = folder.Write("config", GetParam().text);
  const auto config = ReadKubeconfig("", Listing(file));
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(config.error().message(), HasSubstr(GetParam().message));
  ASSERT_TRUE(config.error().location()) << config.error().ToString();
  EXPECT_EQ(config.error().location()->file, file);
  EXPECT_EQ(config.error().location()->line, GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(
    Kubeconfig, KubeconfigBroken,
    ::testing::Values(BrokenCase{"NameTwice", "users:\n- name: a\n  user: {}\n- name: a\n  user: {}\n",
                                 "user \"a\" is defined twice", 4},
                      BrokenCase{"NoName", "clusters:\n- cluster: {server: x}\n", "has no name", 2},
                      BrokenCase{"NoList", "kind: Config\ncontexts: {a: b}\n", "contexts must be a list", 2},
                      BrokenCase{"Syntax", "kind: Config\nclusters: [\n", "", 3}),
    [](const auto& test) { return test.param.name; });

TEST(KubeconfigFile, StillReadsTheOthersAndTellsAllErrors) {
  const TemporaryFolder folder;
  const std::string first = folder.Write("a", "contexts: 1\n");
  const std::string second = folder.Write("b", "users: 1\n");
  const auto config = ReadKubeconfig("", Listing(first + ":" + second));
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().ToString(), HasSubstr(first));
  ASSERT_TRUE(config.error().hint());
  EXPECT_THAT(*config.error().hint(), HasSubstr(second));
}

TEST(KubeconfigEntry, ResolvesPathsAgainstItsOwnFile) {
  const TemporaryFolder folder;
  const auto config = ReadKubeconfig(folder.Write("deep/config", kFirst), Environment());
  ASSERT_TRUE(config);
  const KubeconfigEntry& entry = config->clusters.at("shared");
  EXPECT_EQ(entry.Path("ca.crt"), folder / "deep/ca.crt");
  EXPECT_EQ(entry.Path("../ca.crt"), folder / "ca.crt");
  EXPECT_EQ(entry.Path("/etc/ca.crt"), "/etc/ca.crt");
  EXPECT_EQ(entry.Path(""), "");
}

}  // namespace
}  // namespace kontrakt::kube
