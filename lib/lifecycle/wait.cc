#include "lib/lifecycle/wait.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "lib/base/strings.h"
#include "lib/lifecycle/run_watch.h"
#include "lib/lifecycle/wait_board.h"
#include "lib/manifest/folder.h"

namespace kontrakt {
namespace {

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
  Waiter(const Context& context, const WaitOptions& options) : context_(context), options_(options) {}

  Result<WaitReport> Run() {
    KT_ASSIGN(ready_when_, ParseReadyWhen(options_.ready_when));
    KT_TRY(FindKontrakts());
    watch_->Begin();
    KT_TRY(Loop());
    return Finish();
  }

 private:
  Result<void> FindKontrakts() {
    KT_ASSIGN(run_id_, RequireRunId(context_.client, context_.scope, context_.bound));
    manifest::Scope scope = context_.scope;
    scope.run_id = run_id_;
    KT_ASSIGN(std::vector<ScopedNamespace> found, FindRunNamespaces(context_.client, scope, context_.bound));
    watch_.emplace(context_, run_id_);
    if (scope.files.empty() && scope.only.empty())
      watch_->OnNamespace([this](const RunNamespace& ns) { AddAllOf(ns); });
    for (ScopedNamespace& scoped : found) {
      AddKontrakt(scoped.kontrakt, scoped.namespace_name);
      if (scoped.ns) {
        KT_TRY(ExtendExpiry(context_.client, *scoped.ns, options_.timeout, context_.bound));
        KT_TRY(watch_->SeeNamespace(std::move(*scoped.ns)));
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
    watch_->Add(name, *boards_[name]);
  }

  /// The whole run is meant: a kontrakt that it names belongs to it before it has a namespace.
  void AddAllOf(const RunNamespace& ns) {
    AddKontrakt(ns.KontraktName(), ns.name);
    for (const std::string& other : ns.RunKontrakts()) {
      AddKontrakt(other, manifest::NamespaceOf(ns.Prefix(), ns.Owner(), run_id_, other));
    }
  }

  bool AllOver() const {
    return !boards_.empty() && std::all_of(boards_.begin(), boards_.end(), [&](const auto& entry) {
      return entry.second->Over(options_.keep_waiting);
    });
  }

  Result<void> Loop() {
    while (!AllOver()) {
      KT_ASSIGN(const std::set<KontraktBoard*> touched, watch_->Next());
      for (auto& [name, board] : boards_) {
        const bool due = touched.empty() || touched.contains(board.get());
        if (due && !board->Over(options_.keep_waiting))
          KT_TRY(board->Step());
      }
      watch_->ShowLive();
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
  ReadyWhenByKind ready_when_;
  std::string run_id_;
  std::map<std::string, std::unique_ptr<WaitBoard>> boards_;
  std::optional<RunWatch> watch_;  // of the boards: ends before them
  Result<void> ended_;
};

}  // namespace

Result<WaitReport> Wait(const Context& context, const WaitOptions& options) {
  return Waiter(context, options).Run();
}

}  // namespace kontrakt
