#include "lib/lifecycle/assertion_files.h"

#include <gmock/gmock.h>

#include "tests/unit/lifecycle/applied_run.h"

namespace kontrakt {
namespace {

using ::testing::HasSubstr;

class AssertionFiles : public AppliedRun {
 protected:
  /// The assertions of one file, as apply would have seen it.
  Result<std::vector<Assertion>> Load(const std::string& text, const std::string& file = "a.assert.yaml") {
    files_.Write("web/kontrakt/" + file, text);
    const auto folders = Folders();
    manifest::LoadProblems problems;
    manifest::Variables variables = variables_;
    variables.namespace_name = NamespaceName();
    variables.name = "web";
    variables.run = "run-1";
    variables.source_reference = "abc";
    const auto loaded = manifest::LoadAssertions(folders.at("web"), variables, problems);
    if (!loaded.ok())
      return loaded.error();
    Annotate(annotation::kAssertions, loaded->digest.ToString());
    Annotate(annotation::kSourceReference, "abc");
    return LoadAssertionsOf(*client_, Read(), inventory_, folders, variables_, {});
  }

  AssertionFolders Folders() {
    scope_.files = {files_ / "web/kontrakt"};
    scope_.root = files_.path();
    auto folders = FindAssertionFolders(scope_);
    EXPECT_TRUE(folders.ok()) << folders.error().ToString();
    return folders ? *folders : AssertionFolders();
  }

  void SetUp() override { AddKontrakt(); }

  void ExpectRefusal(const std::string& text, ErrorCode code, const std::string& says, int line = 0,
                     const std::string& file = "a.assert.yaml") {
    const auto loaded = Load(text, file);
    ASSERT_FALSE(loaded.ok());
    EXPECT_EQ(loaded.error().code(), code) << loaded.error().ToString();
    EXPECT_THAT(loaded.error().ToString(), HasSubstr(says));
    if (line > 0) {
      ASSERT_TRUE(loaded.error().location().has_value());
      EXPECT_EQ(loaded.error().location()->line, line);
    }
  }

