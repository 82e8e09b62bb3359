#pragma once

#include "lib/verdict/judge.h"

namespace kontrakt::verdict {

/// Rules of the built-in kinds that run pods. Sources: `kubectl rollout status` and the controllers of Kubernetes 1.34
/// (deployment, statefulset, daemon, replicaset, job: KEP-3998, KEP-3850), batch/v1 and apps/v1 API documentation.
Judgement JudgeDeployment(const doc::Json& object, const Question& question, const Surroundings& around,
                          Memory& memory);
Judgement JudgeStatefulSet(const doc::Json& object, const Question& question, const Surroundings& around,
                           Memory& memory);
Judgement JudgeDaemonSet(const doc::Json& object, const Question& question, const Surroundings& around, Memory& memory);
Judgement JudgeReplicaSet(const doc::Json& object, const Question& question, const Surroundings& around,
                          Memory& memory);
Judgement JudgeJob(const doc::Json& object, const Question& question, const Surroundings& around, Memory& memory);

}  // namespace kontrakt::verdict
