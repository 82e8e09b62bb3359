#include "lib/verdict/object_rules.h"

#include <gtest/gtest.h>

#include "tests/unit/verdict/object_json.h"

namespace kontrakt::verdict {
namespace {

struct Case {
  const char* name;
  const char* object;
  State state;
  bool warning;
};

class ObjectRules : public testing::TestWithParam<Case> {};

TEST_P(ObjectRules, Judges) {
  const Judgement judged = JudgeNow(GetParam().object);
  EXPECT_EQ(NameOf(judged.state), NameOf(GetParam().state)) << judged.message;
  EXPECT_EQ(judged.warning, GetParam().warning);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, ObjectRules,
    testing::Values(
        Case{"ConfigMap", "{apiVersion: v1, kind: ConfigMap}", State::kReady, false},
        Case{"ClaimBound", "{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Bound}}", State::kReady,
             false},
        Case{"ClaimPending", "{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Pending}}", State::kPending,
             false},
        Case{"ClaimLost", "{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Lost}}", State::kDoomed,
             false},
        Case{"Service", "{apiVersion: v1, kind: Service, spec: {clusterIP: 10.0.0.1}}", State::kReady, false},
        Case{"LoadBalancerWithoutAddress",
             "{apiVersion: v1, kind: Service, spec: {type: LoadBalancer, clusterIP: 10.0.0.1}}", State::kReady, true},
        Case{"CrdNew", "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition}", State::kPending, false},
        Case{"CrdTaken",
             "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, status: {conditions: [{type: "
             "NamesAccepted, status: 'False'}]}}",
             State::kDoomed, false},
        Case{"NamespaceActive", "{apiVersion: v1, kind: Namespace, status: {phase: Active}}", State::kReady, false},
        Case{"CustomReady", "{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: Ready, status: 'True'}]}}",
             State::kReady, false},
        Case{"CustomUnready",
             "{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: Ready, status: 'False'}]}}",
             State::kPending, false},
        Case{"CustomStalled",
             "{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: Stalled, status: 'True'}]}}",
             State::kDoomed, false},
        Case{"CustomRunFailed",
             "{apiVersion: x.io/v1, kind: Run, status: {conditions: [{type: Succeeded, status: 'False'}]}}",
             State::kFailed, false}),
    [](const auto& each) { return each.param.name; });

TEST(ObjectRules, AClaimThatWaitsForItsFirstConsumerIsReadyWithoutOne) {
  const doc::Json claim = Object("{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Pending}}");
  const doc::Json storage_class = Object("volumeBindingMode: WaitForFirstConsumer");
  Surroundings around;
  around.storage_class = &storage_class;
  EXPECT_EQ(JudgeVolumeClaim(claim, around).state, State::kReady);
  around.claim_used = true;
  EXPECT_EQ(JudgeVolumeClaim(claim, around).state, State::kPending);
}

TEST(ObjectRules, NothingKnownIsNotReadyAtOnce) {
  Memory memory;
  const doc::Json thing = Object("{apiVersion: x.io/v1, kind: Thing}");
  EXPECT_EQ(JudgeAt(thing, 0, memory).state, State::kPending);
  const Judgement later = JudgeAt(thing, 11, memory);
  EXPECT_EQ(later.state, State::kReady);
  EXPECT_TRUE(later.warning);
}

}  // namespace
}  // namespace kontrakt::verdict
