#include "lib/lifecycle/assert.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>

#include "lib/base/file.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/assert_board.h"
#include "lib/lifecycle/evidence_text.h"
#include "lib/lifecycle/labels.h"
#include "lib/manifest/scope.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr std::chrono::milliseconds kLiveEvery{250};
constexpr std::chrono::seconds kLongestPause{1};
constexpr std::chrono::seconds kWritingTime{20};
constexpr std::chrono::seconds kWritingTimeAfterStop{4};
constexpr int kEventsAtOnce = 256;

/// Judges all kontrakts of a run at once, on one set of watches.
class Asserter {
 public:
  Asserter(const Context& context, const oci::Registry& registry, const AssertOptions& options)
      : context_(context), registry_(registry), options_(options), watch_(context.client) {}

  Result<AssertReport> Run() {
    KT_ASSIGN(folders_, FindAssertionFolders(context_.scope));
    KT_TRY(FindKontrakts());
    if (!AllDecided()) {
      namespaces_ = watch_.Add(NamespaceSubject());
      KT_TRY(Loop());
    }
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
    const bool any = std::any_of(found.begin(), found.end(), [](const ScopedNamespace& s) { return s.ns.has_value(); });
    if (!any) {
      Error error = NotFound("run " + run_id_ + " has no namespace here");
      return error.SetHint("apply begins a run; --owner and --namespace-prefix must be as they were given there");
    }
    for (ScopedNamespace& scoped : found) {
      boards_[scoped.kontrakt] = std::make_unique<AssertBoard>(context_, registry_, options_, folders_, scoped.kontrakt,
                                                               scoped.namespace_name);
      if (!scoped.ns) {
        context_.progress.Note(scoped.kontrakt, "belongs to the run and has no namespace", Mood::kWaiting);
        continue;
      }
      KT_TRY(ExtendExpiry(context_.client, *scoped.ns, options_.timeout, context_.bound));
      KT_TRY(SeeNamespace(std::move(*scoped.ns)));
    }
    return {};
  }

  kube::WatchSubject NamespaceSubject() const {
    return {.resource = kube::Namespaces(),
            .namespace_name = "",
            .label_selector = std::string(label::kManagedBy) + "=" + std::string(label::kManagedByValue) + "," +
                              std::string(label::kRun) + "=" + manifest::LabelValueOf(run_id_),
            .field_selector = "",
            .metadata_only = true};
  }

  Result<void> SeeNamespace(RunNamespace ns) {
    if (!ns.IsOurs() || ns.RunId() != run_id_ || ns.Owner() != context_.scope.owner)
      return {};
    const std::string name = ns.KontraktName();
    const auto board = boards_.find(name);
    if (board == boards_.end())
      return {};
    KT_ASSIGN(const bool begun, board->second->SeeNamespace(std::move(ns)));
    if (!begun)
      return {};
    std::vector<std::size_t>& subjects = subjects_of_[name];
    for (const std::size_t subject : subjects) {
      watch_.Remove(subject);
      origins_.erase(subject);
    }
    subjects.clear();
    for (kube::WatchSubject& wanted : board->second->Subjects()) {
      const kube::Resource resource = wanted.resource;
      const std::size_t subject = watch_.Add(std::move(wanted));
      origins_[subject] = {name, resource};
      subjects.push_back(subject);
    }
    board->second->SetSubjects(subjects);
    return {};
  }

  Result<void> Take(kube::WatchEvent event) {
    if (event.type == kube::EventType::kFailed && event.error)
      return WithContext(std::move(*event.error), "watching the run");
    if (event.subject == namespaces_) {
      if (event.type == kube::EventType::kUpserted)
        return SeeNamespace(RunNamespace::Of(event.object));
      const auto board = boards_.find(RunNamespace::Of(event.object).KontraktName());
      if (event.type == kube::EventType::kDeleted && board != boards_.end())
        board->second->NamespaceGone();
      return {};
    }
    const auto origin = origins_.find(event.subject);
    if (origin == origins_.end())
      return {};
    AssertBoard& board = *boards_.at(origin->second.kontrakt);
    if (event.type == kube::EventType::kSynced) {
      board.Synced(event.subject);
    } else {
      board.See(origin->second.resource, event);
    }
    return {};
  }

  bool AllDecided() const {
    return std::all_of(boards_.begin(), boards_.end(), [](const auto& entry) { return entry.second->IsDecided(); });
  }

  std::chrono::milliseconds UntilNextStep() const {
    std::chrono::milliseconds longest = kLongestPause;
    const WallTime now = NowWall();
    for (const auto& [name, board] : boards_) {
      if (board->NextStep())
        longest = std::min(longest, std::max(std::chrono::milliseconds(1), *board->NextStep() - now));
    }
    return longest;
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
    while (!AllDecided()) {
      std::optional<kube::WatchEvent> event = watch_.Next(UntilNextStep(), context_.bound);
      // Take what is already there before judging: one look at the whole costs less than one at each event.
      for (int taken = 0; event; ++taken) {
        KT_TRY(Take(std::move(*event)));
        event = taken < kEventsAtOnce ? watch_.Next(std::chrono::milliseconds(0), context_.bound) : std::nullopt;
      }
      for (auto& [name, board] : boards_)
        KT_TRY(board->Step());
      ShowLive();
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
  kube::WatchSet watch_;
  AssertionFolders folders_;
  std::string run_id_;
  std::optional<std::size_t> namespaces_;
  std::map<std::string, std::unique_ptr<AssertBoard>> boards_;
  std::map<std::string, std::vector<std::size_t>> subjects_of_;
  std::map<std::size_t, Origin> origins_;
  std::chrono::steady_clock::time_point next_live_{};
  Result<void> ended_;
};

}  // namespace

Result<AssertReport> Assert(const Context& context, const oci::Registry& registry, const AssertOptions& options) {
  return Asserter(context, registry, options).Run();
}

}  // namespace kontrakt
