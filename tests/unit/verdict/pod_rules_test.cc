#include "lib/verdict/pod_rules.h"

#include <gtest/gtest.h>

#include "tests/unit/verdict/object_json.h"

namespace kontrakt::verdict {
namespace {

constexpr std::string_view kPod = "{apiVersion: v1, kind: Pod, metadata: {name: p}, ";

std::string Pod(const std::string& rest) {
  return std::string(kPod) + rest + "}";
}

TEST(PodRules, AServerIsReadyWhenItsConditionSaysSo) {
  EXPECT_EQ(JudgeNow(Pod("status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}")).state,
            State::kReady);
  const Judgement not_ready =
      JudgeNow(Pod("status: {phase: Running, conditions: [{type: Ready, status: 'False', message: unready}]}"));
  EXPECT_EQ(not_ready.state, State::kPending);
  EXPECT_EQ(not_ready.cause, Cause::kNotReady);
}

TEST(PodRules, ATestSucceedsByCompleting) {
  EXPECT_EQ(JudgeNow(Pod("spec: {restartPolicy: Never}, status: {phase: Running}")).state, State::kPending);
  EXPECT_EQ(JudgeNow(Pod("spec: {restartPolicy: Never}, status: {phase: Succeeded}")).state, State::kSucceeded);
}

TEST(PodRules, AFailedTestNamesItsContainerAndStatus) {
  const Judgement failed = JudgeNow(
      Pod("spec: {restartPolicy: Never}, status: {phase: Failed, containerStatuses: [{name: t, state: {terminated: "
          "{exitCode: 3}}}]}"));
  EXPECT_EQ(failed.state, State::kFailed);
  EXPECT_EQ(failed.cause, Cause::kContainerFailed);
  EXPECT_EQ(failed.message, "container t exited with status 3");
  EXPECT_EQ(failed.object, "pod/p container t");
}

TEST(PodRules, InjectedContainersDoNotKeepATestFromEnding) {
  Question question;
  question.containers = {"t"};
  EXPECT_EQ(JudgeNow(Pod("spec: {restartPolicy: Never}, status: {phase: Running, containerStatuses: [{name: t, state: "
                         "{terminated: {exitCode: 0}}}, {name: mesh, state: {running: {}}}]}"),
                     question)
                .state,
            State::kSucceeded);
}

TEST(PodRules, EvictionIsALossNotAFailure) {
  const Judgement lost = JudgeNow(Pod("spec: {restartPolicy: Never}, status: {phase: Failed, reason: Evicted}"));
  EXPECT_EQ(lost.state, State::kLost);
  EXPECT_EQ(lost.cause, Cause::kEvicted);
}

TEST(PodRules, ADisruptedPodOfAControllerIsReplaced) {
  const doc::Json pod =
      Object(Pod("status: {phase: Failed, conditions: [{type: DisruptionTarget, status: 'True', reason: "
                 "PreemptionByScheduler}]}"));
  Memory memory;
  Surroundings around;
  around.now = At(0);
  EXPECT_EQ(JudgePodByRules(pod, {}, around, Managed::kYes, memory).state, State::kPending);
  EXPECT_EQ(JudgePodByRules(pod, {}, around, Managed::kNo, memory).cause, Cause::kPreempted);
}

TEST(PodRules, AGateIsWaitingByDesign) {
  Memory memory;
  const doc::Json pod = Object(
      Pod("spec: {restartPolicy: Never}, status: {phase: Pending, conditions: [{type: PodScheduled, status: 'False', "
          "reason: SchedulingGated}]}"));
  EXPECT_EQ(JudgeAt(pod, 0, memory).state, State::kPending);
  EXPECT_EQ(JudgeAt(pod, 100'000, memory).state, State::kPending);
}

TEST(PodRules, WhatFitsOnNoNodeIsDoomedAfterAWhile) {
  Memory memory;
  const doc::Json pod = Object(
      Pod("status: {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: "
          "0/1 nodes}]}"));
  EXPECT_EQ(JudgeAt(pod, 0, memory).doomed_at, At(180));
  EXPECT_EQ(JudgeAt(pod, 179, memory).state, State::kPending);
  EXPECT_EQ(JudgeAt(pod, 180, memory).cause, Cause::kUnschedulable);
  EXPECT_EQ(JudgeAt(pod, 180, memory).state, State::kDoomed);
}

TEST(PodRules, AnInitContainerThatFailsForGoodDooms) {
  const Judgement doomed = JudgeNow(
      Pod("spec: {restartPolicy: Never, initContainers: [{name: i}]}, status: {phase: Pending, initContainerStatuses: "
          "[{name: i, state: {terminated: {exitCode: 1}}}]}"));
  EXPECT_EQ(doomed.state, State::kDoomed);
  EXPECT_EQ(doomed.cause, Cause::kInitContainerFailed);
}

}  // namespace
}  // namespace kontrakt::verdict
