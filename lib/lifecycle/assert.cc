#include "lib/lifecycle/assert.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "lib/base/file.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/assert_board.h"
#include "lib/lifecycle/evidence_text.h"
#include "lib/lifecycle/labels.h"
#include "lib/lifecycle/run_watch.h"
#include "lib/manifest/scope.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr std::chrono::seconds kWritingTime{20};
constexpr std::chrono::seconds kWritingTimeAfterStop{4};

/// Judges all kontrakts of a run at once, on one set of watches.
class Asserter {
 public:
  Asserter(const Context& context, const oci::Registry& registry, const AssertOptions& options)
      : context_(context), registry_(registry), options_(options) {}

  Result<AssertReport> Run() {
    KT_ASSIGN(folders_, FindAssertionFolders(context_.scope));
    KT_TRY(FindKontrakts());
    if (!AllDecided()) {
      watch_->Begin();
      KT_TRY(Loop());
    }
    return Finish();
  }

 private:
  Result<void> FindKontrakts() {
    KT_ASSIGN(run_id_, RequireRunId(context_.client, context_.scope, context_.bound));
    manifest::Scope scope = context_.scope;
    scope.run_id = run_id_;
    KT_ASSIGN(std::vector<ScopedNamespace> found, FindRunNamespaces(context_.client, scope, context_.bound));
    const bool any = std::any_of(found.begin(), found.end(), [](const ScopedNamespace& s) { return s.ns.has_value(); });
    if (!any) {
      Error error = NotFound("run " + run_id_ + " has no namespace here");
      return error.SetHint("apply begins a run; --owner and --namespace-prefix must be as they were given there");
    }
    watch_.emplace(context_, run_id_);
    for (ScopedNamespace& scoped : found) {
      boards_[scoped.kontrakt] = std::make_unique<AssertBoard>(context_, registry_, options_, folders_, scoped.kontrakt,
                                                               scoped.namespace_name);
      watch_->Add(scoped.kontrakt, *boards_[scoped.kontrakt]);
      if (!scoped.ns) {
        context_.progress.Note(scoped.kontrakt, "belongs to the run and has no namespace", Mood::kWaiting);
        continue;
      }
      KT_TRY(ExtendExpiry(context_.client, *scoped.ns, options_.timeout, context_.bound));
      KT_TRY(watch_->SeeNamespace(std::move(*scoped.ns)));
    }
    return {};
  }

  bool AllDecided() const {
    return std::all_of(boards_.begin(), boards_.end(), [](const auto& entry) { return entry.second->IsDecided(); });
  }

  Result<void> Loop() {
    while (!AllDecided()) {
      KT_TRY(watch_->Next());
      for (auto& [name, board] : boards_)
        KT_TRY(board->Step());
      watch_->ShowLive();
      ended_ = context_.bound.Check("the kontrakts to be decided");
      if (!ended_)
        return {};
    }
    return {};
  }

  /// Verdicts, evidence and reports. The time for it is its own: the command's may be over.
  Result<AssertReport> Finish() {
    const bool stopped = !ended_ && ended_.error().code() == ErrorCode::kCancelled;
    const Bound time{stopped ? std::stop_token() : context_.bound.stop,
                     Deadline::After(stopped ? kWritingTimeAfterStop : kWritingTime)};
    AssertReport report;
    for (auto& [name, board] : boards_) {
      if (!ended_ && !stopped)
        board->TimeIsOver();
      AssertedKontrakt asserted = board->Report();
      KT_TRY(WriteVerdictOf(*board, asserted, time));
      if (asserted.result != CheckResult::kPassed)
        Collect(*board, asserted, time);
      report.kontrakts.push_back(std::move(asserted));
    }
    KT_TRY(Record(report));
    if (stopped)
      return std::move(ended_.error());
    return report;
  }

  Result<void> WriteVerdictOf(const AssertBoard& board, AssertedKontrakt& asserted, const Bound& time) {
    const bool is_verdict = board.result() == CheckResult::kPassed || board.result() == CheckResult::kFailed;
    if (!is_verdict || !board.ns())
      return {};
    RunNamespace ns = *board.ns();
    if (!board.IsStanding()) {
      Result<void> written =
          WriteVerdict(context_.client, ns, std::string(NameOf(board.result())), asserted.reason, time);
      if (!written && written.error().code() == ErrorCode::kConflict)
        written = YieldToFailure(std::move(written.error()), ns, asserted, time);
      KT_TRY(std::move(written));
    }
    asserted.verdict = ns.Annotation(annotation::kVerdict);
    return {};
  }

  /// Another step of this attempt has written meanwhile that it failed: that stands.
  Result<void> YieldToFailure(Error conflict, RunNamespace& ns, AssertedKontrakt& asserted, const Bound& time) {
    KT_ASSIGN(RunNamespace fresh, ReadRunNamespace(context_.client, ns.name, time));
    KT_ASSIGN(const std::optional<Verdict> verdict, fresh.ReadVerdict());
    if (fresh.uid != ns.uid || fresh.Attempt() != ns.Attempt() || !verdict || verdict->passed())
      return conflict;
    ns = std::move(fresh);
    asserted.result = CheckResult::kFailed;
    asserted.reason = verdict->reason;
    asserted.standing = true;
    return {};
  }

  void Collect(const AssertBoard& board, AssertedKontrakt& asserted, const Bound& time) {
    if (options_.evidence.folder.empty() || !board.ns())
      return;
    if (Result<void> collected = CollectEvidence(context_, *board.ns(), options_.evidence, time); !collected) {
      context_.progress.Warn("evidence of " + asserted.name + ": " + collected.error().ToString());
      return;
    }
    asserted.evidence = (std::filesystem::path(options_.evidence.folder) / EvidenceFileName(asserted.name)).string();
  }

  Result<void> Record(const AssertReport& report) {
    const Json json = report.ToJson();
    for (const Json& kontrakt : json["kontrakts"]) {
      Json members = {{"assert", kontrakt}};
      if (kontrakt.contains("verdict"))
        members["verdict"] = kontrakt["verdict"];
      context_.report.MergeKontrakt(doc::StringAt(kontrakt, {"name"}), members);
    }
    KT_TRY(context_.report.Write());
    if (!options_.junit.empty())
      KT_TRY_CONTEXT(WriteFileAtomic(options_.junit, report.ToJunit()), "writing the JUnit report");
    if (!options_.markdown.empty())
      KT_TRY_CONTEXT(WriteFileAtomic(options_.markdown, report.ToMarkdown()), "writing the Markdown report");
    return {};
  }

  const Context& context_;
  const oci::Registry& registry_;
  const AssertOptions& options_;
  AssertionFolders folders_;
  std::string run_id_;
  std::map<std::string, std::unique_ptr<AssertBoard>> boards_;
  std::optional<RunWatch> watch_;  // of the boards: ends before them
  Result<void> ended_;
};

}  // namespace

Result<AssertReport> Assert(const Context& context, const oci::Registry& registry, const AssertOptions& options) {
  return Asserter(context, registry, options).Run();
}

}  // namespace kontrakt
