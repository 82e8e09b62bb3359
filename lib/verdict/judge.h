#pragma once

#include <set>
#include <string>

#include "lib/doc/path.h"
#include "lib/verdict/judgement.h"

namespace kontrakt::verdict {

/// What a pod is expected to do.
enum class Expectation : unsigned char {
  kDefault,  ///< by restartPolicy: Never and OnFailure complete, Always becomes Ready
  kCompletion,
  kReadiness,
};

struct Question {
  Expectation expectation = Expectation::kDefault;
  /// Containers that the manifest names; injected ones do not count. Empty: all.
  std::set<std::string> containers;
  /// The annotation kontrakt/ready-when or --ready-when; decides kReady instead of the kind's own rule, while the
  /// kind's failures still count. Must outlive the call.
  const doc::Condition* ready_when = nullptr;
};

/// Judges one object by its kind's rule: Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, PVC,
/// Service, CRD, Namespace, ConfigMap-like kinds; else observedGeneration and conditions.
///
/// Pure but for `memory`, which it updates. `object` nullptr: it does not exist (yet) → kPending, kNeverAppeared.
/// Sources of the rules: the kinds' API documentation of Kubernetes 1.34 and the controllers named beside each rule.
Judgement Judge(const doc::Json* object, const Question& question, const Surroundings& surroundings, Memory& memory);

/// One pod, whoever owns it. `managed`: a controller will replace it, so its own failure is not the end.
enum class Managed : unsigned char { kNo, kYes };
Judgement JudgePod(const doc::Json& pod, const Question& question, const Surroundings& surroundings, Managed managed,
                   Memory& memory);

/// Judges an object that was deleted, from its last state: a finished Job with a TTL has still finished.
Judgement JudgeDeleted(const doc::Json& last, const Question& question, const Surroundings& surroundings,
                       Memory& memory);

}  // namespace kontrakt::verdict
