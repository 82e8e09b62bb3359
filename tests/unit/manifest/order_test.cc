#include "lib/manifest/order.h"

#include <string>

#include <gmock/gmock.h>

#include "lib/doc/yaml.h"
#include "lib/manifest/object_check.h"

namespace kontrakt::manifest {
namespace {

using testing::HasSubstr;

std::vector<Object> ObjectsIn(const std::string& text) {
  std::vector<Object> objects;
  std::vector<Error> problems;
  const auto documents = doc::ParseYaml(text, "f.yaml");
  for (const doc::Document& document : *documents) {
    for (Object& object : ObjectsOf(document, "f.yaml", ObjectUse::kApply, problems))
      objects.push_back(std::move(object));
  }
  EXPECT_TRUE(problems.empty());
  return objects;
}

/// "wave/stage: a b" for each wave.
std::string Shown(const std::vector<Object>& objects, const std::vector<Wave>& waves) {
  std::string text;
  for (const Wave& wave : waves) {
    text += std::to_string(wave.sync_wave) + "/" + std::to_string(static_cast<int>(wave.stage)) + ":";
    for (const std::size_t index : wave.objects)
      text += " " + objects[index].name;
    text += "\n";
  }
  return text;
}

TEST(OrderIntoWaves, GoesFromDefinitionsToGateways) {
  const auto objects = ObjectsIn(R"(
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: hook}}
---
{apiVersion: example.com/v1, kind: Widget, metadata: {name: widget}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: config}}
---
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.example.com}}
---
{apiVersion: v1, kind: Service, metadata: {name: web-service}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: role}}
---
{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.x}}
)");
  const auto waves = OrderIntoWaves(objects);
  ASSERT_TRUE(waves.ok());
  EXPECT_EQ(Shown(objects, *waves),
            "0/0: widgets.example.com\n0/1: config role\n0/2: widget web web-service\n0/3: hook v1.x\n");
}

TEST(OrderIntoWaves, KindsOfOtherGroupsAreWorkloads) {
  const auto objects = ObjectsIn("{apiVersion: example.com/v1, kind: Secret, metadata: {name: a}}");
  EXPECT_EQ(StageOf(objects[0]), Stage::kWorkloads);
}

TEST(OrderIntoWaves, SyncWavesComeBeforeStages) {
  const auto objects = ObjectsIn(R"(
{apiVersion: v1, kind: ConfigMap, metadata: {name: late, annotations: {argocd.argoproj.io/sync-wave: "2"}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: early, annotations: {argocd.argoproj.io/sync-wave: "-1"}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: plain}}
---
{apiVersion: v1, kind: Pod, metadata: {name: zero, annotations: {argocd.argoproj.io/sync-wave: "+0"}}}
)");
  const auto waves = OrderIntoWaves(objects);
  ASSERT_TRUE(waves.ok());
  EXPECT_EQ(Shown(objects, *waves), "-1/2: early\n0/2: plain zero\n2/1: late\n");
}

TEST(OrderIntoWaves, SyncWaveThatIsNoIntegerIsSaidWithItsLine) {
  const auto objects = ObjectsIn(R"(apiVersion: v1
kind: Pod
metadata:
  name: a
  annotations:
    argocd.argoproj.io/sync-wave: first
---
apiVersion: v1
kind: Pod
metadata: {name: b, annotations: {argocd.argoproj.io/sync-wave: 1}}
)");
  const auto waves = OrderIntoWaves(objects);
  ASSERT_FALSE(waves.ok());
  EXPECT_EQ(waves.error().code(), ErrorCode::kInvalidInput);
  EXPECT_THAT(waves.error().ToString(), HasSubstr("f.yaml:6: argocd.argoproj.io/sync-wave of pod/a is no integer"));
  EXPECT_THAT(waves.error().ToString(), HasSubstr("f.yaml:10: "));
}

TEST(OrderIntoWaves, NothingIsNoWave) {
  EXPECT_TRUE(OrderIntoWaves({})->empty());
}

}  // namespace
}  // namespace kontrakt::manifest
