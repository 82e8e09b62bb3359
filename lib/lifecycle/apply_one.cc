#include "lib/lifecycle/apply_one.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "lib/lifecycle/labels.h"
#include "lib/lifecycle/send_waves.h"
#include "lib/manifest/load.h"
#include "lib/manifest/scope.h"

namespace kontrakt {
namespace {

using doc::Json;

AnnotationChanges Recorded(const Plan& plan, const char* phase) {
  return {{std::string(annotation::kInventory), plan.inventory.ToText()}, {std::string(annotation::kPhase), phase}};
}

/// UIDs of what an earlier apply of the same inputs put there, by kind and name.
Result<std::map<std::string, std::string>> LiveUids(const Context& context, const RunNamespace& ns,
                                                    const Inventory& inventory) {
  std::set<std::string> kinds;
  std::map<std::string, std::string> uids;
  for (const InventoryItem& item : inventory.items) {
    if (item.outside || !kinds.insert(item.key.resource.gvk.group + "/" + item.key.resource.plural).second)
      continue;
    kube::ListOptions options;
    options.label_selector = std::string(label::kRun) + "=" + manifest::LabelValueOf(ns.RunId());
    options.metadata_only = true;
    Result<std::vector<Json>> live = context.client.List(item.key.resource, ns.name, options, context.bound);
    // A kind that is not known (any more) has no objects.
    if (!live && live.error().code() == ErrorCode::kNotFound)
      continue;
    if (!live)
      return WithContext(std::move(live.error()), "reading what is in namespace " + ns.name);
    for (const Json& object : *live) {
      const std::string name = doc::StringAt(object, {"metadata", "name"});
      uids[item.key.resource.gvk.kind + "/" + name] = doc::StringAt(object, {"metadata", "uid"});
    }
  }
  return uids;
}

/// How an earlier apply's objects stand: which are to be left, and whether a test or target is lost.
struct Continuation {
  std::vector<std::string> present;  ///< uid by index; empty: to be sent
  std::string lost;                  ///< the object whose loss makes a new attempt necessary
  std::vector<std::size_t> to_replace;
};

class Continuer {
 public:
  Continuer(const Context& context, const RunNamespace& ns, Plan& plan) : context_(context), ns_(ns), plan_(plan) {}

  Result<Continuation> Run() {
    KT_ASSIGN(Inventory recorded, ns_.ReadInventory());
    KT_ASSIGN(std::vector<TestEnd> ends, ns_.ReadTests());
    for (const TestEnd& end : ends)
      ended_.insert(end.uid);
    KT_ASSIGN(live_, LiveUids(context_, ns_, recorded));
    Continuation continuation;
    continuation.present.resize(plan_.inventory.items.size());
    if (recorded.items.size() != plan_.inventory.items.size()) {
      continuation.lost = "the inventory";
      return continuation;
    }
    for (std::size_t i = 0; i < recorded.items.size(); ++i)
      Judge(i, recorded.items[i], continuation);
    return continuation;
  }

 private:
  void Judge(std::size_t index, const InventoryItem& before, Continuation& continuation) {
    InventoryItem& item = plan_.inventory.items[index];
    if (item.outside)
      return;
    const auto found = live_.find(before.key.resource.gvk.kind + "/" + before.key.name);
    const std::string live = found == live_.end() ? "" : found->second;
    const bool decides = item.role != Role::kNone;
    if (before.uid.empty()) {
      // It may have been made just before a crash; a test that nobody recorded proves nothing.
      if (decides && !live.empty())
        continuation.to_replace.push_back(index);
      return;
    }
    item.uid = before.uid;
    item.key.name = before.key.name;
    item.resource_version = before.resource_version;
    item.generation = before.generation;
    const bool there = live == before.uid;
    if (!there && ended_.contains(before.uid)) {
      continuation.present[index] = before.uid;
      return;
    }
    if (!there && decides) {
      continuation.lost = item.Describe();
      return;
    }
    if (there && (item.hold != Hold::kNone || decides || !item.generate_name.empty())) {
      continuation.present[index] = before.uid;
    }
  }

