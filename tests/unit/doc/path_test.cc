#include "lib/doc/path.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/json.h"

namespace kontrakt::doc {
namespace {

const Json& Pod() {
  static const Json kPod = ParseJson(R"({
    "metadata": {"name": "web", "annotations": {"a.b/c": "x", "plain": "y"}, "generation": 3},
    "spec": {"replicas": 3, "paused": false, "containers": [
      {"name": "one", "image": "a:1", "ports": [{"port": 80}, {"port": 443}]},
      {"name": "two", "image": "b:2"}]},
    "status": {"phase": "Running", "readyReplicas": 3, "observedGeneration": 3, "message": "", "started": null,
      "version": "1.10", "percent": "95",
      "conditions": [
        {"type": "Ready", "status": "True", "since": "2026-01-02T00:00:00Z"},
        {"type": "Available", "status": "False"}]}})")
                               .value();
  return kPod;
}

/// What a path yields, as compact JSON.
std::vector<std::string> Yield(std::string_view text) {
  const Result<JsonPath> path = JsonPath::Parse(text);
  EXPECT_TRUE(path) << (path ? "" : path.error().ToString());
  std::vector<std::string> found;
  if (!path)
    return found;
  for (const Json* const value : path->Evaluate(Pod()))
    found.push_back(Dump(*value));
  return found;
}

bool Holds(std::string_view text) {
  const Result<Condition> condition = Condition::Parse(text);
  EXPECT_TRUE(condition) << (condition ? "" : condition.error().ToString());
  return condition && condition->Holds(Pod());
}

struct PathCase {
  std::string text;
  std::vector<std::string> found;
};

TEST(JsonPath, TakesKubectlsForms) {
  for (const PathCase& c : {
           PathCase{".status.phase", {"\"Running\""}},
           PathCase{"status.phase", {"\"Running\""}},
           PathCase{"{.status.phase}", {"\"Running\""}},
           PathCase{"{status.phase}", {"\"Running\""}},
           PathCase{"$.status.phase", {"\"Running\""}},
           PathCase{"{$.status.phase}", {"\"Running\""}},
           PathCase{" .status.phase ", {"\"Running\""}},
           PathCase{".status['phase']", {"\"Running\""}},
           PathCase{".metadata.annotations[\"a.b/c\"]", {"\"x\""}},
           PathCase{".metadata.annotations.a\\.b/c", {"\"x\""}},
           PathCase{".metadata.annotations['a.b/c', 'plain']", {"\"x\"", "\"y\""}},
           PathCase{".spec.containers[0].name", {"\"one\""}},
           PathCase{".spec.containers[-1].name", {"\"two\""}},
           PathCase{".spec.containers[0,1].name", {"\"one\"", "\"two\""}},
           PathCase{".spec.containers[*].name", {"\"one\"", "\"two\""}},
           PathCase{".spec.containers[0:1].name", {"\"one\""}},
           PathCase{".spec.containers[1:].name", {"\"two\""}},
           PathCase{".spec.containers[:-1].name", {"\"one\""}},
           PathCase{".spec.containers[::2].name", {"\"one\""}},
           PathCase{".spec.containers[::9223372036854775807].name", {"\"one\""}},
           PathCase{".metadata.annotations.*", {"\"x\"", "\"y\""}},
           PathCase{"..port", {"80", "443"}},
           PathCase{"..ports[0].port", {"80"}},
           PathCase{".spec..name", {"\"one\"", "\"two\""}},
           PathCase{".status.conditions[?(@.type==\"Ready\")].status", {"\"True\""}},
           PathCase{".status.conditions[?(@.type != 'Ready')].type", {"\"Available\""}},
           PathCase{".spec.containers[?(@.ports)].name", {"\"one\""}},
           PathCase{"..ports[?(@.port > 100)].port", {"443"}},
           PathCase{".spec.containers[?(@.image =~ '^b:\\d$')].name", {"\"two\""}},
           PathCase{".spec.containers[?(@.name=='one' && @.image=='a:1')].name", {"\"one\""}},
           PathCase{".spec.containers[?((@.name=='x' || @.name=='two'))].name", {"\"two\""}},
           PathCase{".status.conditions[?(@.status==$.status.conditions[0].status)].type", {"\"Ready\""}},
           PathCase{".spec.containers[?(@.ports[?(@.port==80)])].name", {"\"one\""}},
       }) {
    EXPECT_EQ(Yield(c.text), c.found) << c.text;
  }
}

TEST(JsonPath, YieldsTheWholeValue) {
  for (const char* text : {"$", "{$}", "{.}", ".", "@"})
    EXPECT_EQ(Yield(text).size(), 1U) << text;
}

TEST(JsonPath, YieldsNothingWhereNothingIs) {
  for (const char* text :
       {".a.b", ".status.phase.x", ".spec.containers.name", ".spec.containers[7]", ".spec.containers[-3]", ".spec[0]",
        ".status.phase[*]", "..nothing", ".spec.containers[2:1]"}) {
    EXPECT_TRUE(Yield(text).empty()) << text;
  }
}

TEST(JsonPath, RemembersItsTextThroughCopiesAndMoves) {
  JsonPath path = JsonPath::Parse(".status.phase").value();
  const JsonPath copy = path;
  const JsonPath moved = std::move(path);
  EXPECT_EQ(copy.text(), ".status.phase");
  EXPECT_EQ(moved.Evaluate(Pod()).size(), 1U);
}

TEST(Condition, ComparesAsKubectlDoes) {
  EXPECT_TRUE(Holds("{.status.phase}=Running"));
  EXPECT_FALSE(Holds("{.status.phase}=Pending"));
  EXPECT_TRUE(Holds("{.status.readyReplicas}=3"));
  EXPECT_TRUE(Holds("{.status.conditions[?(@.type==\"Ready\")].status}=True"));
  EXPECT_FALSE(Holds("{.status.conditions[?(@.type==\"Ready\")].status}=true"));
  EXPECT_TRUE(Holds("{.status.conditions[*].status}=False"));
}

TEST(Condition, KnowsAllOperators) {
  EXPECT_TRUE(Holds(".status.phase == Running"));
  EXPECT_TRUE(Holds(".status.phase == \"Running\""));
  EXPECT_TRUE(Holds(".status.phase != Pending"));
  EXPECT_TRUE(Holds(".spec.replicas < 4"));
  EXPECT_TRUE(Holds(".spec.replicas <= 3"));
  EXPECT_FALSE(Holds(".spec.replicas < 3"));
  EXPECT_TRUE(Holds(".spec.replicas > 2.5"));
  EXPECT_TRUE(Holds(".spec.replicas >= 3.0"));
  EXPECT_FALSE(Holds(".spec.replicas > 3"));
  EXPECT_TRUE(Holds(".status.phase =~ ^Run"));
  EXPECT_FALSE(Holds(".status.phase =~ \"^run\""));
  EXPECT_TRUE(Holds(".spec.replicas =~ ^3$"));
}

TEST(Condition, JoinsWithAndBeforeOrAndParentheses) {
  EXPECT_TRUE(Holds(".spec.replicas == 1 && .spec.replicas == 2 || .status.phase == Running"));
  EXPECT_FALSE(Holds(".spec.replicas == 1 && (.spec.replicas == 2 || .status.phase == Running)"));
  EXPECT_TRUE(Holds("(.status.phase=Running)&&(.spec.replicas=3)"));
  EXPECT_TRUE(Holds(".status.phase == Running && .spec.replicas == 3"));
}

TEST(Condition, ComparesTwoPaths) {
  EXPECT_TRUE(Holds(".status.readyReplicas == .spec.replicas"));
  EXPECT_TRUE(Holds("{.status.observedGeneration}>={.metadata.generation}"));
  EXPECT_FALSE(Holds(".status.readyReplicas == .spec.nothing"));
  EXPECT_TRUE(Holds(".status.readyReplicas != .spec.nothing"));
}

TEST(Condition, ComparesTextsAsTextsAndNumbersAsNumbers) {
  EXPECT_FALSE(Holds(".status.version == 1.1"));
  EXPECT_TRUE(Holds(".status.version == 1.10"));
  EXPECT_TRUE(Holds(".spec.replicas == 3.0"));
  EXPECT_TRUE(Holds(".status.percent > 9"));
  EXPECT_TRUE(Holds(".status.conditions[0].since < 2026-01-03T00:00:00Z"));
  EXPECT_FALSE(Holds(".status.phase < 5"));
  EXPECT_TRUE(Holds(".spec.paused == false"));
  EXPECT_TRUE(Holds(".status.started == null"));
}

TEST(Condition, HoldsForABarePathThatYieldsSomething) {
  EXPECT_TRUE(Holds(".status.phase"));
  EXPECT_TRUE(Holds(".spec.containers"));
  EXPECT_FALSE(Holds(".spec.paused"));
  EXPECT_FALSE(Holds(".status.message"));
  EXPECT_FALSE(Holds(".status.started"));
  EXPECT_FALSE(Holds(".nothing"));
}

TEST(Condition, TakesAMissingFieldForDifferent) {
  EXPECT_TRUE(Holds(".spec.suspend != true"));
  EXPECT_FALSE(Holds(".spec.suspend == true"));
  EXPECT_FALSE(Holds(".spec.suspend < 1"));
}

TEST(Condition, TakesValuesWithSpacesQuotesAndParentheses) {
  const Json value = {{"m", "a (b) c"}, {"q", "it's \"so\""}, {"e", ""}};
  EXPECT_TRUE(Condition::Parse(".m == a (b) c")->Holds(value));
  EXPECT_TRUE(Condition::Parse("(.m == a (b) c)")->Holds(value));
  EXPECT_TRUE(Condition::Parse(R"(.q == "it's \"so\"")")->Holds(value));
  EXPECT_TRUE(Condition::Parse(".e == ''")->Holds(value));
  EXPECT_TRUE(Condition::Parse(".m =~ '^a \\(b\\)|^x'")->Holds(value));
}

TEST(Condition, RemembersItsTextThroughCopiesAndMoves) {
  Condition condition = Condition::Parse(".a").value();
  Condition other = Condition::Parse(".b").value();
  other = condition;
  const Condition moved = std::move(condition);
  EXPECT_EQ(other.text(), ".a");
  EXPECT_TRUE(moved.Holds({{"a", 1}}));
}

}  // namespace
}  // namespace kontrakt::doc
