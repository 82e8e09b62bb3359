#include "lib/verdict/container_rules.h"

#include <algorithm>
#include <array>

#include "lib/base/strings.h"

namespace kontrakt::verdict {
namespace {

using doc::Json;

bool SaysAnyOf(const std::string& text, std::initializer_list<std::string_view> words) {
  const std::string lower = ToLower(text);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

/// What a failed pull's message says about the next try. Texts of containerd and CRI-O as their users report them.
Cause CauseOfPull(const std::string& message) {
  if (SaysAnyOf(message,
                {"not found", "manifest unknown", "name unknown", "no match for platform", "does not exist"})) {
    return Cause::kImageNotFound;
  }
  if (SaysAnyOf(message, {"unauthorized", "denied", "forbidden", "authentication required", "authorization failed"})) {
    return Cause::kImagePullDenied;
  }
  return Cause::kImagePullFailed;
}

bool IsPullHiccup(const std::string& message) {
  return SaysAnyOf(message, {"toomanyrequests", "too many requests", "timeout", "timed out", "deadline exceeded",
                             "connection refused", "connection reset", "no such host", "temporary failure", "eof",
                             "500 internal", "502 bad", "503 service", "504 gateway", "i/o timeout"});
}

struct Waiting {
  std::string reason;
  std::string message;
};

Waiting WaitingOf(const Json& status) {
  return {doc::StringAt(status, {"state", "waiting", "reason"}),
          doc::StringAt(status, {"state", "waiting", "message"})};
}

std::string Place(const ContainerView& container, const std::string& pod) {
  return "pod/" + pod + (container.init ? " init container " : " container ") + container.name;
}

Judgement Doomed(Cause cause, std::string message, std::string object) {
  return Judged(State::kDoomed, cause, std::move(message), std::move(object));
}

/// Pending until `grace` after it began; doomed from then on.
Judgement DoomedAfter(Cause cause, std::string message, std::string object, WallTime since, std::chrono::seconds grace,
                      WallTime now) {
  Judgement judgement = Doomed(cause, std::move(message), std::move(object));
  if (now >= since + grace)
    return judgement;
  judgement.state = State::kPending;
  judgement.doomed_at = since + grace;
  return judgement;
}

class WaitingRules {
 public:
  WaitingRules(const ContainerView& container, const std::string& pod, const Surroundings& around,
               const Memory::Container& memory, Waiting waiting)
      : container_(container),
        around_(around),
        memory_(memory),
        waiting_(std::move(waiting)),
        place_(Place(container, pod)) {}

  std::optional<Judgement> Judge() const {
    const std::string& reason = waiting_.reason;
    if (reason == "InvalidImageName")
      return Now(Cause::kImageNameInvalid);
    if (reason == "ErrImageNeverPull")
      return Seen(Cause::kImageNeverPull, 2, std::chrono::seconds(10));
    if (reason == "ErrImagePull" || reason == "ImagePullBackOff")
      return JudgePull();
    if (reason == "SignatureValidationFailed" || reason == "RROUnsupported") {
      return Seen(Cause::kImagePullDenied, 2, std::chrono::seconds(10));
    }
    if (reason == "RegistryUnavailable" || reason == "ImageInspectError") {
      return After(Cause::kImagePullFailed, around_.patience.image_hiccup);
    }
    if (reason == "ImageVolumeMountFailed")
      return After(Cause::kVolumeMountFailed, std::chrono::seconds(60));
    if (reason == "CreateContainerConfigError")
      return JudgeConfig();
    if (reason == "CreateContainerError" || reason == "RunContainerError" || reason == "PreCreateHookError" ||
        reason == "PreStartHookError") {
      return JudgeCreate();
    }
    if (reason == "CrashLoopBackOff")
      return JudgeCrashes();
    if (LooksLikeError(reason))
      return After(Cause::kRunContainerFailed, around_.patience.image_hiccup);
    return std::nullopt;
  }

 private:
  /// Reasons that future kubelets may bring: nothing is decided on them but with a budget.
  static bool LooksLikeError(const std::string& reason) {
    return reason.starts_with("Err") || reason.ends_with("Error") || reason.ends_with("BackOff");
  }

  std::string Text() const { return waiting_.message.empty() ? waiting_.reason : waiting_.message; }
  WallTime Since() const { return memory_.waiting_since.value_or(around_.now); }

  Judgement Now(Cause cause) const { return Doomed(cause, Text(), place_); }
  Judgement After(Cause cause, std::chrono::seconds grace) const {
    return DoomedAfter(cause, Text(), place_, Since(), grace, around_.now);
  }
  Judgement Seen(Cause cause, int times, std::chrono::seconds grace) const {
    return memory_.waiting_seen >= times ? Now(cause) : After(cause, grace);
  }

  Judgement JudgePull() const {
    const std::string& message = memory_.pull_error.empty() ? waiting_.message : memory_.pull_error;
    const Cause cause = CauseOfPull(message);
    const bool back_off_alone = memory_.pull_error.empty() && waiting_.reason == "ImagePullBackOff";
    Judgement judgement =
        DoomedAfter(cause, message.empty() ? waiting_.reason : message, place_, Since(),
                    back_off_alone ? around_.patience.image_back_off : around_.patience.image_hiccup, around_.now);
    if (cause == Cause::kImagePullFailed || IsPullHiccup(message))
      return judgement;
    // The back-off after a telling error is its second failure: waiting longer tells nothing new.
    if (memory_.pull_failures >= 2 || (waiting_.reason == "ImagePullBackOff" && !memory_.pull_error.empty())) {
      judgement.state = State::kDoomed;
      judgement.doomed_at.reset();
    }
    return judgement;
  }

  Judgement JudgeConfig() const {
    if (SaysAnyOf(waiting_.message, {"failed to sync", "failed to create subpath directory"})) {
      return After(Cause::kConfigMissing, around_.patience.image_hiccup);
    }
    return After(Cause::kConfigMissing, around_.patience.config);
  }

  Judgement JudgeCreate() const {
    if (SaysAnyOf(waiting_.message, {"already in use", "context deadline"})) {
      return After(Cause::kCreateContainerFailed, around_.patience.image_hiccup);
    }
    const bool bad_command = SaysAnyOf(waiting_.message, {"executable file not found", "no such file or directory",
                                                          "exec format error", "permission denied"});
    const Cause cause = bad_command                              ? Cause::kBadCommand
                        : waiting_.reason == "RunContainerError" ? Cause::kRunContainerFailed
                                                                 : Cause::kCreateContainerFailed;
    return bad_command ? Seen(cause, 2, around_.patience.create_container)
                       : Seen(cause, 3, around_.patience.create_container);
  }

  std::optional<Judgement> JudgeCrashes() const {
    const Json* last = doc::Find(container_.status, {"lastState", "terminated"});
    const std::int64_t restarts = doc::IntAt(container_.status, {"restartCount"});
    const std::string how = last == nullptr ? "crashes again and again" : DescribeTermination(*last);
    const std::string text = how + ", " + std::to_string(restarts + 1) + " times";
    const Cause known = last == nullptr ? Cause::kCrashLoop : CauseOfTermination(*last, container_.init);
    const Cause cause = known == Cause::kOutOfMemory || known == Cause::kBadCommand ? known : Cause::kCrashLoop;
    // Before its first Ready a few crashes may be start order; a bad command never mends itself.
    const bool enough = restarts + 1 >= around_.patience.crash_loop_after || cause == Cause::kBadCommand;
    if (enough)
      return Doomed(cause, text, place_);
    Judgement judgement = Doomed(cause, text, place_);
    judgement.state = State::kPending;
    return judgement;
  }

  const ContainerView& container_;
  const Surroundings& around_;
  const Memory::Container& memory_;
  Waiting waiting_;
  std::string place_;
};

/// A container that has ended and will be started again. It counts as a crash at once: the kubelet reports its back-off
/// only some time later.
std::optional<Judgement> JudgeTerminated(const ContainerView& container, const std::string& pod,
                                         const Surroundings& around) {
  const Json* ended = doc::Find(container.status, {"state", "terminated"});
  if (ended == nullptr || !container.restarts)
    return std::nullopt;
  const std::int64_t restarts = doc::IntAt(container.status, {"restartCount"});
  const Cause cause = CauseOfTermination(*ended, container.init);
  if (cause == Cause::kNone && !container.restarts_on_success)
    return std::nullopt;
  const bool bad_command = cause == Cause::kBadCommand;
  Judgement judgement =
      Doomed(bad_command || cause == Cause::kOutOfMemory ? cause : Cause::kCrashLoop,
             DescribeTermination(*ended) + ", " + std::to_string(restarts + 1) + " times", Place(container, pod));
  // A bad command never mends itself: its second failure is enough.
  if (restarts + 1 >= around.patience.crash_loop_after || (bad_command && restarts > 0))
    return judgement;
  judgement.state = State::kPending;
  if (bad_command)
    judgement.doomed_at = around.now + around.patience.create_container;
  return judgement;
}

}  // namespace

void Remember(const ContainerView& container, const Surroundings& surroundings, Memory::Container& memory) {
  const Waiting waiting = WaitingOf(container.status);
  if (doc::BoolAt(container.status, {"ready"}) && !memory.was_ready) {
    memory.was_ready = true;
    memory.restarts_at_ready = static_cast<int>(doc::IntAt(container.status, {"restartCount"}));
  }
  const bool pull = waiting.reason == "ErrImagePull" || waiting.reason == "ImagePullBackOff";
  const bool was_pull = memory.waiting_reason == "ErrImagePull" || memory.waiting_reason == "ImagePullBackOff";
  if (waiting.reason != memory.waiting_reason) {
    if (waiting.reason == "ErrImagePull")
      ++memory.pull_failures;
    // One stretch of pull trouble, although its reason alternates.
    if (!(pull && was_pull))
      memory.waiting_since = surroundings.now;
    memory.waiting_seen = 0;
    memory.waiting_reason = waiting.reason;
  }
  if (waiting.reason.empty()) {
    memory.waiting_since.reset();
    memory.pull_failures = 0;
    memory.pull_error.clear();
    return;
  }
  ++memory.waiting_seen;
  if (waiting.reason == "ErrImagePull" && !waiting.message.empty())
    memory.pull_error = waiting.message;
  // Newer kubelets keep the cause behind the back-off: "Back-off pulling image …: ErrImagePull: …".
  if (waiting.reason == "ImagePullBackOff") {
    if (const std::size_t cause = waiting.message.find("ErrImagePull: "); cause != std::string::npos) {
      memory.pull_error = waiting.message.substr(cause + std::string_view("ErrImagePull: ").size());
    }
  }
}

std::optional<Judgement> JudgeContainer(const ContainerView& container, const std::string& pod,
                                        const Surroundings& surroundings, const Memory::Container& memory) {
  Waiting waiting = WaitingOf(container.status);
  if (!waiting.reason.empty()) {
    if (auto judged = WaitingRules(container, pod, surroundings, memory, std::move(waiting)).Judge())
      return judged;
  }
  return JudgeTerminated(container, pod, surroundings);
}

std::string DescribeTermination(const Json& terminated) {
  const std::int64_t code = doc::IntAt(terminated, {"exitCode"});
  const std::string reason = doc::StringAt(terminated, {"reason"});
  std::string text;
  if (reason == "OOMKilled") {
    text = "was killed: out of memory";
  } else if (code == 0) {
    text = "exited with status 0";
  } else {
    text = "exited with status " + std::to_string(code);
    if (!reason.empty() && reason != "Error" && reason != "Completed")
      text += " (" + reason + ")";
  }
  const std::string message(Trim(doc::StringAt(terminated, {"message"})));
  if (!message.empty())
    text += ": " + message;
  return text;
}

Cause CauseOfTermination(const Json& terminated, bool init) {
  const std::int64_t code = doc::IntAt(terminated, {"exitCode"});
  const std::string reason = doc::StringAt(terminated, {"reason"});
  if (reason == "OOMKilled")
    return Cause::kOutOfMemory;
  // The runtime's own word, or what a shell says of a program that it can't find or run.
  if (reason == "StartError" || reason == "ContainerCannotRun" || code == 126 || code == 127)
    return Cause::kBadCommand;
  if (code == 0)
    return Cause::kNone;
  return init ? Cause::kInitContainerFailed : Cause::kContainerFailed;
}

}  // namespace kontrakt::verdict
