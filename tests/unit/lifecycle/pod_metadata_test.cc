#include "lib/lifecycle/pod_metadata.h"

#include <gtest/gtest.h>

#include "lib/doc/yaml.h"

namespace kontrakt {
namespace {

doc::Json Object(std::string_view yaml) {
  return doc::ParseYaml(yaml, "x.yaml")->at(0).value;
}

TEST(PodMetadata, TheTemplatesAnnotationWins) {
  const doc::Json job = Object(
      "{apiVersion: batch/v1, kind: Job, metadata: {annotations: {a: outer, b: outer}}, spec: {template: {metadata: "
      "{annotations: {a: inner}}, spec: {containers: []}}}}");
  const auto pod = manifest::PodSpecOf(job);
  EXPECT_EQ(AnnotationOf(job, pod, "a"), "inner");
  EXPECT_EQ(AnnotationOf(job, pod, "b"), "outer");
  EXPECT_EQ(AnnotationOf(job, pod, "c"), "");
}

TEST(PodMetadata, LabelsOfPodsAreNotTheObjects) {
  const doc::Json job = Object(
      "{apiVersion: batch/v1, kind: Job, metadata: {labels: {kontrakt: test}}, spec: {template: {metadata: {}, spec: "
      "{containers: []}}}}");
  EXPECT_EQ(PodLabel(job, *manifest::PodSpecOf(job), "kontrakt"), "");
  EXPECT_EQ(OwnLabel(job, "kontrakt"), "test");
}

TEST(PodMetadata, AnObjectWithoutPodsHasItsOwnAnnotations) {
  const doc::Json map = Object("{apiVersion: v1, kind: ConfigMap, metadata: {annotations: {a: own}}}");
  EXPECT_EQ(AnnotationOf(map, std::nullopt, "a"), "own");
}

}  // namespace
}  // namespace kontrakt
