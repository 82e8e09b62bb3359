#include "lib/manifest/load.h"

#include <string>

#include <gmock/gmock.h>

#include "tests/fakes/temporary_folder.h"

namespace kontrakt::manifest {
namespace {

using fakes::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LoadKontraktTest : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& content) {
    folder_.files.push_back(files_.Write(name, content));
  }
  Result<Kontrakt> Load(const ImageRules* images = nullptr) {
    problems_ = {};
    return LoadKontrakt(folder_, variables_, problems_, images);
  }
  std::vector<std::string> Problems() {
    std::vector<std::string> shown;
    for (const Error& error : problems_.errors)
      shown.push_back(error.ToString().substr(files_.path().size() + 1));
    return shown;
  }
  static std::string ConfigMap(const std::string& name, const std::string& more = "") {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\n" + more;
  }

  TemporaryFolder files_;
  Folder folder_{"web", files_.path(), "web/kontrakt", {}};
  Variables variables_;
  LoadProblems problems_;
};

TEST_F(LoadKontraktTest, ReadsDocumentsInOrderOfFiles) {
  Write("a.yaml", ConfigMap("one") + "---\n" + ConfigMap("two"));
  Write("b.json", R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "three"}})");
  const auto kontrakt = Load();
  ASSERT_TRUE(kontrakt.ok()) << kontrakt.error().ToString();
  ASSERT_EQ(kontrakt->objects.size(), 3U);
  EXPECT_EQ(kontrakt->objects[1].Describe(), "configmap/two");
  EXPECT_EQ(kontrakt->objects[1].location.ToString(), files_ / "a.yaml:5");
  EXPECT_EQ(kontrakt->objects[2].Describe(), "configmap/three");
  EXPECT_EQ(kontrakt->folder.name, "web");
}

TEST_F(LoadKontraktTest, SubstitutesAndUnescapes) {
  variables_.name = "web";
  Write("a.yaml", ConfigMap("${kontrakt.name}", "data: {a: '$${kontrakt.name}'}\n"));
  const auto kontrakt = Load();
  ASSERT_TRUE(kontrakt.ok()) << kontrakt.error().ToString();
  EXPECT_EQ(kontrakt->objects[0].name, "web");
  EXPECT_EQ(kontrakt->objects[0].value["data"]["a"], "${kontrakt.name}");
}

TEST_F(LoadKontraktTest, ReferencesToSourcesFollowTheConvention) {
  variables_.ko_docker_repo = "host/team";
  variables_.source_reference = "abc";
  Write("a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: ./backend}]}\n");
  const auto kontrakt = Load();
  ASSERT_TRUE(kontrakt.ok()) << kontrakt.error().ToString();
  EXPECT_EQ(kontrakt->objects[0].value["spec"]["containers"][0]["image"], "host/team/backend:abc");
}

TEST_F(LoadKontraktTest, RulesForImagesAreCounted) {
  ImageRules rules;
  rules.set = {{"nginx", ":2"}, {"redis", ":3"}};
  Write("a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nginx}]}\n");
  const auto kontrakt = Load(&rules);
  ASSERT_TRUE(kontrakt.ok()) << kontrakt.error().ToString();
  EXPECT_EQ(kontrakt->objects[0].value["spec"]["containers"][0]["image"], "nginx:2");
  EXPECT_EQ(problems_.image_rules_used, (std::vector<bool>{true, false}));
}

TEST_F(LoadKontraktTest, AssertionFilesAreKeptApart) {
  Write("a.yaml", ConfigMap("one"));
  Write("b.assert.yaml", "apiVersion: v1\nkind: Pod\nstatus: {phase: Running}\n");
  Write("c.error.yml", ConfigMap("one") + "---\n" + ConfigMap("one"));
  const auto kontrakt = Load();
  ASSERT_TRUE(kontrakt.ok()) << kontrakt.error().ToString();
  EXPECT_EQ(kontrakt->objects.size(), 1U);
  ASSERT_EQ(kontrakt->assertions.size(), 2U);
  EXPECT_FALSE(kontrakt->assertions[0].must_not_match);
  EXPECT_TRUE(kontrakt->assertions[1].must_not_match);
  EXPECT_EQ(kontrakt->assertions[1].objects.size(), 2U);
}

