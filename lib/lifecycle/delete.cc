#include "lib/lifecycle/delete.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "lib/base/task_group.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/labels.h"
#include "lib/lifecycle/namespace_removal.h"
#include "lib/lifecycle/outside.h"
#include "lib/lifecycle/outside_sweep.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr std::size_t kNamespacesAtATime = 8;
constexpr std::chrono::seconds kOperatorTime{15};  ///< that custom resources get to be finalized
constexpr std::chrono::seconds kBlockedTime{8};    ///< after which a namespace that is still there is explained

struct Removal {
  DeletedNamespace ns;
  std::vector<DeletedOutside> outside;
};

std::string ResultOf(const RunNamespace& ns) {
  Result<std::optional<Verdict>> verdict = ns.ReadVerdict();
  if (!verdict || !*verdict || ns.Mismatch(**verdict))
    return "";
  return (*verdict)->result;
}

class Remover {
 public:
  Remover(const Context& context, const DeleteOptions& options, RunNamespace ns)
      : context_(context), options_(options), ns_(std::move(ns)) {}

  Removal Run() {
    const auto began = std::chrono::steady_clock::now();
    removal_.ns.kontrakt = ns_.KontraktName();
    removal_.ns.namespace_name = ns_.name;
    removal_.ns.verdict = ResultOf(ns_);
    if (Result<void> done = Remove(); !done) {
      const bool denied = done.error().code() == ErrorCode::kDenied || done.error().code() == ErrorCode::kConflict;
      removal_.ns.result = denied ? "refused" : "failed";
      removal_.ns.reason = done.error().ToString();
      removal_.ns.code = done.error().code();
    }
    removal_.ns.duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    return std::move(removal_);
  }

 private:
  bool IsKept() const {
    if (options_.expired || options_.all)
      return false;
    return options_.keep == Keep::kAlways || (options_.keep == Keep::kOnFailure && removal_.ns.verdict != "passed");
  }

  Result<void> Remove() {
    if (IsKept())
      return KeepIt();
    if (options_.dry_run) {
      removal_.ns.result = "planned";
      return {};
    }
    // An inventory that can't be read must not keep the namespace alive.
    Inventory inventory;
    if (Result<Inventory> read = ns_.ReadInventory())
      inventory = std::move(*read);
    if (!ns_.terminating) {
      KT_ASSIGN(const std::vector<Finalized> finalized, FindFinalized(context_, ns_, inventory, context_.bound));
      KT_ASSIGN(removal_.ns.finalizers_removed, RemoveFinalized(context_, finalized, kOperatorTime, context_.bound));
    }
    KT_TRY(ReleaseAll(inventory));
    KT_TRY(AskForDeletion(context_, ns_, options_.grace_period, context_.bound));
    removal_.ns.result = "deleting";
    if (!options_.wait.value_or(false))
      return {};
    return WaitUntilGone();
  }

  Result<void> KeepIt() {
    removal_.ns.result = "kept";
    const WallTime until = NowWall() + options_.keep_for;
    removal_.ns.reason = "until " + FormatRfc3339(until);
    if (options_.dry_run)
      return {};
    return WriteAnnotations(context_.client, ns_, {{std::string(annotation::kExpires), FormatRfc3339(until)}},
                            context_.bound);
  }

  Result<void> ReleaseAll(const Inventory& inventory) {
    // What was made last goes first: bindings before roles, custom resources before their definition.
    for (auto item = inventory.items.rbegin(); item != inventory.items.rend(); ++item) {
      if (!item->outside || item->found)
        continue;
      DeletedOutside outside;
      outside.object = item->Describe();
      Result<Release> released = ReleaseOutside(context_, *item, OutsideLabel(ns_), context_.bound);
      if (!released) {
        if (released.error().code() != ErrorCode::kDenied) {
          return WithContext(std::move(released.error()), "releasing " + outside.object);
        }
        outside.result = "refused";
        outside.reason = released.error().ToString();
      } else {
        outside.result = *released == Release::kDeleted    ? "deleted"
                         : *released == Release::kReleased ? "released"
                         : *released == Release::kAbsent   ? "absent"
                                                           : "not ours";
      }
      removal_.outside.push_back(std::move(outside));
    }
    return {};
  }

  Result<void> WaitUntilGone() {
    KT_ASSIGN(bool gone, AwaitGone(context_, ns_, context_.bound.Until(Deadline::After(kBlockedTime))));
    while (!gone) {
      removal_.ns.blocked_by = WhatBlocks(context_, ns_.name, context_.bound);
      for (const std::string& line : removal_.ns.blocked_by) {
        context_.progress.Note(ns_.name, "still being deleted: " + line, Mood::kWaiting);
      }
      if (context_.bound.deadline.HasPassed()) {
        removal_.ns.reason = "not gone in time";
        return {};
      }
      KT_ASSIGN(gone, AwaitGone(context_, ns_, context_.bound.Until(Deadline::After(kBlockedTime))));
    }
    removal_.ns.result = "deleted";
    removal_.ns.blocked_by.clear();
    return {};
  }