  manifest::Variables variables_;
  Inventory inventory_;
};

TEST_F(AssertionFiles, SelectByNameAndCompareTheRest) {
  const auto loaded = Load(
      "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: '${kontrakt.namespace}'}\nspec: {type: "
      "ClusterIP}\n");
  ASSERT_TRUE(loaded.ok()) << loaded.error().ToString();
  const Assertion& assertion = loaded->at(0);
  EXPECT_EQ(assertion.title, "a.assert.yaml:1 service/web");
  EXPECT_EQ(assertion.name, "web");
  EXPECT_EQ(assertion.namespace_name, NamespaceName());
  EXPECT_EQ(assertion.resource.plural, "services");
  EXPECT_FALSE(assertion.must_not_match);
  EXPECT_EQ(doc::Dump(assertion.pattern.pattern()), R"({"spec":{"type":"ClusterIP"}})");
}

TEST_F(AssertionFiles, LabelsStayToBeCompared) {
  const auto loaded = Load("apiVersion: apps/v1\nkind: Deployment\nmetadata: {labels: {app: web}}\n");
  ASSERT_TRUE(loaded.ok()) << loaded.error().ToString();
  EXPECT_EQ(loaded->at(0).name, "");
  EXPECT_EQ(loaded->at(0).title, "a.assert.yaml:1 deployment/*");
  EXPECT_EQ(doc::Dump(loaded->at(0).pattern.pattern()), R"({"metadata":{"labels":{"app":"web"}}})");
}

TEST_F(AssertionFiles, VariablesComeFromTheNamespaceToo) {
  const auto loaded =
      Load("apiVersion: v1\nkind: Pod\nmetadata: {name: 'a-${kontrakt.sourceReference}-${kontrakt.run}'}\n");
  ASSERT_TRUE(loaded.ok()) << loaded.error().ToString();
  EXPECT_EQ(loaded->at(0).name, "a-abc-run-1");
}

TEST_F(AssertionFiles, ErrorFilesSayHowLong) {
  const auto loaded = Load(
      "apiVersion: v1\nkind: Pod\nmetadata: {annotations: {kontrakt/stays: 10s, other: x}}\nstatus: {phase: Failed}\n",
      "a.error.yaml");
  ASSERT_TRUE(loaded.ok()) << loaded.error().ToString();
  EXPECT_TRUE(loaded->at(0).must_not_match);
  EXPECT_EQ(loaded->at(0).stays, std::chrono::seconds(10));
  EXPECT_EQ(doc::Dump(loaded->at(0).pattern.pattern()),
            R"({"metadata":{"annotations":{"other":"x"}},"status":{"phase":"Failed"}})");
}

TEST_F(AssertionFiles, StaysBelongsIntoErrorFiles) {
  ExpectRefusal("apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    kontrakt/stays: 10s\n",
                ErrorCode::kInvalidInput, ".error.yaml", 4);
}

TEST_F(AssertionFiles, StaysIsADuration) {
  ExpectRefusal("apiVersion: v1\nkind: Pod\nmetadata: {annotations: {kontrakt/stays: soon}}\n",
                ErrorCode::kInvalidInput, "kontrakt/stays", 3, "a.error.yaml");
}

TEST_F(AssertionFiles, WrongOperatorsAreToldWithTheirLine) {
  ExpectRefusal("apiVersion: v1\nkind: Pod\nstatus:\n  phase:\n    $equals: Running\n", ErrorCode::kInvalidInput,
                "there is no operator $equals", 5);
}

TEST_F(AssertionFiles, KindsMustExist) {
  ExpectRefusal("apiVersion: v1\nkind: Podd\n", ErrorCode::kInvalidInput, "Podd", 2);
}

TEST_F(AssertionFiles, EventsProveNothing) {
  ExpectRefusal("apiVersion: v1\nkind: Event\nreason: Passed\n", ErrorCode::kInvalidInput, "Events");
}

TEST_F(AssertionFiles, OtherNamespacesAreNotRead) {
  ExpectRefusal("apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: kube-system}\n", ErrorCode::kConflict,
                "outside the kontrakt", 3);
}

TEST_F(AssertionFiles, ObjectsWithoutNamespaceAreReadOnlyWhenTheKontraktHoldsThem) {
  const std::string text =
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\n";
  ExpectRefusal(text, ErrorCode::kConflict, "outside the kontrakt");
  InventoryItem item;
  item.key = {kube::CustomResourceDefinitions(), "", "things.example.com"};
  item.outside = true;
  inventory_.items.push_back(item);
  const auto loaded = Load(text);
  ASSERT_TRUE(loaded.ok()) << loaded.error().ToString();
  EXPECT_EQ(loaded->at(0).namespace_name, "");
}

TEST_F(AssertionFiles, TheKontraktsOwnNamespaceMayBeRead) {
  EXPECT_TRUE(Load("apiVersion: v1\nkind: Namespace\nmetadata: {name: '${kontrakt.namespace}'}\n").ok());
  EXPECT_FALSE(Load("apiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n").ok());
}

TEST_F(AssertionFiles, AllProblemsAreToldTogether) {
  const auto loaded = Load("apiVersion: v1\nkind: Podd\n---\napiVersion: v1\nkind: Event\n");
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().ToString(), HasSubstr("Podd"));
  EXPECT_THAT(loaded.error().ToString(), HasSubstr("Events"));
}

TEST_F(AssertionFiles, NoneAreNeededAndNoneAreLookedFor) {
  const auto loaded = LoadAssertionsOf(*client_, Read(), inventory_, {}, {}, {});
  ASSERT_TRUE(loaded.ok());
  EXPECT_TRUE(loaded->empty());
}

TEST_F(AssertionFiles, NewOnesSinceApplyAreRefused) {
  files_.Write("web/kontrakt/a.assert.yaml", "apiVersion: v1\nkind: Pod\n");
  const auto loaded = LoadAssertionsOf(*client_, Read(), inventory_, Folders(), {}, {});
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code(), ErrorCode::kConflict);
}

}  // namespace
}  // namespace kontrakt
