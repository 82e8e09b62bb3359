#include "tests/fakes/housekeeping.h"

#include <algorithm>

#include "tests/fakes/api_writes.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

constexpr const char* kDefinitions = "customresourcedefinitions.apiextensions.k8s.io";
constexpr const char* kDefinitionFinalizer = "customresourcecleanup.apiextensions.k8s.io";

Json Condition(const std::string& type, const std::string& status, const std::string& reason,
               const std::string& message, const std::string& now) {
  return {{"type", type}, {"status", status}, {"lastTransitionTime", now}, {"reason", reason}, {"message", message}};
}

}  // namespace

void AddNamespaceContent(ApiCore& core, const std::string& name) {
  const auto metadata = [&](const std::string& object) {
    return Json({{"name", object}, {"namespace", name}, {"uid", NewUid()}, {"creationTimestamp", core.Now()}});
  };
  if (!core.store.Find({"serviceaccounts", name, "default"})) {
    core.Write({"serviceaccounts", name, "default"},
               {{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", metadata("default")}});
  }
  if (!core.store.Find({"configmaps", name, "kube-root-ca.crt"})) {
    core.Write({"configmaps", name, "kube-root-ca.crt"},
               {{"apiVersion", "v1"},
                {"kind", "ConfigMap"},
                {"metadata", metadata("kube-root-ca.crt")},
                {"data", {{"ca.crt", "-----BEGIN CERTIFICATE-----\nfake\n-----END CERTIFICATE-----\n"}}}});
  }
}

bool Housekeeping::IsDue(const std::string& key, std::chrono::milliseconds delay, Clock::time_point now) {
  const Clock::time_point when = due_.emplace(key, now + delay).first->second;
  if (when <= now) {
    return true;
  }
  next_ = std::min(next_, when);
  return false;
}

Housekeeping::Clock::time_point Housekeeping::Step(Clock::time_point now) {
  next_ = Clock::time_point::max();
  for (const auto& [id, home] : core_.store.List("namespaces", "")) {
    TendNamespace(home, now);
  }
  for (const auto& [id, definition] : core_.store.List(kDefinitions, "")) {
    TendDefinition(id, definition, now);
  }
  FinishForegroundDeletions(core_);
  return next_;
}

void Housekeeping::TendNamespace(const Snapshot& home, Clock::time_point now) {
  const std::string name = Name(*home);
  if (Has(Metadata(*home), "deletionTimestamp")) {
    if (IsDue("end " + Uid(*home), core_.options.namespace_deletion, now)) {
      EndNamespace(home);
    }
    return;
  }
  if (!due_.contains("content " + Uid(*home) + " done") &&
      IsDue("content " + Uid(*home), core_.options.service_account_delay, now)) {
    due_.emplace("content " + Uid(*home) + " done", now);
    AddNamespaceContent(core_, name);
  }
}

void Housekeeping::EndNamespace(const Snapshot& home) {
  const std::string name = Name(*home);
  std::map<std::string, int> remaining;
  std::map<std::string, int> finalizers;
  for (const auto& [id, object] : core_.store.All()) {
    const ResourceType* type = core_.types.FindById(id.type);
    if (id.namespace_name != name || type == nullptr) {
      continue;
    }
    if (!Has(Metadata(*object), "deletionTimestamp")) {
      WriteContext context;
      context.type = type;
      context.version = type->versions.front();
      context.namespace_name = name;
      context.name = id.name;
      DeleteRequest request;
      request.propagation = "Background";
      DeleteObject(core_, context, request);
    }
    if (const Snapshot left = core_.store.Find(id)) {
      ++remaining[id.type];
      for (const Json& finalizer : Array(Metadata(*left), "finalizers")) {
        ++finalizers[finalizer.is_string() ? finalizer.get<std::string>() : ""];
      }
    }
  }
  if (remaining.empty()) {
    core_.Erase({"namespaces", "", name});
    return;
  }
  const auto list = [](const std::map<std::string, int>& counts, const std::string& middle) {
    std::string text;
    for (const auto& [what, count] : counts) {
      text += (text.empty() ? "" : ", ") + what + middle + std::to_string(count) + " resource instances";
    }
    return text;
  };
  const std::string now = core_.Now();
  Json next = *home;
  next["status"]["conditions"] = Json::array(
      {Condition("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered",
                 "All resources successfully discovered", now),
       Condition("NamespaceDeletionContentFailure", "False", "ContentDeleted",
                 "All content successfully deleted, may be waiting on finalization", now),
       Condition("NamespaceContentRemaining", "True", "SomeResourcesRemain",
                 "Some resources are remaining: " + list(remaining, " has "), now),
       finalizers.empty()
           ? Condition("NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers",
                       "All content-preserving finalizers finished", now)
           : Condition("NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain",
                       "Some content in the namespace has finalizers remaining: " + list(finalizers, " in "), now)});
  // The transition times alone are no news.
  const auto without_times = [](Json conditions) {
    for (Json& condition : conditions) {
      condition.erase("lastTransitionTime");
    }
    return conditions;
  };
  if (without_times(Array(Object(*home, "status"), "conditions")) != without_times(next["status"]["conditions"])) {
    core_.Write({"namespaces", "", name}, std::move(next));
  }
}

void Housekeeping::TendDefinition(const ObjectId& id, const Snapshot& definition, Clock::time_point now) {
  const Json& spec = Object(*definition, "spec");
  const std::string type_id = Text(Object(spec, "names"), "plural") + "." + Text(spec, "group");
  if (Has(Metadata(*definition), "deletionTimestamp")) {
    for (const auto& [object_id, object] : core_.store.List(type_id, "")) {
      if (Array(Metadata(*object), "finalizers").empty()) {
        core_.Erase(object_id);
      } else if (!Has(Metadata(*object), "deletionTimestamp")) {
        Json dying = *object;
        dying["metadata"]["deletionTimestamp"] = core_.Now();
        core_.Write(object_id, std::move(dying));
      }
    }
    if (core_.store.List(type_id, "").empty()) {
      RemoveWithDependents(core_, id);
    }
    return;
  }
  const std::int64_t generation = Number(Metadata(*definition), "generation", 1);
  const std::string key = "type " + Uid(*definition) + " " + std::to_string(generation);
  if (due_.contains(key + " done") || !IsDue(key, core_.options.definition_delay, now)) {
    return;
  }
  due_.emplace(key + " done", now);
  core_.types.AddDefinition(*definition);
  if (generation > 1 || !Array(Object(*definition, "status"), "conditions").empty()) {
    return;
  }
  Json next = *definition;
  const std::string time = core_.Now();
  next["metadata"]["finalizers"] = Json::array({kDefinitionFinalizer});
  next["status"] = {
      {"conditions",
       {Condition("NamesAccepted", "True", "NoConflicts", "no conflicts found", time),
        Condition("Established", "True", "InitialNamesAccepted", "the initial names have been accepted", time)}},
      {"acceptedNames", Object(spec, "names")},
      {"storedVersions", Json::array()}};
  for (const Json& version : Array(spec, "versions")) {
    if (Flag(version, "storage")) {
      next["status"]["storedVersions"].push_back(Text(version, "name"));
    }
  }
  core_.Write(id, std::move(next));
}

}  // namespace kontrakt::fakes
