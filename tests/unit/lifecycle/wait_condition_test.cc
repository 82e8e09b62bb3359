#include "lib/lifecycle/wait_condition.h"

#include <gtest/gtest.h>

#include "lib/doc/json.h"
#include "lib/doc/yaml.h"

namespace kontrakt {
namespace {

bool Holds(const std::string& text, const std::string& yaml) {
  const Result<WaitCondition> condition = WaitCondition::Parse(text);
  return condition.ok() && condition->Holds(doc::ParseYaml(yaml, "x.yaml")->at(0).value);
}

TEST(WaitCondition, ReadsKubectlsForms) {
  const std::string ready = "status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}";
  EXPECT_TRUE(Holds("condition=Ready", ready));
  EXPECT_TRUE(Holds("condition=ready=true", ready));
  EXPECT_FALSE(Holds("condition=Ready=False", ready));
  EXPECT_TRUE(Holds("jsonpath={.status.phase}=Running", ready));
  EXPECT_FALSE(Holds("jsonpath={.status.phase}=Failed", ready));
  EXPECT_TRUE(Holds("jsonpath={.status.phase}", ready));
}

TEST(WaitCondition, LeavesOldGenerationsAlone) {
  EXPECT_FALSE(Holds("condition=Ready",
                     "{metadata: {generation: 2}, status: {observedGeneration: 1, conditions: [{type: Ready, status: "
                     "'True'}]}}"));
}

TEST(WaitCondition, RefusesTheRest) {
  for (const char* text : {"", "condition=", "whatever", "jsonpath={"}) {
    EXPECT_FALSE(WaitCondition::Parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace kontrakt
