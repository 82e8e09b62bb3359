#include "lib/verdict/workload_rules.h"

#include <gtest/gtest.h>

#include "tests/unit/verdict/object_json.h"

namespace kontrakt::verdict {
namespace {

struct Case {
  const char* name;
  const char* object;
  State state;
  Cause cause;
};

class WorkloadRules : public testing::TestWithParam<Case> {};

TEST_P(WorkloadRules, Judges) {
  const Judgement judged = JudgeNow(GetParam().object);
  EXPECT_EQ(NameOf(judged.state), NameOf(GetParam().state)) << judged.message;
  EXPECT_EQ(NameOf(judged.cause), NameOf(GetParam().cause)) << judged.message;
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, WorkloadRules,
    testing::Values(
        Case{"DeploymentUnseen", "{apiVersion: apps/v1, kind: Deployment, spec: {replicas: 1}}", State::kPending,
             Cause::kStarting},
        Case{"DeploymentOldGeneration",
             "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 2}, spec: {replicas: 1}, status: "
             "{observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}}",
             State::kPending, Cause::kStarting},
        Case{"DeploymentReady",
             "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 2}, spec: {replicas: 1}, status: "
             "{observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1}}",
             State::kReady, Cause::kNone},
        Case{
            "DeploymentWithOldPods",
            "{apiVersion: apps/v1, kind: Deployment, spec: {replicas: 1}, status: {observedGeneration: 1, replicas: 2, "
            "updatedReplicas: 1, availableReplicas: 2}}",
            State::kPending, Cause::kNotReady},
        Case{"DeploymentPastItsDeadline",
             "{apiVersion: apps/v1, kind: Deployment, spec: {replicas: 1}, status: {observedGeneration: 1, conditions: "
             "[{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded, message: late}]}}",
             State::kDoomed, Cause::kProgressDeadlineExceeded},
        Case{"DeploymentPaused", "{apiVersion: apps/v1, kind: Deployment, spec: {paused: true}}", State::kPending,
             Cause::kPaused},
        Case{"StatefulSetReady",
             "{apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 2}, status: {observedGeneration: 1, "
             "readyReplicas: 2, updatedReplicas: 2, currentRevision: a, updateRevision: a}}",
             State::kReady, Cause::kNone},
        Case{"StatefulSetRolling",
             "{apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 2}, status: {observedGeneration: 1, "
             "readyReplicas: 2, updatedReplicas: 1, currentRevision: a, updateRevision: b}}",
             State::kPending, Cause::kNotReady},
        Case{"DaemonSetOnNoNode",
             "{apiVersion: apps/v1, kind: DaemonSet, status: {observedGeneration: 1, desiredNumberScheduled: 0}}",
             State::kReady, Cause::kNone},
        Case{
            "ReplicaSetShort",
            "{apiVersion: apps/v1, kind: ReplicaSet, spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 2, "
            "availableReplicas: 1}}",
            State::kPending, Cause::kNotReady},
        Case{"JobComplete",
             "{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: Complete, status: 'True'}]}}",
             State::kSucceeded, Cause::kNone},
        Case{"JobFailing",
             "{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: FailureTarget, status: 'True', reason: "
             "DeadlineExceeded, message: late}]}}",
             State::kFailed, Cause::kDeadlineExceeded},
        Case{"JobNearItsEnd",
             "{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: SuccessCriteriaMet, status: 'True'}]}}",
             State::kPending, Cause::kStarting},
        Case{"JobSuspended", "{apiVersion: batch/v1, kind: Job, spec: {suspend: true}}", State::kPending,
             Cause::kSuspended}),
    [](const auto& each) { return each.param.name; });

TEST(WorkloadRules, ADoomedPodDoomsItsDeployment) {
  const doc::Json deployment =
      Object("{apiVersion: apps/v1, kind: Deployment, spec: {replicas: 1}, status: {observedGeneration: 1}}");
  const doc::Json pod = Object(
      "{metadata: {name: p}, status: {phase: Pending, containerStatuses: [{name: c, state: {waiting: {reason: "
      "InvalidImageName}}}]}}");
  Memory of_pod;
  Memory memory;
  Surroundings around;
  around.now = At(0);
  around.pods = {{&pod, &of_pod}};
  const Judgement judged = JudgeDeployment(deployment, {}, around, memory);
  EXPECT_EQ(judged.state, State::kDoomed);
  EXPECT_EQ(judged.cause, Cause::kImageNameInvalid);
  EXPECT_EQ(judged.object, "pod/p container c");
}

TEST(WorkloadRules, QuotaThatRefusesPodsIsACauseAfterItsGrace) {
  const doc::Json set = Object(
      "{apiVersion: apps/v1, kind: ReplicaSet, spec: {replicas: 1}, status: {observedGeneration: 1, conditions: "
      "[{type: "
      "ReplicaFailure, status: 'True', message: 'pods is forbidden: exceeded quota: q'}]}}");
  Memory memory;
  EXPECT_EQ(JudgeAt(set, 0, memory).state, State::kPending);
  EXPECT_EQ(JudgeAt(set, 31, memory).cause, Cause::kQuotaExceeded);
  EXPECT_EQ(JudgeAt(set, 31, memory).state, State::kDoomed);
}

TEST(WorkloadRules, AJobWhosePodsWereAllEvictedIsLost) {
  const doc::Json job = Object(
      "{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: Failed, status: 'True', reason: "
      "BackoffLimitExceeded}]}}");
  const doc::Json pod = Object("{metadata: {name: p}, status: {phase: Failed, reason: Evicted}}");
  Memory of_pod;
  Memory memory;
  Surroundings around;
  around.now = At(0);
  around.pods = {{&pod, &of_pod}};
  EXPECT_EQ(JudgeJob(job, {}, around, memory).state, State::kLost);
}

}  // namespace
}  // namespace kontrakt::verdict