TEST_F(LoadKontraktTest, ProblemsOfAllFilesAreFound) {
  Write("a.yaml", ConfigMap("${kontrakt.colour}"));
  Write("b.yaml", "a: [\n");
  Write("c.yaml", "kind: Pod\n---\n" + ConfigMap("fine"));
  folder_.files.push_back(files_ / "missing.yaml");
  const auto kontrakt = Load();
  ASSERT_FALSE(kontrakt.ok());
  EXPECT_EQ(kontrakt.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(kontrakt.error().message(), HasSubstr("and 3 more"));
  EXPECT_THAT(Problems(), ElementsAre(HasSubstr("a.yaml:3:18: ${kontrakt.colour}"), HasSubstr("b.yaml:"),
                                      HasSubstr("c.yaml:1: a Pod without apiVersion"), HasSubstr("missing.yaml")));
  for (const Error& error : problems_.errors)
    EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
}

TEST_F(LoadKontraktTest, SameObjectTwiceNamesBothLines) {
  Write("a.yaml", ConfigMap("one"));
  Write("b.yaml", "---\n" + ConfigMap("one"));
  ASSERT_FALSE(Load().ok());
  EXPECT_THAT(Problems(), ElementsAre("b.yaml:2: configmap/one is defined twice, first at " + files_ / "a.yaml:1"));
}

TEST_F(LoadKontraktTest, SameObjectInTwoVersionsOfItsGroupIsTheSame) {
  Write("a.yaml",
        "apiVersion: x/v1\nkind: A\nmetadata: {name: a}\n---\napiVersion: x/v2\nkind: A\nmetadata: {name: a}\n");
  EXPECT_FALSE(Load().ok());
}

TEST_F(LoadKontraktTest, OwnNamespaceWrittenOutIsTheSameObject) {
  variables_.namespace_name = "ns";
  Write("a.yaml", ConfigMap("one") + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: ns}\n");
  EXPECT_FALSE(Load().ok());
}

TEST_F(LoadKontraktTest, OtherNamespacesGroupsAndGeneratedNamesAreOthers) {
  Write("a.yaml", ConfigMap("one") + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: b}\n" +
                      "---\napiVersion: x/v1\nkind: ConfigMap\nmetadata: {name: one}\n" +
                      "---\napiVersion: v1\nkind: Pod\nmetadata: {generateName: t-}\n" +
                      "---\napiVersion: v1\nkind: Pod\nmetadata: {generateName: t-}\n");
  const auto kontrakt = Load();
  ASSERT_TRUE(kontrakt.ok()) << kontrakt.error().ToString();
  EXPECT_EQ(kontrakt->objects.size(), 5U);
}

TEST_F(LoadKontraktTest, NoManifestsIsAProblem) {
  Write("a.yaml", "# nothing\n---\n");
  Write("b.assert.yaml", "apiVersion: v1\nkind: Pod\n");
  ASSERT_FALSE(Load().ok());
  EXPECT_THAT(problems_.errors.front().message(), HasSubstr("no manifests in it"));
}

TEST_F(LoadKontraktTest, AssertionFileMustAssert) {
  Write("a.yaml", ConfigMap("one"));
  Write("b.assert.yaml", "# nothing\n");
  ASSERT_FALSE(Load().ok());
  EXPECT_THAT(Problems(), ElementsAre("b.assert.yaml: asserts nothing"));
}

TEST_F(LoadKontraktTest, DigestIsThatOfSubstitutedTexts) {
  Write("a.yaml", ConfigMap("one", "data: {a: '${kontrakt.x}'}\n"));
  variables_.set["x"] = "1";
  const Digest one = Load()->source_digest;
  EXPECT_EQ(one, Load()->source_digest);
  variables_.set["x"] = "2";
  EXPECT_NE(one, Load()->source_digest);
}

TEST_F(LoadKontraktTest, DigestDoesNotDependOnWhereTheFolderLies) {
  Write("a.yaml", ConfigMap("one"));
  const Digest here = Load()->source_digest;
  const TemporaryFolder elsewhere;
  folder_.path = elsewhere.path();
  folder_.files = {elsewhere.Write("a.yaml", ConfigMap("one"))};
  EXPECT_EQ(Load()->source_digest, here);
  folder_.files = {elsewhere.Write("b.yaml", ConfigMap("one"))};
  EXPECT_NE(Load()->source_digest, here);
}

TEST_F(LoadKontraktTest, AssertionDigestIsThatOfTheAssertionFilesAsTheyAre) {
  Write("a.yaml", ConfigMap("one"));
  EXPECT_TRUE(Load()->assertion_digest.empty());
  Write("b.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: '${kontrakt.x}'}\n");
  variables_.set["x"] = "1";
  const Digest one = Load()->assertion_digest;
  EXPECT_FALSE(one.empty());
  variables_.set["x"] = "2";
  EXPECT_EQ(Load()->assertion_digest, one);
}

TEST_F(LoadKontraktTest, AssertionsAloneNeedOnlyTheirOwnVariables) {
  Write("a.yaml", ConfigMap("one", "data: {a: '${kontrakt.unknown}'}\n"));
  Write("b.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: '${kontrakt.x}'}\n");
  variables_.set["x"] = "smoke";
  const auto assertions = LoadAssertions(folder_, variables_, problems_);
  ASSERT_TRUE(assertions.ok()) << assertions.error().ToString();
  ASSERT_EQ(assertions->files.size(), 1U);
  EXPECT_EQ(assertions->files[0].objects.at(0).name, "smoke");
  EXPECT_FALSE(assertions->digest.empty());
}

TEST_F(LoadKontraktTest, NoAssertionsAreNoProblem) {
  Write("a.yaml", ConfigMap("one"));
  const auto assertions = LoadAssertions(folder_, variables_, problems_);
  ASSERT_TRUE(assertions.ok());
  EXPECT_TRUE(assertions->files.empty());
  EXPECT_TRUE(assertions->digest.empty());
}

TEST(IsAssertionFile, GoesByTheEnd) {
  EXPECT_TRUE(IsAssertionFile("a/b.assert.yaml"));
  EXPECT_TRUE(IsAssertionFile("b.error.json"));
  EXPECT_FALSE(IsAssertionFile("assert.yaml"));
  EXPECT_FALSE(IsAssertionFile("a.assert.yaml.yaml"));
}

}  // namespace
}  // namespace kontrakt::manifest
