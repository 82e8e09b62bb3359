#include "lib/lifecycle/wait.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "lib/base/strings.h"
#include "lib/lifecycle/labels.h"
#include "lib/lifecycle/wait_board.h"
#include "lib/manifest/folder.h"

namespace kontrakt {
namespace {

constexpr std::chrono::milliseconds kLiveEvery{250};
constexpr std::chrono::seconds kEvidenceTime{20};
constexpr std::chrono::seconds kEvidenceTimeAfterStop{4};

Result<ReadyWhenByKind> ParseReadyWhen(const std::vector<std::string>& flags) {
  ReadyWhenByKind parsed;
  for (const std::string& flag : flags) {
    const std::size_t equals = flag.find('=');
    if (equals == std::string::npos || equals == 0)
      return Usage("--ready-when " + flag + " is not KIND=EXPRESSION");
    KT_ASSIGN_CONTEXT(doc::Condition condition, doc::Condition::Parse(flag.substr(equals + 1)), "--ready-when " + flag);
    parsed.emplace(ToLower(flag.substr(0, equals)), std::move(condition));
  }
  return parsed;
}

/// Follows all kontrakts of a run at once, on one set of watches.
class Waiter {
 public:
  Waiter(const Context& context, const WaitOptions& options)
      : context_(context), options_(options), watch_(context.client) {}

  Result<WaitReport> Run() {
    KT_ASSIGN(ready_when_, ParseReadyWhen(options_.ready_when));
    KT_TRY(FindKontrakts());
    const std::size_t subject = watch_.Add(NamespaceSubject());
    namespaces_ = subject;
    KT_TRY(Loop());
    return Finish();
  }

 private:
  struct Origin {
    std::string kontrakt;
    kube::Resource resource;
  };

  Result<void> FindKontrakts() {
    KT_ASSIGN(run_id_, RequireRunId(context_.client, context_.scope, context_.bound));
    manifest::Scope scope = context_.scope;
    scope.run_id = run_id_;
    KT_ASSIGN(std::vector<ScopedNamespace> found, FindRunNamespaces(context_.client, scope, context_.bound));
    whole_run_ = scope.files.empty() && scope.only.empty();
    for (ScopedNamespace& scoped : found) {
      AddKontrakt(scoped.kontrakt, scoped.namespace_name);
      if (scoped.ns) {
        KT_TRY(ExtendExpiry(context_.client, *scoped.ns, options_.timeout, context_.bound));
        KT_TRY(SeeNamespace(std::move(*scoped.ns)));
      } else {
        context_.progress.Note(scoped.kontrakt, "has no namespace yet", Mood::kWaiting);
      }
    }
    return {};
  }

  void AddKontrakt(const std::string& name, const std::string& namespace_name) {
    if (boards_.contains(name))
      return;
    boards_[name] = std::make_unique<WaitBoard>(context_, options_, ready_when_, name, namespace_name);
  }

  kube::WatchSubject NamespaceSubject() const {
    return {.resource = kube::Namespaces(),
            .namespace_name = "",
            .label_selector = std::string(label::kManagedBy) + "=" + std::string(label::kManagedByValue) + "," +
                              std::string(label::kRun) + "=" + manifest::LabelValueOf(run_id_),
            .field_selector = "",
            .metadata_only = true};
  }

  /// A namespace of the run, new or changed; one out of scope is somebody else's.
  Result<void> SeeNamespace(RunNamespace ns) {
    if (!ns.IsOurs() || ns.RunId() != run_id_ || ns.Owner() != context_.scope.owner)
      return {};
    const std::string name = ns.KontraktName();
    if (whole_run_) {
      AddKontrakt(name, ns.name);
      for (const std::string& other : ns.RunKontrakts()) {
        AddKontrakt(other, manifest::NamespaceOf(ns.Prefix(), ns.Owner(), run_id_, other));
      }
    }
    const auto board = boards_.find(name);
    if (board == boards_.end())
      return {};
    KT_ASSIGN(const bool begun, board->second->SeeNamespace(std::move(ns)));
    if (!begun)
      return {};
    for (const std::size_t subject : subjects_of_[name]) {
      watch_.Remove(subject);
      origins_.erase(subject);
    }
    std::vector<std::size_t>& subjects = subjects_of_[name];
    subjects.clear();
    for (const kube::WatchSubject& wanted : board->second->Subjects()) {
      const std::size_t subject = watch_.Add(wanted);
      origins_[subject] = {name, wanted.resource};
      subjects.push_back(subject);
    }
    board->second->SetSubjects(subjects);
    return {};
  }

