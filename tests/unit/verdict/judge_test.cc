#include "lib/verdict/judge.h"

#include <gtest/gtest.h>

#include "tests/unit/verdict/object_json.h"

namespace kontrakt::verdict {
namespace {

TEST(Judge, AbsenceIsPending) {
  Memory memory;
  const Judgement judged = Judge(nullptr, {}, {}, memory);
  EXPECT_EQ(judged.state, State::kPending);
  EXPECT_EQ(judged.cause, Cause::kNeverAppeared);
}

TEST(Judge, ReadyWhenDecidesInsteadOfTheKindsRule) {
  const Result<doc::Condition> condition = doc::Condition::Parse(".status.text == \"hello\"");
  ASSERT_TRUE(condition.ok());
  Question question;
  question.ready_when = &*condition;
  EXPECT_EQ(JudgeNow("{apiVersion: x.io/v1, kind: T, status: {text: hello}}", question).state, State::kReady);
  EXPECT_EQ(JudgeNow("{apiVersion: x.io/v1, kind: T, status: {text: bye}}", question).state, State::kPending);
  // The kind's failures still count.
  EXPECT_EQ(
      JudgeNow("{apiVersion: x.io/v1, kind: T, status: {text: hello, conditions: [{type: Stalled, status: 'True'}]}}",
               question)
          .state,
      State::kDoomed);
}

TEST(Judge, WhatIsBeingDeletedCannotBecomeReady) {
  EXPECT_EQ(JudgeNow("{apiVersion: v1, kind: Service, metadata: {deletionTimestamp: x}, spec: {clusterIP: 1}}").state,
            State::kDoomed);
}

TEST(Judge, AFinishedJobThatWasDeletedHasStillFinished) {
  Memory memory;
  const doc::Json job = Object(
      "{apiVersion: batch/v1, kind: Job, metadata: {deletionTimestamp: x}, status: {conditions: [{type: Complete, "
      "status: 'True'}]}}");
  EXPECT_EQ(JudgeDeleted(job, {}, {}, memory).state, State::kSucceeded);
}

TEST(Judge, ATestThatVanishedHasFailedUnlessItWasDisrupted) {
  const doc::Json pod = Object(
      "{apiVersion: v1, kind: Pod, metadata: {name: t}, spec: {restartPolicy: Never}, status: {phase: Running}}");
  Memory memory;
  EXPECT_EQ(JudgeDeleted(pod, {}, {}, memory).cause, Cause::kVanished);
  memory.saw_disruption = true;
  EXPECT_EQ(JudgeDeleted(pod, {}, {}, memory).state, State::kLost);
}

}  // namespace
}  // namespace kontrakt::verdict
