#pragma once

#include <optional>
#include <string>

#include "lib/verdict/judgement.h"

namespace kontrakt::verdict {

/// One container's status in a pod, with what was seen of it before.
struct ContainerView {
  const doc::Json& status;
  const std::string& name;
  bool init = false;                ///< runs to completion before the others
  bool sidecar = false;             ///< an init container that stays (restartPolicy: Always)
  bool restarts = true;             ///< the kubelet starts it again after a failure
  bool restarts_on_success = true;  ///< and after exit status 0
};

/// Records what this look shows: waiting reasons and since when, pull errors, readiness.
void Remember(const ContainerView& container, const Surroundings& surroundings, Memory::Container& memory);

/// Why this container can't start or keep running: kDoomed, or kPending with the time at which it will be; nullopt
/// where nothing is wrong with it. Reasons: kubelet images/types, kuberuntime, sync_result of Kubernetes 1.34.
std::optional<Judgement> JudgeContainer(const ContainerView& container, const std::string& pod,
                                        const Surroundings& surroundings, const Memory::Container& memory);

/// "exited with status 3", "was killed: out of memory (OOMKilled)", with its termination message.
std::string DescribeTermination(const doc::Json& terminated);
/// The cause that a terminated container's reason and exit code stand for.
Cause CauseOfTermination(const doc::Json& terminated, bool init);

}  // namespace kontrakt::verdict
