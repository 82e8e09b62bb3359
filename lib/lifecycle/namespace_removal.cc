#include "lib/lifecycle/namespace_removal.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <set>
#include <utility>

#include "lib/base/task_group.h"
#include "lib/doc/json.h"
#include "lib/kube/resource_table.h"
#include "lib/kube/watch.h"
#include "lib/lifecycle/labels.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr std::size_t kLookups = 8;
constexpr int kAttempts = 10;

/// Finalizers that controllers of Kubernetes itself take off when their time has come.
constexpr std::array<std::string_view, 8> kOwnFinalizers = {"foregroundDeletion",
                                                            "orphan",
                                                            "kubernetes",
                                                            "kubernetes.io/pvc-protection",
                                                            "kubernetes.io/pv-protection",
                                                            "service.kubernetes.io/load-balancer-cleanup",
                                                            "batch.kubernetes.io/job-tracking",
                                                            "external-provisioner.volume.kubernetes.io/finalizer"};

/// Kinds on which an account inside could leave a finalizer.
std::vector<kube::Resource> CoreKinds() {
  std::vector<kube::Resource> kinds;
  for (const auto& [group, version, kind] :
       std::initializer_list<std::array<const char*, 3>>{{"", "v1", "Pod"},
                                                         {"", "v1", "ConfigMap"},
                                                         {"", "v1", "Secret"},
                                                         {"", "v1", "Service"},
                                                         {"", "v1", "ServiceAccount"},
                                                         {"", "v1", "PersistentVolumeClaim"},
                                                         {"apps", "v1", "Deployment"},
                                                         {"apps", "v1", "ReplicaSet"},
                                                         {"apps", "v1", "StatefulSet"},
                                                         {"apps", "v1", "DaemonSet"},
                                                         {"batch", "v1", "Job"},
                                                         {"batch", "v1", "CronJob"}}) {
    if (auto resource = kube::BuiltinResource({group, version, kind}))
      kinds.push_back(*resource);
  }
  return kinds;
}

/// Kinds that no controller of Kubernetes knows: those of the manifests, and those whose CRDs they bring.
std::vector<kube::Resource> CustomKinds(const kube::Client& client, const Inventory& inventory, const Bound& bound) {
  std::vector<kube::Resource> kinds;
  std::set<std::string> known;
  for (const InventoryItem& item : inventory.items) {
    kube::Resource resource = item.key.resource;
    if (resource.gvk.kind == "CustomResourceDefinition" && !item.found) {
      const std::size_t dot = item.key.name.find('.');
      Result<kube::Resource> defined = client.ResourceNamed(item.key.name, bound);
      if (dot == std::string::npos || !defined)
        continue;
      resource = *defined;
    }
    if (resource.scope != kube::Scope::kNamespaced || kube::BuiltinResource(resource.gvk))
      continue;
    if (known.insert(resource.gvk.group + "/" + resource.plural).second)
      kinds.push_back(std::move(resource));
  }
  return kinds;
}

std::vector<std::string> ForeignFinalizers(const Json& object) {
  std::vector<std::string> foreign;
  for (const Json& finalizer : doc::ArrayAt(object, {"metadata", "finalizers"})) {
    const std::string name = doc::ScalarText(finalizer);
    if (std::find(kOwnFinalizers.begin(), kOwnFinalizers.end(), name) == kOwnFinalizers.end())
      foreign.push_back(name);
  }
  return foreign;
}

/// Kinds that are unknown by now, or that the caller may not see, hold nothing that we could do something about.
bool IsBeyondUs(const Error& error) {
  return error.code() == ErrorCode::kNotFound || error.code() == ErrorCode::kDenied;
}

