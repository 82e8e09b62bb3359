#include <string>

#include <gmock/gmock.h>

#include "lib/manifest/load.h"
#include "lib/manifest/object_check.h"

namespace kontrakt::manifest {
namespace {

constexpr const char* kDeployment = R"(# line 1
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app.kubernetes.io/name: web
  annotations: {kontrakt/x: y}
spec:
  template:
    spec:
      containers:
      - name: web
        image: nginx
        ports:
        - containerPort: 80
          protocol: TCP
      - name: other
        image: redis
        resources:
          limits:
            cpu: 1
)";

Object ObjectIn(const std::string& text) {
  std::vector<Error> problems;
  const auto documents = doc::ParseYaml(text, "f.yaml");
  std::vector<Object> objects = ObjectsOf(documents->front(), "f.yaml", ObjectUse::kApply, problems);
  EXPECT_TRUE(problems.empty());
  return objects.front();
}

struct LocationCase {
  std::string name;
  std::string field;
  int line;
};

class LocationTest : public testing::TestWithParam<LocationCase> {};

TEST_P(LocationTest, IsThatOfTheField) {
  const FileLine place = ObjectIn(kDeployment).LocationOf(GetParam().field);
  EXPECT_EQ(place.file, "f.yaml");
  EXPECT_EQ(place.line, GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(
    Fields, LocationTest,
    testing::Values(LocationCase{"Plain", "metadata.name", 5}, LocationCase{"LeadingDot", ".metadata.name", 5},
                    LocationCase{"Index", "spec.template.spec.containers[0].image", 14},
                    LocationCase{"SecondIndex", "spec.template.spec.containers[1].image", 19},
                    LocationCase{"Element", "spec.template.spec.containers[1]", 18},
                    LocationCase{"ByName", ".spec.template.spec.containers[name=\"other\"].image", 19},
                    LocationCase{
                        "ByTwoKeys",
                        ".spec.template.spec.containers[name=\"web\"].ports[containerPort=80,protocol=\"TCP\"]."
                        "protocol",
                        17},
                    LocationCase{"AsEventsSayIt", "spec.template.spec.containers{other}", 18},
                    LocationCase{"KeyWithDots", "metadata.labels.app.kubernetes.io/name", 7},
                    LocationCase{"KeyInBrackets", "spec.template.spec.containers[1].resources.limits[cpu]", 22},
                    LocationCase{"QuotedKeyInBrackets", "metadata.labels[\"app.kubernetes.io/name\"]", 7},
                    LocationCase{"StrictDecoding", "unknown field \"spec.template.spec.containers[0].image\"", 14},
                    LocationCase{"MissingFieldTakesTheOneAround", "spec.selector", 9},
                    LocationCase{"MissingElement", "spec.template.spec.containers[7].image", 12},
                    LocationCase{"NothingKnown", "status.conditions", 2}, LocationCase{"Empty", "", 2},
                    LocationCase{"BrokenBrackets", "spec.template[", 10}),
    [](const auto& param) { return param.param.name; });

TEST(Object, DescribesItself) {
  EXPECT_EQ(ObjectIn(kDeployment).Describe(), "deployment/web");
  EXPECT_EQ(ObjectIn("{apiVersion: v1, kind: Pod, metadata: {generateName: test-}}").Describe(), "pod/test-*");
}

TEST(Object, OfAListKnowsItsOwnLines) {
  std::vector<Error> problems;
  const auto documents = doc::ParseYaml(R"(apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: a}
-
  apiVersion: v1
  kind: ConfigMap
  metadata:
    name: b
)",
                                        "f.yaml");
  const auto objects = ObjectsOf(documents->front(), "f.yaml", ObjectUse::kApply, problems);
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_EQ(objects[0].location.line, 4);
  EXPECT_EQ(objects[1].LocationOf("metadata.name").line, 11);
}

}  // namespace
}  // namespace kontrakt::manifest