  Result<void> Take(kube::WatchEvent event) {
    if (event.type == kube::EventType::kFailed && event.error) {
      return WithContext(std::move(*event.error), "watching the run");
    }
    if (event.subject == namespaces_) {
      if (event.type == kube::EventType::kUpserted)
        return SeeNamespace(RunNamespace::Of(event.object));
      if (event.type == kube::EventType::kDeleted) {
        const auto board = boards_.find(RunNamespace::Of(event.object).KontraktName());
        if (board != boards_.end())
          board->second->NamespaceGone();
      }
      return {};
    }
    const auto origin = origins_.find(event.subject);
    if (origin == origins_.end())
      return {};
    WaitBoard& board = *boards_.at(origin->second.kontrakt);
    if (event.type == kube::EventType::kSynced)
      board.Synced(event.subject);
    board.See(origin->second.resource, event);
    touched_.push_back(&board);
    return {};
  }

  bool AllOver() const {
    return !boards_.empty() && std::all_of(boards_.begin(), boards_.end(), [&](const auto& entry) {
      return entry.second->Over(options_.keep_waiting);
    });
  }

  std::chrono::milliseconds UntilNextStep() const {
    std::chrono::milliseconds longest = kLiveEvery * 4;
    const WallTime now = NowWall();
    for (const auto& [name, board] : boards_) {
      if (!board->NextStep())
        continue;
      longest = std::min(longest, std::max(std::chrono::milliseconds(1), *board->NextStep() - now));
    }
    return longest;
  }

  Result<void> StepBoards(bool all) {
    if (all) {
      touched_.clear();
      for (auto& [name, board] : boards_)
        touched_.push_back(board.get());
    }
    std::sort(touched_.begin(), touched_.end());
    touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
    for (WaitBoard* board : touched_) {
      if (!board->Over(options_.keep_waiting))
        KT_TRY(board->Step());
    }
    touched_.clear();
    return {};
  }

  void ShowLive() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_live_)
      return;
    next_live_ = now + kLiveEvery;
    std::vector<LiveRow> rows;
    for (const auto& [name, board] : boards_)
      board->AppendLive(rows);
    context_.progress.Live(rows);
  }

  Result<void> Loop() {
    while (!AllOver()) {
      std::optional<kube::WatchEvent> event = watch_.Next(UntilNextStep(), context_.bound);
      const bool quiet = !event;
      if (event)
        KT_TRY(Take(std::move(*event)));
      // Take what is already there before judging: one look at the whole costs less than one at each event.
      for (int more = 0; event && more < 256; ++more) {
        event = watch_.Next(std::chrono::milliseconds(0), context_.bound);
        if (event)
          KT_TRY(Take(std::move(*event)));
      }
      KT_TRY(StepBoards(quiet));
      ShowLive();
      ended_ = context_.bound.Check("the kontrakts to reach their end");
      if (!ended_)
        return {};
    }
    return {};
  }

  /// Verdict and evidence of what did not reach its end, then the report.
  Result<WaitReport> Finish() {
    WaitReport report;
    const bool stopped = !ended_ && ended_.error().code() == ErrorCode::kCancelled;
    const Bound time{stopped ? std::stop_token() : context_.bound.stop,
                     Deadline::After(stopped ? kEvidenceTimeAfterStop : kEvidenceTime)};
    Context late = context_;
    late.bound = time;
    for (auto& [name, board] : boards_) {
      if (!stopped)
        board->DrainLogs(time);
      WaitedKontrakt waited = board->Report();
      if (waited.state == "pending" && !ended_)
        waited.state = stopped ? "cancelled" : "timeout";
      if (waited.state != "reached" && board->ns()) {
        RunNamespace ns = *board->ns();
        if (waited.state == "doomed") {
          const std::string cause = board->CauseCode();
          KT_TRY(
              WriteVerdict(context_.client, ns, "failed", (cause.empty() ? "" : cause + ": ") + waited.reason, time));
        }
        if (Result<void> collected = CollectEvidence(late, ns, options_.evidence, time); !collected) {
          context_.progress.Warn("evidence of " + name + ": " + collected.error().ToString());
        }
      }
      report.kontrakts.push_back(std::move(waited));
    }
    const doc::Json json = report.ToJson();
    for (const doc::Json& kontrakt : json["kontrakts"]) {
      context_.report.MergeKontrakt(doc::StringAt(kontrakt, {"name"}),
                                    {{"wait", kontrakt}, {"tests", kontrakt["tests"]}});
    }
    KT_TRY(context_.report.Write());
    if (stopped)
      return std::move(ended_.error());
    return report;
  }

  const Context& context_;
  const WaitOptions& options_;
  kube::WatchSet watch_;
  ReadyWhenByKind ready_when_;
  std::string run_id_;
  bool whole_run_ = false;
  std::size_t namespaces_ = 0;
  std::map<std::string, std::unique_ptr<WaitBoard>> boards_;
  std::map<std::string, std::vector<std::size_t>> subjects_of_;
  std::map<std::size_t, Origin> origins_;
  std::vector<WaitBoard*> touched_;
  std::chrono::steady_clock::time_point next_live_{};
  Result<void> ended_;
};

}  // namespace

Result<WaitReport> Wait(const Context& context, const WaitOptions& options) {
  return Waiter(context, options).Run();
}

}  // namespace kontrakt
