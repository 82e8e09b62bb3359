#include "lib/manifest/object_check.h"

#include <string>

#include <gmock/gmock.h>

namespace kontrakt::manifest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Checked {
  std::vector<std::string> objects;
  std::vector<std::string> problems;
};

Checked Check(const std::string& text, ObjectUse use = ObjectUse::kApply) {
  Checked checked;
  std::vector<Error> problems;
  const auto documents = doc::ParseYaml(text, "f.yaml");
  EXPECT_TRUE(documents.ok()) << documents.error().ToString();
  for (const doc::Document& document : *documents) {
    for (const Object& object : ObjectsOf(document, "f.yaml", use, problems))
      checked.objects.push_back(object.Describe());
  }
  for (const Error& problem : problems) {
    EXPECT_EQ(problem.code(), ErrorCode::kInvalidInput);
    checked.problems.push_back(problem.ToString());
  }
  return checked;
}

TEST(ObjectsOf, ReadsWhatAManifestSays) {
  std::vector<Error> problems;
  const auto documents =
      doc::ParseYaml("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: b}\n", "f.yaml");
  const auto objects = ObjectsOf(documents->front(), "f.yaml", ObjectUse::kApply, problems);
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].gvk, (kube::GroupVersionKind{"apps", "v1", "Deployment"}));
  EXPECT_EQ(objects[0].name, "a");
  EXPECT_EQ(objects[0].namespace_name, "b");
  EXPECT_EQ(objects[0].location.ToString(), "f.yaml:1");
}

TEST(ObjectsOf, FlattensListsWithinLists) {
  const Checked checked = Check(R"(apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: a}}
- apiVersion: v1
  kind: PodList
  items:
  - {apiVersion: v1, kind: Pod, metadata: {name: b}}
)");
  EXPECT_THAT(checked.objects, ElementsAre("pod/a", "pod/b"));
  EXPECT_THAT(checked.problems, IsEmpty());
}

TEST(ObjectsOf, KindThatEndsInListWithoutItemsIsAnObject) {
  EXPECT_THAT(Check("{apiVersion: x/v1, kind: AllowList, metadata: {name: a}}").objects, ElementsAre("allowlist/a"));
}

TEST(ObjectsOf, OneBadItemDoesNotHideTheOthers) {
  const Checked checked = Check(R"(apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod}
- {apiVersion: v1, kind: Pod, metadata: {name: b}}
- text
)");
  EXPECT_THAT(checked.objects, ElementsAre("pod/b"));
  EXPECT_THAT(checked.problems, ElementsAre(HasSubstr("f.yaml:4: a Pod without metadata.name"),
                                            HasSubstr("f.yaml:6: this is no object but a string")));
}

struct ProblemCase {
  std::string name;
  std::string text;
  std::string problem;
};

class ObjectProblemTest : public testing::TestWithParam<ProblemCase> {};

TEST_P(ObjectProblemTest, IsSaidWithItsLine) {
  const Checked checked = Check(GetParam().text);
  EXPECT_THAT(checked.objects, IsEmpty());
  EXPECT_THAT(checked.problems, ElementsAre(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    Problems, ObjectProblemTest,
    testing::Values(ProblemCase{"NoObject", "- a\n", "f.yaml:1: this is no object but a list"},
                    ProblemCase{"NoVersionNorKind", "a: 1\n", "f.yaml:1: apiVersion and kind are missing"},
                    ProblemCase{"NoVersion", "kind: Pod\nmetadata: {name: a}\n", "f.yaml:1: a Pod without apiVersion"},
                    ProblemCase{"NoKind", "apiVersion: v1\nmetadata: {name: a}\n",
                                "f.yaml:1: an object of v1 without kind"},
                    ProblemCase{"EmptyKind", "apiVersion: v1\nkind: ''\n", "f.yaml:1: an object of v1 without kind"},
                    ProblemCase{"NoName", "apiVersion: v1\nkind: Pod\nmetadata: {labels: {}}\n",
                                "f.yaml:1: a Pod without metadata.name"},
                    ProblemCase{"NameIsANumber", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: 12\n",
                                "f.yaml:4: metadata.name is no text but a number"},
                    ProblemCase{"NamespaceIsAMap", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: {}\n",
                                "f.yaml:5: metadata.namespace is no text but a map"},
                    ProblemCase{"KindIsABoolean", "apiVersion: v1\nkind: yes\nmetadata: {name: a}\n",
                                "f.yaml:2: kind is no text but a boolean"},
                    ProblemCase{"MetadataIsAList", "apiVersion: v1\nkind: Pod\nmetadata: []\n",
                                "f.yaml:3: metadata is no map but a list"},
                    ProblemCase{"NameLeadsElsewhere", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: ../x\n",
                                "f.yaml:4: metadata.name ../x can't be part of a URL"},
                    ProblemCase{"NameIsEscaped", "apiVersion: v1\nkind: Pod\nmetadata: {name: a%2fb}\n",
                                "f.yaml:3: metadata.name a%2fb can't be part of a URL"},
                    ProblemCase{"NamespaceIsDots", "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: ..}\n",
                                "f.yaml:3: metadata.namespace .. can't be part of a URL"},
                    ProblemCase{"VersionHasTwoSlashes", "apiVersion: a/b/v1\nkind: Pod\nmetadata: {name: a}\n",
                                "f.yaml:1: apiVersion a/b/v1 is neither version nor group/version"},
                    ProblemCase{"ItemsAreNoList", "apiVersion: v1\nkind: List\nitems: {}\n",
                                "f.yaml:3: items is no list but a map"}),
    [](const auto& param) { return param.param.name; });

TEST(ObjectsOf, AssertionsDoWithoutName) {
  const Checked checked = Check("apiVersion: v1\nkind: Pod\nstatus: {phase: Running}\n", ObjectUse::kAssert);
  EXPECT_THAT(checked.problems, IsEmpty());
  EXPECT_EQ(checked.objects.size(), 1U);
}

TEST(ObjectsOf, GenerateNameIsEnough) {
  EXPECT_THAT(Check("{apiVersion: v1, kind: Pod, metadata: {generateName: a-}}").objects, ElementsAre("pod/a-*"));
}

}  // namespace
}  // namespace kontrakt::manifest