  const Context& context_;
  const DeleteOptions& options_;
  RunNamespace ns_;
  Removal removal_;
};

WallTime ServerNow(const Context& context) {
  // A skewed clock of ours must not decide what has expired.
  const auto seconds = context.client.ServerTimeSeconds();
  return seconds ? WallTime(std::chrono::seconds(*seconds)) : NowWall();
}

/// Every namespace of ours in the cluster that is past its expiry, or old enough.
Result<std::vector<RunNamespace>> FindSwept(const Context& context, const DeleteOptions& options,
                                            std::vector<DeletedNamespace>& reported) {
  kube::ListOptions list;
  list.label_selector = std::string(label::kManagedBy) + "=" + std::string(label::kManagedByValue);
  list.metadata_only = true;
  KT_ASSIGN_CONTEXT(const std::vector<Json> objects, context.client.List(kube::Namespaces(), "", list, context.bound),
                    "listing the namespaces of all runs");
  const WallTime now = ServerNow(context);
  std::vector<RunNamespace> swept;
  for (const Json& object : objects) {
    RunNamespace ns = RunNamespace::Of(object);
    if (!ns.IsOurs())
      continue;
    if (options.older_than) {
      if (now - ns.created >= *options.older_than)
        swept.push_back(std::move(ns));
      continue;
    }
    const auto expires = ns.Expires();
    if (!expires) {
      DeletedNamespace strange;
      strange.kontrakt = ns.KontraktName();
      strange.namespace_name = ns.name;
      strange.result = "kept";
      strange.reason = "its kontrakt/expires is missing or can't be read";
      reported.push_back(std::move(strange));
    } else if (*expires < now) {
      swept.push_back(std::move(ns));
    }
  }
  return swept;
}

Result<std::vector<RunNamespace>> FindScoped(const Context& context, std::vector<DeletedNamespace>& reported) {
  KT_ASSIGN(std::vector<ScopedNamespace> scoped, FindRunNamespaces(context.client, context.scope, context.bound));
  std::vector<RunNamespace> namespaces;
  for (ScopedNamespace& entry : scoped) {
    if (entry.ns) {
      namespaces.push_back(std::move(*entry.ns));
      continue;
    }
    DeletedNamespace absent;
    absent.kontrakt = entry.kontrakt;
    absent.namespace_name = entry.namespace_name;
    absent.result = "absent";
    reported.push_back(std::move(absent));
  }
  return namespaces;
}

void RecordCleanup(const Context& context, const DeleteReport& report) {
  for (const DeletedNamespace& ns : report.namespaces) {
    Json cleanup = {{"result", ns.result}};
    if (!ns.reason.empty())
      cleanup["reason"] = ns.reason;
    if (!ns.finalizers_removed.empty())
      cleanup["finalizersRemoved"] = ns.finalizers_removed;
    context.report.MergeKontrakt(ns.kontrakt, {{"cleanup", std::move(cleanup)}});
  }
}

}  // namespace

Result<DeleteReport> Delete(const Context& context, const DeleteOptions& options) {
  DeleteReport report;
  const bool sweeps = options.expired || options.all;
  if (options.all && !options.older_than)
    return Usage("--all deletes every run of everybody: say --older-than too");
  KT_ASSIGN(std::vector<RunNamespace> namespaces,
            sweeps ? FindSwept(context, options, report.namespaces) : FindScoped(context, report.namespaces));
  std::mutex mutex;
  TaskGroup group(kNamespacesAtATime, context.bound.stop, OnError::kContinue);
  for (RunNamespace& ns : namespaces) {
    group.Add([&](std::stop_token) -> Result<void> {
      Removal removal = Remover(context, options, std::move(ns)).Run();
      const std::lock_guard lock(mutex);
      context.progress.Note(removal.ns.namespace_name, removal.ns.result,
                            removal.ns.result == "refused" || removal.ns.result == "failed" ? Mood::kBad : Mood::kGood);
      report.namespaces.push_back(std::move(removal.ns));
      std::move(removal.outside.begin(), removal.outside.end(), std::back_inserter(report.outside));
      return {};
    });
  }
  KT_TRY(group.Wait());
  if (options.expired && !options.dry_run) {
    KT_ASSIGN(std::vector<DeletedOutside> swept, SweepOutside(context, ServerNow(context)));
    std::move(swept.begin(), swept.end(), std::back_inserter(report.outside));
  }
  std::sort(report.namespaces.begin(), report.namespaces.end(),
            [](const DeletedNamespace& a, const DeletedNamespace& b) { return a.namespace_name < b.namespace_name; });
  if (!sweeps)
    RecordCleanup(context, report);
  KT_TRY(context.report.Write());
  return report;
}

}  // namespace kontrakt