  const Context& context_;
  const RunNamespace& ns_;
  Plan& plan_;
  std::set<std::string> ended_;
  std::map<std::string, std::string> live_;
};

Result<void> Replace(const Context& context, const Plan& plan, const std::vector<std::size_t>& indexes) {
  for (const std::size_t index : indexes) {
    kube::DeleteOptions options;
    options.grace_period_seconds = 0;
    Result<Json> deleted = context.client.Delete(plan.inventory.items[index].key, options, context.bound);
    if (!deleted && deleted.error().code() != ErrorCode::kNotFound) {
      return WithContext(std::move(deleted.error()), "replacing " + plan.inventory.items[index].Describe());
    }
  }
  return {};
}

class Applier {
 public:
  Applier(const Context& context, Plan& plan, const NamespaceRequest& request, AppliedKontrakt& applied)
      : context_(context), plan_(plan), request_(request), applied_(applied) {}

  Result<void> Run(NamespaceStanding standing) {
    if (standing.standing == Standing::kPassed)
      return AlreadyPassed(*standing.ns);
    std::vector<std::string> present;
    if (standing.standing == Standing::kSameInputs) {
      Continuer continuer(context_, *standing.ns, plan_);
      KT_ASSIGN(Continuation continuation, continuer.Run());
      if (continuation.lost.empty()) {
        KT_TRY(Replace(context_, plan_, continuation.to_replace));
        present = std::move(continuation.present);
      } else {
        standing.standing = Standing::kNewAttempt;
        standing.why = continuation.lost + " is gone";
      }
    }
    if (standing.standing != Standing::kSameInputs)
      return Begin(std::move(standing));
    return GoOn(std::move(*standing.ns), present);
  }

 private:
  Result<void> AlreadyPassed(const RunNamespace& ns) {
    applied_.outcome = ApplyOutcome::kAlreadyPassed;
    applied_.namespace_uid = ns.uid;
    applied_.attempt = ns.Attempt();
    KT_ASSIGN(plan_.inventory, ns.ReadInventory());
    for (const InventoryItem& item : plan_.inventory.items)
      applied_.objects.push_back({item, "unchanged"});
    return {};
  }

  Result<void> Begin(NamespaceStanding standing) {
    if (standing.ns) {
      context_.progress.Note(plan_.kontrakt.folder.name, "a new attempt begins: " + standing.why, Mood::kWaiting);
      applied_.notes.push_back("a new attempt began: " + standing.why);
      KT_TRY(RemoveNamespace(context_, *standing.ns));
      for (InventoryItem& item : plan_.inventory.items)
        item.uid.clear();
    }
    KT_ASSIGN(RunNamespace ns, MakeNamespace(context_, request_));
    applied_.namespace_uid = ns.uid;
    applied_.attempt = ns.Attempt();
    KT_TRY_CONTEXT(SetUpNamespace(context_, ns, request_), "setting up namespace " + ns.name);
    return Send(ns, {}, ApplyOutcome::kApplied);
  }

  Result<void> GoOn(RunNamespace ns, const std::vector<std::string>& present) {
    applied_.namespace_uid = ns.uid;
    applied_.attempt = ns.Attempt();
    const bool was_complete = ns.Phase() == "applied";
    std::set<std::string> all(request_.run_kontrakts.begin(), request_.run_kontrakts.end());
    for (const std::string& name : ns.RunKontrakts())
      all.insert(name);
    if (!was_complete)
      KT_TRY_CONTEXT(SetUpNamespace(context_, ns, request_), "setting up namespace " + ns.name);
    KT_TRY(ExtendExpiry(context_.client, ns, request_.options.timeout, context_.bound));
    return Send(ns, present, was_complete ? ApplyOutcome::kUnchanged : ApplyOutcome::kContinued);
  }

