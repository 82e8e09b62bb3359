#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/lifecycle/assert.h"
#include "lib/lifecycle/assertion_board.h"
#include "lib/lifecycle/assertion_files.h"
#include "lib/lifecycle/board.h"
#include "lib/lifecycle/checks_target.h"
#include "lib/lifecycle/run_namespace.h"
#include "lib/lifecycle/run_watch.h"

namespace kontrakt {

/// Judging one kontrakt: from its namespace, which may not be there yet, to its verdict.
///
/// Threads: confined to one.
class AssertBoard : public KontraktBoard {
 public:
  AssertBoard(const Context& context, const oci::Registry& registry, const AssertOptions& options,
              const AssertionFolders& folders, std::string kontrakt, std::string namespace_name);

  /// Takes the Namespace as it is now; begins anew when it is another attempt. True when subjects are to be (re)added.
  /// Errors as LoadAssertionsOf.
  Result<bool> SeeNamespace(RunNamespace ns) override;
  void NamespaceGone() override;
  std::vector<kube::WatchSubject> Subjects() const override;
  void SetSubjects(const std::vector<std::size_t>& subjects) override;
  void See(const kube::Resource& resource, const kube::WatchEvent& event) override;
  void Synced(std::size_t subject) override;

  /// Checks everything. Call after events and when time has passed. Fails when the registry is needed and does not
  /// answer.
  Result<void> Step();
  /// When Step should be called again although nothing happens.
  std::optional<WallTime> NextStep() const override { return next_step_; }
  /// Whether a verdict can be given, or never will be.
  bool IsDecided() const { return result_ != CheckResult::kUndecided; }
  /// The time is over: an assertion that does not hold by now has failed.
  void TimeIsOver();

  CheckResult result() const { return result_; }
  const std::optional<RunNamespace>& ns() const { return ns_; }
  /// The verdict was there before this process looked.
  bool IsStanding() const { return standing_; }
  void AppendLive(std::vector<LiveRow>& rows) const override;
  /// With last log lines of what failed; everything masked.
  AssertedKontrakt Report() const;

 private:
  void Reset();
  bool TakeVerdict(const Verdict& verdict);
  Result<void> Begin();
  bool IsSynced() const;
  Result<Check> TestCheck(const InventoryItem& item, WallTime now);
  Result<void> CheckTests(WallTime now);
  Result<void> CheckTargets(WallTime now);
  void CheckAssertions(WallTime now);
  void NoteNextStep(std::optional<WallTime> when);
  void Tell();
  void Decide();
  std::string Reason() const;
  void AddLogLines(Check& check) const;

  const Context& context_;
  const AssertOptions& options_;
  const AssertionFolders& folders_;
  const std::string kontrakt_;
  const std::string namespace_name_;
  TargetDigests digests_;
  std::optional<RunNamespace> ns_;
  std::unique_ptr<Board> board_;
  std::unique_ptr<AssertionBoard> assertions_;
  std::vector<Target> targets_;
  std::map<std::string, TestEnd> ended_;  // by uid
  std::set<std::string> gone_;            // uids of tests that the server has not any more
  std::set<std::size_t> unsynced_;
  std::vector<Check> checks_;
  std::map<std::string, std::string> told_;  // by name of check
  std::optional<std::string> failed_before_;
  CheckResult result_ = CheckResult::kUndecided;
  bool standing_ = false;
  bool time_is_over_ = false;
  std::optional<WallTime> next_step_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::optional<std::chrono::steady_clock::time_point> decided_at_;
};

}  // namespace kontrakt
