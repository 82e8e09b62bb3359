#include "lib/verdict/judgement.h"

#include <utility>

namespace kontrakt::verdict {

std::string_view NameOf(State state) {
  switch (state) {
    case State::kPending:
      return "pending";
    case State::kReady:
      return "ready";
    case State::kSucceeded:
      return "succeeded";
    case State::kFailed:
      return "failed";
    case State::kDoomed:
      return "doomed";
    case State::kLost:
      return "lost";
  }
  return "pending";
}

bool IsFinal(State state) {
  return state == State::kSucceeded || state == State::kFailed || state == State::kDoomed || state == State::kLost;
}

std::string_view NameOf(Cause cause) {
  switch (cause) {
    case Cause::kNone:
      return "";
    case Cause::kImageNameInvalid:
      return "ImageNameInvalid";
    case Cause::kImageNotFound:
      return "ImageNotFound";
    case Cause::kImagePullDenied:
      return "ImagePullDenied";
    case Cause::kImagePullFailed:
      return "ImagePullFailed";
    case Cause::kImageNeverPull:
      return "ImageNeverPull";
    case Cause::kConfigMissing:
      return "ConfigMissing";
    case Cause::kCreateContainerFailed:
      return "CreateContainerFailed";
    case Cause::kRunContainerFailed:
      return "RunContainerFailed";
    case Cause::kBadCommand:
      return "BadCommand";
    case Cause::kCrashLoop:
      return "CrashLoop";
    case Cause::kOutOfMemory:
      return "OutOfMemory";
    case Cause::kContainerFailed:
      return "ContainerFailed";
    case Cause::kInitContainerFailed:
      return "InitContainerFailed";
    case Cause::kPostStartHookFailed:
      return "PostStartHookFailed";
    case Cause::kUnschedulable:
      return "Unschedulable";
    case Cause::kVolumeMountFailed:
      return "VolumeMountFailed";
    case Cause::kSandboxFailed:
      return "SandboxFailed";
    case Cause::kEvicted:
      return "Evicted";
    case Cause::kPreempted:
      return "Preempted";
    case Cause::kNodeShutdown:
      return "NodeShutdown";
    case Cause::kNodeLost:
      return "NodeLost";
    case Cause::kDeadlineExceeded:
      return "DeadlineExceeded";
    case Cause::kRejectedByNode:
      return "RejectedByNode";
    case Cause::kQuotaExceeded:
      return "QuotaExceeded";
    case Cause::kAdmissionRefused:
      return "AdmissionRefused";
    case Cause::kServiceAccountMissing:
      return "ServiceAccountMissing";
    case Cause::kBackoffLimitExceeded:
      return "BackoffLimitExceeded";
    case Cause::kPodFailurePolicy:
      return "PodFailurePolicy";
    case Cause::kFailedIndexes:
      return "FailedIndexes";
    case Cause::kProgressDeadlineExceeded:
      return "ProgressDeadlineExceeded";
    case Cause::kSuspended:
      return "Suspended";
    case Cause::kPaused:
      return "Paused";
    case Cause::kVolumeClaimLost:
      return "VolumeClaimLost";
    case Cause::kVolumeClaimPending:
      return "VolumeClaimPending";
    case Cause::kNamesNotAccepted:
      return "NamesNotAccepted";
    case Cause::kStalled:
      return "Stalled";
    case Cause::kConditionFalse:
      return "ConditionFalse";
    case Cause::kDeleted:
      return "Deleted";
    case Cause::kVanished:
      return "Vanished";
    case Cause::kNotReady:
      return "NotReady";
    case Cause::kStarting:
      return "Starting";
    case Cause::kNeverAppeared:
      return "NeverAppeared";
  }
  return "";
}

Judgement Judged(State state, Cause cause, std::string message, std::string object) {
  Judgement judgement;
  judgement.state = state;
  judgement.cause = cause;
  judgement.message = std::move(message);
  judgement.object = std::move(object);
  return judgement;
}

}  // namespace kontrakt::verdict