  Result<void> Send(RunNamespace& ns, const std::vector<std::string>& present, ApplyOutcome outcome) {
    Result<Sent> sent = SendWaves(context_, ns, plan_, request_.options, present);
    const bool complete = sent && sent->refusals.empty();
    // What was made must be found again by delete, whatever stopped us.
    Result<void> recorded =
        WriteAnnotations(context_.client, ns, Recorded(plan_, complete ? "applied" : "applying"), context_.bound);
    if (!sent)
      return std::move(sent.error());
    applied_.objects = std::move(sent->objects);
    applied_.outcome = outcome == ApplyOutcome::kUnchanged && sent->changed ? ApplyOutcome::kContinued : outcome;
    if (!sent->refusals.empty())
      return manifest::Combine(std::move(sent->refusals));
    return recorded;
  }

  const Context& context_;
  Plan& plan_;
  const NamespaceRequest& request_;
  AppliedKontrakt& applied_;
};

AppliedKontrakt Describe(const Plan& plan) {
  AppliedKontrakt applied;
  applied.name = plan.kontrakt.folder.name;
  applied.folder = plan.kontrakt.folder.path;
  applied.namespace_name = plan.namespace_name;
  applied.targets = plan.targets;
  applied.notes = plan.notes;
  return applied;
}

std::string Summary(const AppliedKontrakt& applied) {
  if (applied.outcome == ApplyOutcome::kAlreadyPassed)
    return "has passed already; nothing to do";
  if (applied.outcome == ApplyOutcome::kUnchanged)
    return "nothing changed in " + applied.namespace_name;
  return std::to_string(applied.objects.size()) + " objects applied in " + applied.namespace_name;
}

}  // namespace

AppliedKontrakt ApplyOne(const Context& context, Plan& plan, NamespaceStanding standing,
                         const NamespaceRequest& request) {
  const auto began = std::chrono::steady_clock::now();
  AppliedKontrakt applied = Describe(plan);
  Applier applier(context, plan, request, applied);
  if (Result<void> done = applier.Run(std::move(standing)); !done) {
    applied.error = std::move(done.error());
    context.progress.Note(applied.name, "could not be applied", Mood::kBad);
  } else {
    context.progress.Note(applied.name, Summary(applied), Mood::kGood);
  }
  applied.duration = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  return applied;
}

AppliedKontrakt PlanOne(const Context& context, const Plan& plan, const NamespaceStanding& standing,
                        const ApplyOptions& options) {
  AppliedKontrakt applied = Describe(plan);
  applied.outcome = ApplyOutcome::kPlanned;
  for (const InventoryItem& item : plan.inventory.items)
    applied.objects.push_back({item, "planned"});
  if (options.dry_run != ChainDryRun::kServer)
    return applied;
  if (!standing.ns) {
    applied.notes.push_back("namespace " + plan.namespace_name +
                            " is new: the server can check its objects only once it exists");
    return applied;
  }
  std::vector<Error> refusals;
  for (std::size_t i = 0; i < plan.values.size(); ++i) {
    if (plan.inventory.items[i].key.name.empty())
      continue;
    kube::ApplyOptions dry;
    dry.dry_run = kube::DryRun::kServer;
    dry.field_manager = context.client.field_manager();
    Result<Json> checked = context.client.Apply(plan.inventory.items[i].key, plan.values[i], dry, context.bound);
    if (checked)
      continue;
    const manifest::Object& object = plan.kontrakt.objects[i];
    Error error = std::move(checked.error());
    error.SetLocation(error.fields().empty() ? object.location : object.LocationOf(error.fields().front()));
    refusals.push_back(WithContext(std::move(error), "checking " + object.Describe()));
  }
  if (!refusals.empty())
    applied.error = manifest::Combine(std::move(refusals));
  return applied;
}

}  // namespace kontrakt
