#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/lifecycle/board.h"
#include "lib/lifecycle/log_stream.h"
#include "lib/lifecycle/run_namespace.h"
#include "lib/lifecycle/run_watch.h"
#include "lib/lifecycle/wait.h"

namespace kontrakt {

/// Waiting for one kontrakt: from a namespace that may not be there yet to the end of its last test.
///
/// Threads: confined to one.
class WaitBoard : public KontraktBoard {
 public:
  enum class State : unsigned char { kPending, kReached, kDoomed, kLost };

  WaitBoard(const Context& context, const WaitOptions& options, ReadyWhenByKind ready_when, std::string kontrakt,
            std::string namespace_name);

  /// Takes the Namespace as it is now; begins anew when it is another attempt. True when subjects are to be (re)added.
  Result<bool> SeeNamespace(RunNamespace ns) override;
  void NamespaceGone() override;
  std::vector<kube::WatchSubject> Subjects() const override;
  void See(const kube::Resource& resource, const kube::WatchEvent& event) override;
  void Synced(std::size_t subject) override;
  void SetSubjects(const std::vector<std::size_t>& subjects) override;

  /// Judges, lets tests start, records tests' ends, tells progress. Call after events and when time has passed.
  Result<void> Step();
  /// When Step should be called again although nothing happens: a grace ends then.
  std::optional<WallTime> NextStep() const override { return next_step_; }

  State state() const { return state_; }
  bool Over(bool keep_waiting) const;
  const std::string& kontrakt() const { return kontrakt_; }
  const std::optional<RunNamespace>& ns() const { return ns_; }
  /// "pod/app container app: crashed …": the first cause, for the verdict.
  std::string Reason() const;
  std::string CauseCode() const;
  void AppendLive(std::vector<LiveRow>& rows) const override;
  WaitedKontrakt Report();
  void DrainLogs(const Bound& bound);

 private:
  Result<void> RecordTests();
  void TellChanges();
  void Decide();
  WaitedObject Describe(const Board::Row& row);

  const Context& context_;
  const WaitOptions& options_;
  ReadyWhenByKind ready_when_;
  std::string kontrakt_;
  std::string namespace_name_;
  std::optional<RunNamespace> ns_;
  std::unique_ptr<Board> board_;
  std::unique_ptr<LogStream> logs_;
  std::vector<std::size_t> subjects_;
  std::map<std::size_t, bool> synced_;
  std::vector<Board::Row> rows_;
  std::map<const InventoryItem*, std::string> told_;
  std::map<std::string, TestEnd> ended_;  // by uid
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::map<const InventoryItem*, std::chrono::steady_clock::time_point> reached_at_;
  std::optional<WallTime> next_step_;
  bool tests_started_ = false;
  State state_ = State::kPending;
};

}  // namespace kontrakt
