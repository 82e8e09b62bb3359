#include "lib/manifest/images.h"

#include <string>

#include <gmock/gmock.h>

#include "lib/doc/yaml.h"

namespace kontrakt::manifest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

doc::Json Yaml(const std::string& text) {
  return doc::ParseYaml(text, "f")->front().value;
}

std::vector<std::string> PointersIn(const std::string& text, AnyImageKey any_key = AnyImageKey::kNo) {
  std::vector<std::string> pointers;
  for (const ImageField& field : FindImages(Yaml(text), any_key))
    pointers.push_back(field.pointer + " " + field.image + " " + field.container);
  return pointers;
}

TEST(FindImages, AllContainersAndImageVolumesOfAPod) {
  EXPECT_THAT(PointersIn(R"(
apiVersion: v1
kind: Pod
spec:
  initContainers: [{name: i, image: init}]
  containers: [{name: a, image: one}, {name: b, image: two}]
  ephemeralContainers: [{name: e, image: three}]
  volumes: [{name: v, image: {reference: four}}, {name: w, emptyDir: {}}]
)"),
              ElementsAre("/spec/initContainers/0/image init i", "/spec/containers/0/image one a",
                          "/spec/containers/1/image two b", "/spec/ephemeralContainers/0/image three e",
                          "/spec/volumes/0/image/reference four v"));
}

TEST(FindImages, PodTemplatesAtAnyDepth) {
  EXPECT_THAT(PointersIn(R"(
apiVersion: batch/v1
kind: CronJob
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: one}]}}}}}
)"),
              ElementsAre("/spec/jobTemplate/spec/template/spec/containers/0/image one a"));
}

TEST(FindImages, ItemsOfLists) {
  EXPECT_THAT(PointersIn(R"(
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, spec: {containers: [{name: a, image: one}]}}
- {apiVersion: tekton.dev/v1, kind: Task, spec: {steps: [{name: s, image: two}]}}
)"),
              ElementsAre("/items/0/spec/containers/0/image one a", "/items/1/spec/steps/0/image two s"));
}

TEST(FindImages, TektonStepsSidecarsAndTemplates) {
  EXPECT_THAT(
      PointersIn(R"(
apiVersion: tekton.dev/v1
kind: Pipeline
spec:
  tasks:
  - name: t
    taskSpec:
      stepTemplate: {image: one}
      steps: [{name: s, image: two}, {name: r, ref: {name: x}}]
      sidecars: [{name: d, image: three}]
  finally: [{name: f, taskSpec: {steps: [{name: g, image: four}]}}]
)"),
      ElementsAre("/spec/tasks/0/taskSpec/stepTemplate/image one ", "/spec/tasks/0/taskSpec/steps/0/image two s",
                  "/spec/tasks/0/taskSpec/sidecars/0/image three d", "/spec/finally/0/taskSpec/steps/0/image four g"));
  EXPECT_THAT(PointersIn("{apiVersion: tekton.dev/v1, kind: StepAction, spec: {image: one}}"),
              ElementsAre("/spec/image one "));
}

TEST(FindImages, ArgoTemplates) {
  EXPECT_THAT(
      PointersIn(R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
spec:
  templates:
  - {name: a, container: {image: one}}
  - {name: b, script: {image: two}}
  - {name: c, containerSet: {containers: [{name: x, image: three}]}}
  - {name: d, sidecars: [{name: w, image: four}], initContainers: [{name: z, image: five}]}
)"),
      ElementsAre("/spec/templates/0/container/image one ", "/spec/templates/1/script/image two ",
                  "/spec/templates/2/containerSet/containers/0/image three x",
                  "/spec/templates/3/sidecars/0/image four w", "/spec/templates/3/initContainers/0/image five z"));
}

TEST(FindImages, OtherKeysOnlyWhenAskedFor) {
  const std::string text = R"(
apiVersion: example.com/v1
kind: Database
metadata: {annotations: {image: no}}
spec: {image: one, steps: [{image: two}], backup: {image: {repository: x}}, containers: [{name: c, image: three}]}
status: {image: no}
)";
  EXPECT_THAT(PointersIn(text), ElementsAre("/spec/containers/0/image three c"));
  EXPECT_THAT(PointersIn(text, AnyImageKey::kYes),
              ElementsAre("/spec/image one ", "/spec/steps/0/image two ", "/spec/containers/0/image three "));
}

TEST(FindImages, NoneInDefinitionsAndConfiguration) {
  EXPECT_THAT(PointersIn("{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, "
                         "spec: {containers: [{image: x}]}}",
                         AnyImageKey::kYes),
              IsEmpty());
  EXPECT_THAT(PointersIn("{apiVersion: v1, kind: ConfigMap, data: {a: 'image: x'}}"), IsEmpty());
}

TEST(FindImages, WrongTypesAreNoImages) {
  EXPECT_THAT(
      PointersIn("{apiVersion: v1, kind: Pod, spec: {containers: [{image: 3}, x, {image: null}], volumes: [1]}}"),
      IsEmpty());
  EXPECT_THAT(PointersIn("[1, 2]"), IsEmpty());
}

TEST(FindImages, KeysAreEscapedInPointers) {
  EXPECT_THAT(PointersIn("{a/b: {containers: [{image: x}]}}"), ElementsAre("/a~1b/containers/0/image x "));
}

TEST(PodSpecOf, KnowsWhereEachKindHasIt) {
  const auto spec_of = [](const std::string& text) {
    const auto path = PodSpecOf(Yaml(text));
    return path ? path->spec + " " + path->metadata : "none";
  };
  EXPECT_EQ(spec_of("{apiVersion: v1, kind: Pod}"), "/spec /metadata");
  EXPECT_EQ(spec_of("{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: []}}}}"),
            "/spec/template/spec /spec/template/metadata");
  EXPECT_EQ(spec_of("{apiVersion: batch/v1, kind: CronJob}"),
            "/spec/jobTemplate/spec/template/spec /spec/jobTemplate/spec/template/metadata");
  EXPECT_EQ(spec_of("{apiVersion: v1, kind: PodTemplate}"), "/template/spec /template/metadata");
  EXPECT_EQ(spec_of("{apiVersion: serving.knative.dev/v1, kind: Service, spec: {template: {spec: {containers: []}}}}"),
            "/spec/template/spec /spec/template/metadata");
  EXPECT_EQ(spec_of("{apiVersion: v1, kind: Service, spec: {}}"), "none");
  EXPECT_EQ(spec_of("{apiVersion: example.com/v1, kind: Pod, spec: {containers: []}}"), "none");
}

}  // namespace
}  // namespace kontrakt::manifest
