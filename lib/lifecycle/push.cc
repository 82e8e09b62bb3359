#include "lib/lifecycle/push.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "lib/base/strings.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/inventory.h"
#include "lib/lifecycle/push_plan.h"
#include "lib/lifecycle/run_namespace.h"

namespace kontrakt {
namespace {

/// One kontrakt as push judges it: what it may promote, or why nothing.
struct Candidate {
  PushedKontrakt kontrakt;
  std::vector<Target> targets;
  std::optional<RunNamespace> ns;
};

/// Why a namespace's targets may not be promoted; empty when its verdict is a pass for exactly what is there.
Result<std::string> RefusalOf(const RunNamespace& ns) {
  if (ns.terminating) {
    return std::string("its namespace is being deleted");
  }
  if (ns.Phase() != "applied") {
    return std::string("it is not applied in full");
  }
  KT_ASSIGN(const std::optional<Verdict> verdict, ns.ReadVerdict());
  if (!verdict) {
    return std::string("it has no verdict yet");
  }
  if (const std::optional<std::string> mismatch = ns.Mismatch(*verdict)) {
    return "its verdict was given for something else: " + *mismatch;
  }
  if (!verdict->passed()) {
    return "it failed" + (verdict->reason.empty() ? std::string() : ": " + verdict->reason);
  }
  return std::string();
}

Result<Candidate> JudgeNamespace(const ScopedNamespace& scoped) {
  Candidate candidate{{scoped.kontrakt, scoped.namespace_name, ""}, {}, scoped.ns};
  if (!scoped.ns) {
    candidate.kontrakt.refusal = "it has no namespace";
    return candidate;
  }
  KT_ASSIGN(candidate.kontrakt.refusal, RefusalOf(*scoped.ns));
  KT_ASSIGN(candidate.targets, scoped.ns->ReadTargets());
  return candidate;
}

Result<std::vector<Candidate>> FromNamespaces(const Context& context, const PushOptions& options) {
  KT_ASSIGN(const std::vector<ScopedNamespace> scoped, FindRunNamespaces(context.client, context.scope, context.bound));
  std::vector<Candidate> candidates;
  for (const ScopedNamespace& entry : scoped) {
    KT_ASSIGN_CONTEXT(Candidate candidate, JudgeNamespace(entry), "kontrakt " + entry.kontrakt);
    if (candidate.ns && candidate.kontrakt.refusal.empty() && !options.dry_run) {
      KT_TRY_CONTEXT(ExtendExpiry(context.client, *candidate.ns, options.timeout, context.bound),
                     "kontrakt " + entry.kontrakt);
    }
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

/// The report's own word, for a run whose namespaces are gone.
Result<std::vector<Candidate>> FromReport(const Context& context) {
  std::vector<Candidate> candidates;
  const std::vector<std::string>& only = context.scope.only;
  for (const doc::Json& kontrakt : doc::ArrayAt(context.report.json(), {"kontrakts"})) {
    Candidate candidate{{doc::StringAt(kontrakt, {"name"}), doc::StringAt(kontrakt, {"namespace"}), ""}, {}, {}};
    if (!only.empty() && std::find(only.begin(), only.end(), candidate.kontrakt.name) == only.end()) {
      continue;
    }
    const std::string result = doc::StringAt(kontrakt, {"verdict", "result"});
    if (result != "passed") {
      candidate.kontrakt.refusal = result.empty() ? "it has no verdict in the report" : "it " + result;
    }
    KT_ASSIGN_CONTEXT(candidate.targets, ParseTargets(doc::Dump(doc::ArrayAt(kontrakt, {"images"}))),
                      "images of kontrakt " + candidate.kontrakt.name + " in the report");
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

Error NotPassed(const std::vector<Candidate>& candidates) {
  std::vector<std::string> reasons;
  for (const Candidate& candidate : candidates) {
    if (!candidate.kontrakt.refusal.empty()) {
      reasons.push_back(fmt::format("kontrakt {}: {}", candidate.kontrakt.name, candidate.kontrakt.refusal));
    }
  }
  if (reasons.empty()) {
    return Conflict("there is no kontrakt that passed").SetReason("NotPassed");
  }
  return Conflict("nothing is promoted: " + Join(reasons, "; ")).SetReason("NotPassed");
}

/// What may go: all targets when all passed; with --per-kontrakt those of the passed ones, but no digest that is also
/// under test where it did not pass.
Result<std::vector<PassedTargets>> Admit(const std::vector<Candidate>& candidates, const PushOptions& options,
                                         std::vector<std::string>& notes) {
  std::set<std::string> doubtful;
  bool all_passed = !candidates.empty();
  for (const Candidate& candidate : candidates) {
    if (candidate.kontrakt.refusal.empty()) {
      continue;
    }
    all_passed = false;
    for (const Target& target : candidate.targets) {
      doubtful.insert(target.digest);
    }
  }
  if (!all_passed && !options.per_kontrakt) {
    return NotPassed(candidates);
  }
  std::vector<PassedTargets> passed;
  for (const Candidate& candidate : candidates) {
    if (!candidate.kontrakt.refusal.empty()) {
      notes.push_back(fmt::format("kontrakt {}: {}", candidate.kontrakt.name, candidate.kontrakt.refusal));
      continue;
    }
    PassedTargets& admitted = passed.emplace_back(PassedTargets{candidate.kontrakt.name, {}});
    for (const Target& target : candidate.targets) {
      if (doubtful.contains(target.digest)) {
        notes.push_back(fmt::format("{} of kontrakt {} stays: it is also under test where it did not pass",
                                    target.Image(), candidate.kontrakt.name));
      } else {
        admitted.targets.push_back(target);
      }
    }
  }
  const bool any = std::any_of(passed.begin(), passed.end(), [](const PassedTargets& p) { return !p.targets.empty(); });
  if (passed.empty()) {
    return NotPassed(candidates);
  }
  if (!any) {
    return Conflict("no kontrakt in scope has a target that may be promoted")
        .SetHint("label a pod or pod template kontrakt: target")
        .SetReason("NoTarget");
  }
  return passed;
}

/// Whether each namespace still says what it said when it was judged.
Result<void> ConfirmAgain(const Context& context, const std::vector<Candidate>& candidates) {
  for (const Candidate& candidate : candidates) {
    if (!candidate.ns || !candidate.kontrakt.refusal.empty()) {
      continue;
    }
    const std::string name = "kontrakt " + candidate.kontrakt.name;
    KT_ASSIGN_CONTEXT(const RunNamespace now, ReadRunNamespace(context.client, candidate.ns->name, context.bound),
                      name);
    KT_ASSIGN_CONTEXT(std::string refusal, RefusalOf(now), name);
    if (refusal.empty() && (now.uid != candidate.ns->uid || now.Attempt() != candidate.ns->Attempt())) {
      refusal = "it was applied anew";
    }
    if (!refusal.empty()) {
      return Conflict(fmt::format("{}: {} since it was judged", name, refusal)).SetReason("NotPassed");
    }
  }
  return {};
}

void Record(const Context& context, const PushReport& report) {
  std::map<std::string, doc::Json> by_kontrakt;
  for (const Promotion& promotion : report.outcome.promotions) {
    doc::Json& list = by_kontrakt.try_emplace(promotion.kontrakt, doc::Json::array()).first->second;
    list.push_back(report.ToJson(promotion));
  }
  for (const auto& [name, promotions] : by_kontrakt) {
    context.report.MergeKontrakt(name, doc::Json{{"promotions", promotions}});
  }
}

}  // namespace

Result<PushReport> Push(const Context& context, const oci::Registry& registry, const PushOptions& options) {
  PushReport report;
  report.dry_run = options.dry_run;
  report.verdict_from_report = options.verdict_from_report;
  KT_ASSIGN(PromotionOptions promotion_options, GuardsOf(options));
  KT_ASSIGN(const std::vector<Candidate> candidates,
            options.verdict_from_report ? FromReport(context) : FromNamespaces(context, options));
  for (const Candidate& candidate : candidates) {
    report.kontrakts.push_back(candidate.kontrakt);
  }
  if (options.verdict_from_report) {
    report.notes.emplace_back("the verdict is the report's, not the cluster's");
  }
  KT_ASSIGN(const std::vector<PassedTargets> passed, Admit(candidates, options, report.notes));
  KT_ASSIGN(const std::vector<PromotionItem> items, PlanPush(passed, options));
  promotion_options.before_first_tag = [&] { return ConfirmAgain(context, candidates); };
  KT_ASSIGN_CONTEXT(report.outcome, Promote(registry, items, promotion_options, context.progress, context.bound),
                    "promoting");
  report.requests = registry.RequestCount();
  if (!options.dry_run) {
    Record(context, report);
  }
  return report;
}

Result<PushReport> PushUnverified(const oci::Registry& registry, const PushOptions& options, Progress& progress,
                                  const Bound& bound) {
  if (!options.unverified) {
    return Usage("--from promotes an image that no kontrakt vouches for").SetHint("say so with --unverified");
  }
  PushReport report;
  report.dry_run = options.dry_run;
  report.unverified = true;
  report.notes.emplace_back("no kontrakt vouches for this image");
  KT_ASSIGN(const PromotionOptions promotion_options, GuardsOf(options));
  KT_ASSIGN(oci::Reference from, oci::Reference::Parse(options.from));
  if (from.digest.empty()) {
    if (from.tag.empty()) {
      from.tag = "latest";
    }
    KT_ASSIGN(const oci::Resolved resolved, registry.Resolve(from, oci::Access::kPull, bound));
    from.digest = resolved.digest;
  }
  KT_ASSIGN(const std::vector<PromotionItem> items, PlanUnverified(from, options));
  KT_ASSIGN_CONTEXT(report.outcome, Promote(registry, items, promotion_options, progress, bound), "promoting");
  report.requests = registry.RequestCount();
  return report;
}

}  // namespace kontrakt
