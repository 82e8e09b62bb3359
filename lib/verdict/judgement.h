#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/time.h"
#include "lib/doc/json.h"

namespace kontrakt::verdict {

/// What an object's state means for someone who waits for it.
enum class State : unsigned char {
  kPending,    ///< not there yet; may still get there
  kReady,      ///< does what it should, now
  kSucceeded,  ///< ran to its end and succeeded (Jobs, completed pods)
  kFailed,     ///< ran to its end and failed
  kDoomed,     ///< can't get there any more: `cause` says why
  kLost,       ///< taken away by the infrastructure (eviction, preemption, node loss): safe to retry
};
std::string_view NameOf(State state);
bool IsFinal(State state);

/// Stable codes of causes, for reports and docs/errors.md.
enum class Cause : unsigned char {
  kNone,
  kImageNameInvalid,
  kImageNotFound,
  kImagePullDenied,
  kImagePullFailed,
  kImageNeverPull,
  kConfigMissing,
  kCreateContainerFailed,
  kRunContainerFailed,
  kBadCommand,
  kCrashLoop,
  kOutOfMemory,
  kContainerFailed,
  kInitContainerFailed,
  kPostStartHookFailed,
  kUnschedulable,
  kVolumeMountFailed,
  kSandboxFailed,
  kEvicted,
  kPreempted,
  kNodeShutdown,
  kNodeLost,
  kDeadlineExceeded,
  kRejectedByNode,
  kQuotaExceeded,
  kAdmissionRefused,
  kServiceAccountMissing,
  kBackoffLimitExceeded,
  kPodFailurePolicy,
  kFailedIndexes,
  kProgressDeadlineExceeded,
  kSuspended,
  kPaused,
  kVolumeClaimLost,
  kVolumeClaimPending,
  kNamesNotAccepted,
  kStalled,
  kConditionFalse,
  kDeleted,
  kVanished,
  kNotReady,
  kStarting,
  kNeverAppeared,
};
/// "ImageNotFound", "CrashLoop" …
std::string_view NameOf(Cause cause);

struct Judgement {
  State state = State::kPending;
  Cause cause = Cause::kNone;
  std::string message;  ///< for a person: "1 of 2 replicas available"
  std::string object;   ///< "pod/web-abc container app": whose fault, when not the object's own
  /// For kPending with a cause that becomes kDoomed by itself after a grace: when.
  std::optional<WallTime> doomed_at;
  bool warning = false;  ///< ready, but something is worth a warning (a LoadBalancer without address)
};

/// A judgement with nothing but these.
Judgement Judged(State state, Cause cause, std::string message, std::string object = "");

/// How patient the rules are.
struct Patience {
  std::chrono::seconds image_hiccup{120};   ///< registry errors that may pass
  std::chrono::seconds image_back_off{60};  ///< ImagePullBackOff without a message that decides
  std::chrono::seconds config{30};
  std::chrono::seconds create_container{30};
  std::chrono::seconds unschedulable{180};
  std::chrono::seconds refused{30};       ///< ReplicaFailure, FailedCreate
  std::chrono::seconds unknown_kind{10};  ///< a custom resource without status
  int crash_loop_after = 3;               ///< crashes before a container's first Ready
};

/// What has been seen of one pod over time and one look at it can't tell. Kept by the caller, updated by Judge.
struct Memory {
  struct Container {
    std::string pull_error;  ///< the message before it became "Back-off pulling image"
    int pull_failures = 0;
    std::optional<WallTime> waiting_since;  ///< in the present reason
    std::string waiting_reason;
    int waiting_seen = 0;
    bool was_ready = false;
    int restarts_at_ready = 0;
  };
  std::map<std::string, Container> containers;  ///< "container" or "init:container"
  std::optional<WallTime> first_seen;
  std::optional<WallTime> unschedulable_since;
  std::optional<WallTime> refused_since;
  bool saw_disruption = false;
};

/// What the rules may look at beside the object: what it owns, and the latest events about it.
struct Surroundings {
  WallTime now;
  Patience patience;
  std::vector<const doc::Json*> owned;                     ///< pods, ReplicaSets or Jobs whose controller it is
  std::vector<std::pair<const doc::Json*, Memory*>> pods;  ///< pods below it, at any depth
  std::vector<const doc::Json*> events;                    ///< events about it and what it owns, oldest first
  const doc::Json* storage_class = nullptr;                ///< of a PVC
  bool claim_used = false;                                 ///< whether a pod that can be scheduled uses the PVC
};

}  // namespace kontrakt::verdict
