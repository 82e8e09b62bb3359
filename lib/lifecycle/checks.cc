#include "lib/lifecycle/checks.h"

#include <algorithm>
#include <utility>

#include "lib/doc/json.h"
#include "lib/verdict/container_rules.h"

namespace kontrakt {
namespace {

using doc::Json;
using verdict::State;

CheckResult ResultOf(State state) {
  switch (state) {
    case State::kReady:
    case State::kSucceeded:
      return CheckResult::kPassed;
    case State::kFailed:
    case State::kDoomed:
      return CheckResult::kFailed;
    case State::kLost:
      return CheckResult::kLost;
    case State::kPending:
      return CheckResult::kUndecided;
  }
  return CheckResult::kUndecided;
}

std::optional<int> ExitCodeOf(const Board& board, const InventoryItem& item) {
  std::optional<int> code;
  for (const Json* pod : board.PodsOf(item)) {
    for (const Json& status : doc::ArrayAt(*pod, {"status", "containerStatuses"})) {
      const Json* const ended = doc::Find(status, {"state", "terminated"});
      if (ended == nullptr)
        continue;
      const int exited_with = static_cast<int>(doc::IntAt(*ended, {"exitCode"}));
      if (!code || exited_with != 0)
        code = exited_with;
    }
  }
  return code;
}

std::chrono::seconds DurationOf(const Board& board, const InventoryItem& item, WallTime now) {
  std::optional<WallTime> began;
  for (const Json* pod : board.PodsOf(item)) {
    const Result<WallTime> started = ParseRfc3339(doc::StringAt(*pod, {"status", "startTime"}));
    if (started && (!began || *started < *began))
      began = *started;
  }
  if (!began || *began > now)
    return std::chrono::seconds(0);
  return std::chrono::duration_cast<std::chrono::seconds>(now - *began);
}

/// A container that was started again, or lies there crashed.
struct Crash {
  std::string container;
  std::int64_t restarts = 0;
  std::optional<WallTime> last;  ///< when its last run ended
  std::string how;               ///< "exited with status 3"
};

bool IsNamed(const InventoryItem& item, const std::string& container) {
  return item.containers.empty() ||
         std::find(item.containers.begin(), item.containers.end(), container) != item.containers.end();
}

std::vector<Crash> CrashesOf(const Json& pod, const InventoryItem& item) {
  std::vector<Crash> crashes;
  for (const Json& status : doc::ArrayAt(pod, {"status", "containerStatuses"})) {
    Crash crash;
    crash.container = doc::StringAt(status, {"name"});
    crash.restarts = doc::IntAt(status, {"restartCount"});
    if (crash.restarts == 0 || !IsNamed(item, crash.container))
      continue;
    const Json* ended = doc::Find(status, {"state", "terminated"});
    if (ended == nullptr)
      ended = doc::Find(status, {"lastState", "terminated"});
    if (ended != nullptr) {
      crash.how = verdict::DescribeTermination(*ended);
      if (const Result<WallTime> when = ParseRfc3339(doc::StringAt(*ended, {"finishedAt"})))
        crash.last = *when;
    }
    crashes.push_back(std::move(crash));
  }
  return crashes;
}

}  // namespace

std::string_view NameOf(CheckKind kind) {
  switch (kind) {
    case CheckKind::kTestsExist:
      return "tests-exist";
    case CheckKind::kTest:
      return "test";
    case CheckKind::kTarget:
      return "target";
    case CheckKind::kRestarts:
      return "restarts";
    case CheckKind::kAssertion:
      return "assertion";
  }
  return "";
}

std::string_view NameOf(CheckResult result) {
  switch (result) {
    case CheckResult::kPassed:
      return "passed";
    case CheckResult::kFailed:
      return "failed";
    case CheckResult::kLost:
      return "lost";
    case CheckResult::kUndecided:
      return "undecided";
    case CheckResult::kNote:
      return "note";
  }
  return "";
}

Check CheckTestsExist(const Inventory& inventory, bool allow_no_tests) {
  Check check;
  check.kind = CheckKind::kTestsExist;
  check.name = "tests exist";
  const std::size_t tests = inventory.WithRole(Role::kTest).size();
  if (tests > 0) {
    check.result = CheckResult::kPassed;
    check.message = std::to_string(tests) + (tests == 1 ? " test" : " tests");
    return check;
  }
  check.result = allow_no_tests ? CheckResult::kNote : CheckResult::kFailed;
  check.message = allow_no_tests ? "there is no test; --allow-no-tests was given"
                                 : "there is no test: nothing could say that it passed";
  return check;
}

Check CheckTest(Board& board, const InventoryItem& item, const TestEnd* recorded, WallTime now) {
  Check check;
  check.kind = CheckKind::kTest;
  check.name = "test " + item.Describe();
  check.object = item.Describe();
  check.location = {item.file, item.line, 0};
  if (recorded != nullptr) {
    check.result = recorded->result == "passed" ? CheckResult::kPassed
                   : recorded->result == "lost" ? CheckResult::kLost
                                                : CheckResult::kFailed;
    check.cause = recorded->cause;
    check.message = recorded->message;
    if (check.message.empty() && check.result == CheckResult::kLost)
      check.message = "was taken away before its end";
    check.exit_code = recorded->exit_code;
    check.duration = std::chrono::seconds(recorded->seconds);
    return check;
  }
  const Board::Row row = board.JudgeItem(item, now);
  check.result = ResultOf(row.judgement.state);
  check.cause = std::string(verdict::NameOf(row.judgement.cause));
  check.message = row.judgement.message;
  if (check.result != CheckResult::kPassed && !row.judgement.object.empty() &&
      row.judgement.object != item.Describe()) {
    check.message = row.judgement.object + " " + check.message;
  }
  if (row.held_back && check.result == CheckResult::kUndecided)
    check.message = "has not been let start: wait does that once everything else is ready";
  check.exit_code = ExitCodeOf(board, item);
  check.duration = DurationOf(board, item, now);
  return check;
}

std::vector<const Json*> CountedPods(const Board& board, const InventoryItem& item) {
  std::vector<const Json*> pods = board.PodsOf(item);
  if (item.key.resource.gvk.kind == "Pod")
    return pods;
  std::vector<const Json*> staying;
  const bool runs_on = item.key.resource.gvk.kind != "Job";
  std::copy_if(pods.begin(), pods.end(), std::back_inserter(staying), [&](const Json* pod) {
    // An evicted pod lies there until it is collected; its workload has another by now.
    const bool replaced = runs_on && doc::StringAt(*pod, {"status", "phase"}) == "Failed";
    return !replaced && doc::Find(*pod, {"metadata", "deletionTimestamp"}) == nullptr;
  });
  return staying;
}

std::optional<WallTime> TestsStarted(const Board& board, const std::vector<TestEnd>& ends) {
  std::optional<WallTime> first;
  const auto take = [&first](WallTime when) {
    if (!first || when < *first)
      first = when;
  };
  for (const InventoryItem& item : board.inventory().items) {
    if (item.role != Role::kTest || item.hold == Hold::kNone)
      continue;
    for (const Json* pod : board.PodsOf(item)) {
      if (const Result<WallTime> started = ParseRfc3339(doc::StringAt(*pod, {"status", "startTime"})))
        take(*started);
    }
    const auto end = std::find_if(ends.begin(), ends.end(), [&](const TestEnd& e) { return e.uid == item.uid; });
    if (end == ends.end())
      continue;
    if (const Result<WallTime> ended = ParseRfc3339(end->ended))
      take(*ended - std::chrono::seconds(end->seconds));
  }
  return first;
}

Check CheckRestarts(const Board& board, const InventoryItem& item, int max_restarts,
                    std::optional<WallTime> tests_started) {
  Check check;
  check.kind = CheckKind::kRestarts;
  check.name = "restarts of " + item.Describe();
  check.object = item.Describe();
  check.location = {item.file, item.line, 0};
  check.result = CheckResult::kPassed;
  check.message = "none";
  for (const Json* pod : CountedPods(board, item)) {
    for (const Crash& crash : CrashesOf(*pod, item)) {
      const std::string times = crash.restarts == 1 ? "once" : std::to_string(crash.restarts) + " times";
      if (tests_started && crash.last && *crash.last < *tests_started) {
        if (check.result == CheckResult::kPassed)
          check.message = "container " + crash.container + " was restarted " + times + ", before it was first Ready";
        continue;
      }
      const std::string what = "pod/" + doc::StringAt(*pod, {"metadata", "name"}) + " container " + crash.container +
                               " was restarted " + times + (crash.how.empty() ? "" : ": it " + crash.how);
      if (crash.restarts > max_restarts) {
        check.result = CheckResult::kFailed;
        check.cause = std::string(verdict::NameOf(verdict::Cause::kContainerFailed));
        check.message = what;
        return check;
      }
      check.message = what + "; --max-restarts allows it";
    }
  }
  return check;
}

}  // namespace kontrakt