Result<void> Strip(const Context& context, const Finalized& object, const Bound& bound) {
  for (int attempt = 1;; ++attempt) {
    Result<Json> live = context.client.Get(object.key, bound);
    if (!live && live.error().code() == ErrorCode::kNotFound)
      return {};
    KT_ASSIGN(const Json present, std::move(live));
    if (doc::StringAt(present, {"metadata", "uid"}) != object.uid)
      return {};
    Json kept = Json::array();
    for (const Json& finalizer : doc::ArrayAt(present, {"metadata", "finalizers"})) {
      const std::string name = doc::ScalarText(finalizer);
      if (std::find(object.finalizers.begin(), object.finalizers.end(), name) == object.finalizers.end()) {
        kept.push_back(finalizer);
      }
    }
    const Json patch = {{"metadata",
                         {{"resourceVersion", doc::StringAt(present, {"metadata", "resourceVersion"})},
                          {"finalizers", std::move(kept)}}}};
    Result<Json> stripped = context.client.Patch(object.key, kube::PatchType::kMerge, patch, "", bound);
    if (stripped || stripped.error().code() == ErrorCode::kNotFound)
      return {};
    if (stripped.error().code() != ErrorCode::kConflict || attempt == kAttempts)
      return std::move(stripped.error());
  }
}

Result<bool> IsGone(const Context& context, const Finalized& object, const Bound& bound) {
  Result<Json> live = context.client.Get(object.key, bound);
  if (live)
    return doc::StringAt(*live, {"metadata", "uid"}) != object.uid;
  if (live.error().code() == ErrorCode::kNotFound)
    return true;
  return std::move(live.error());
}

}  // namespace

Result<std::vector<Finalized>> FindFinalized(const Context& context, const RunNamespace& ns, const Inventory& inventory,
                                             const Bound& bound) {
  std::mutex mutex;
  std::vector<Finalized> found;
  TaskGroup group(kLookups, bound.stop);
  const auto look = [&](const kube::Resource& resource, bool custom) {
    group.Add([&, resource, custom](std::stop_token) -> Result<void> {
      kube::ListOptions options;
      options.metadata_only = true;
      Result<std::vector<Json>> objects = context.client.List(resource, ns.name, options, bound);
      if (!objects && IsBeyondUs(objects.error()))
        return {};
      KT_ASSIGN(const std::vector<Json> live, std::move(objects));
      for (const Json& object : live) {
        Finalized finalized{{resource, ns.name, doc::StringAt(object, {"metadata", "name"})},
                            doc::StringAt(object, {"metadata", "uid"}),
                            ForeignFinalizers(object),
                            custom};
        if (!custom && finalized.finalizers.empty())
          continue;
        const std::lock_guard lock(mutex);
        found.push_back(std::move(finalized));
      }
      return {};
    });
  };
  for (const kube::Resource& resource : CustomKinds(context.client, inventory, bound))
    look(resource, true);
  for (const kube::Resource& resource : CoreKinds())
    look(resource, false);
  KT_TRY(group.Wait());
  return found;
}

Result<std::vector<std::string>> RemoveFinalized(const Context& context, const std::vector<Finalized>& objects,
                                                 std::chrono::milliseconds longest, const Bound& bound) {
  std::vector<std::string> taken_off;
  for (const Finalized& object : objects) {
    kube::DeleteOptions options;
    options.uid = object.uid;
    Result<Json> deleted = context.client.Delete(object.key, options, bound);
    if (deleted || IsBeyondUs(deleted.error()) || deleted.error().code() == ErrorCode::kConflict)
      continue;
    return WithContext(std::move(deleted.error()), "deleting " + object.key.ToString());
  }
  const Bound patient = bound.Until(Deadline::After(longest));
  for (const Finalized& object : objects) {
    std::chrono::milliseconds pause(20);
    KT_ASSIGN(bool gone, IsGone(context, object, bound));
    while (!gone && SleepFor(pause, patient)) {
      pause = std::min(pause * 2, std::chrono::milliseconds(500));
      KT_ASSIGN(gone, IsGone(context, object, bound));
    }
    KT_TRY(Bound({bound.stop, Deadline::Never()}).Check("custom resources"));
    if (gone || object.custom)
      continue;
    KT_TRY_CONTEXT(Strip(context, object, bound), "taking finalizers off " + object.key.ToString());
    for (const std::string& finalizer : object.finalizers)
      taken_off.push_back(object.key.ToString() + ": " + finalizer);
  }
  return taken_off;
}

Result<void> AskForDeletion(const Context& context, const RunNamespace& ns, std::chrono::milliseconds grace,
                            const Bound& bound) {
  RunNamespace present = ns;
  const kube::ObjectKey key{kube::Namespaces(), "", ns.name};
  for (int attempt = 1;; ++attempt) {
    if (present.terminating)
      break;
    kube::DeleteOptions options;
    options.uid = present.uid;
    options.resource_version = present.resource_version;
    Result<Json> deleted = context.client.Delete(key, options, bound);
    if (deleted || deleted.error().code() == ErrorCode::kNotFound)
      break;
    if (deleted.error().code() != ErrorCode::kConflict || attempt == kAttempts) {
      return WithContext(std::move(deleted.error()), "deleting namespace " + ns.name);
    }
    Result<RunNamespace> fresh = ReadRunNamespace(context.client, ns.name, bound);
    if (!fresh && fresh.error().code() == ErrorCode::kNotFound)
      return {};
    KT_ASSIGN(present, std::move(fresh));
    if (present.uid != ns.uid || !present.IsOurs())
      return Conflict("namespace " + ns.name + " is not ours any more");
  }
  kube::DeleteOptions pods;
  pods.grace_period_seconds = static_cast<int>(
      std::chrono::duration_cast<std::chrono::seconds>(grace + std::chrono::milliseconds(999)).count());
  Result<void> ended = context.client.DeleteCollection(kube::Pods(), ns.name, pods, {}, bound);
  // The namespace's own deletion takes them all the same, only later.
  if (!ended)
    context.progress.Detail("pods of " + ns.name + ": " + ended.error().ToString());
  return {};
}

Result<bool> AwaitGone(const Context& context, const RunNamespace& ns, const Bound& bound) {
  kube::WatchSet watch(context.client);
  watch.Add({.resource = kube::Namespaces(),
             .namespace_name = "",
             .label_selector = "",
             .field_selector = "metadata.name=" + ns.name,
             .metadata_only = true});
  bool seen = false;
  while (bound.Check("namespace " + ns.name + " to be gone")) {
    std::optional<kube::WatchEvent> event = watch.Next(std::chrono::seconds(2), bound);
    if (!event)
      continue;
    if (event->type == kube::EventType::kFailed && event->error)
      return std::move(*event->error);
    const bool same = doc::StringAt(event->object, {"metadata", "uid"}) == ns.uid;
    if (event->type == kube::EventType::kUpserted && same)
      seen = true;
    if (event->type == kube::EventType::kDeleted && same)
      return true;
    // A first view may be of a moment ago; only the server's present word says that it was gone already.
    if (event->type == kube::EventType::kSynced && !seen) {
      Result<RunNamespace> present = ReadRunNamespace(context.client, ns.name, bound);
      if (present ? present->uid != ns.uid : present.error().code() == ErrorCode::kNotFound)
        return true;
    }
  }
  if (bound.stop.stop_requested())
    return Cancelled("stopped while namespace " + ns.name + " was being deleted");
  return false;
}

std::vector<std::string> WhatBlocks(const Context& context, const std::string& namespace_name, const Bound& bound) {
  std::vector<std::string> blocks;
  Result<Json> ns = context.client.Get({kube::Namespaces(), "", namespace_name}, bound);
  if (!ns)
    return blocks;
  for (const Json& condition : doc::ArrayAt(*ns, {"status", "conditions"})) {
    if (doc::StringAt(condition, {"status"}) != "True")
      continue;
    blocks.push_back(
        context.redactor.Clean(doc::StringAt(condition, {"type"}) + ": " + doc::StringAt(condition, {"message"})));
  }
  return blocks;
}

}  // namespace kontrakt
