#include <algorithm>
#include <set>
#include <utility>

#include "tests/fakes/api_status.h"
#include "tests/fakes/api_writes.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

/// Kinds whose deletion is answered with the object instead of a Status.
bool AnswersWithObject(const ResourceType& type) {
  static const std::set<std::string> kinds = {
      "Pod", "Service", "ServiceAccount", "PersistentVolumeClaim", "ResourceQuota", "PersistentVolume", "PodTemplate"};
  return type.builtin && kinds.contains(type.kind);
}

bool HasOwner(const Json& object, const std::string& uid) {
  const Json& owners = Array(Metadata(object), "ownerReferences");
  return std::any_of(owners.begin(), owners.end(), [&](const Json& owner) { return Text(owner, "uid") == uid; });
}

std::vector<std::pair<ObjectId, Snapshot>> DependentsOf(const ApiCore& core, const std::string& uid) {
  std::vector<std::pair<ObjectId, Snapshot>> dependents;
  for (auto& [id, object] : core.store.All()) {
    if (HasOwner(*object, uid)) {
      dependents.emplace_back(id, object);
    }
  }
  return dependents;
}

void WithoutOwner(Json& object, const std::string& uid) {
  Json kept = Json::array();
  for (const Json& owner : Array(Metadata(object), "ownerReferences")) {
    if (Text(owner, "uid") != uid) {
      kept.push_back(owner);
    }
  }
  if (kept.empty()) {
    object["metadata"].erase("ownerReferences");
  } else {
    object["metadata"]["ownerReferences"] = std::move(kept);
  }
}

void DeleteDependents(ApiCore& core, const std::string& uid, const std::string& propagation) {
  for (const auto& [id, object] : DependentsOf(core, uid)) {
    if (propagation == "Orphan" || Array(Metadata(*object), "ownerReferences").size() > 1) {
      Json orphan = *object;
      WithoutOwner(orphan, uid);
      core.Write(id, std::move(orphan));
      continue;
    }
    const ResourceType* type = core.types.FindById(id.type);
    if (type == nullptr || Has(Metadata(*object), "deletionTimestamp")) {
      continue;
    }
    WriteContext context;
    context.type = type;
    context.version = type->versions.front();
    context.namespace_name = id.namespace_name;
    context.name = id.name;
    DeleteRequest request;
    request.propagation = propagation;
    DeleteObject(core, context, request);
  }
}

std::optional<HttpResponse> CheckPreconditions(const WriteContext& context, const DeleteRequest& request,
                                               const Json& live) {
  const ResourceType& type = *context.type;
  const auto refuse = [&](const std::string& what, const std::string& wanted, const std::string& found,
                          const std::string& why) {
    const std::string kind = type.kind + (type.group.empty() ? "" : "." + type.group);
    return StatusAnswer(409, "Conflict",
                        "Operation cannot be fulfilled on " + kind + " \"" + context.name + "\": the " + what +
                            " in the precondition (" + wanted + ") does not match the " + what + " in record (" +
                            found + "). The object might have been " + why,
                        {context.name, type.group, type.kind, ""});
  };
  if (!request.uid.empty() && request.uid != Uid(live)) {
    return refuse("UID", request.uid, Uid(live), "deleted and then recreated");
  }
  const std::string version = Text(Metadata(live), "resourceVersion");
  if (!request.resource_version.empty() && request.resource_version != version) {
    return refuse("ResourceVersion", request.resource_version, version, "modified");
  }
  return std::nullopt;
}

Json SuccessStatus(const WriteContext& context, const Json& live) {
  Json details = {{"name", context.name}};
  if (!context.type->group.empty()) {
    details["group"] = context.type->group;
  }
  details["kind"] = context.type->plural;
  details["uid"] = Uid(live);
  return {{"kind", "Status"},
          {"apiVersion", "v1"},
          {"metadata", Json::object()},
          {"status", "Success"},
          {"details", std::move(details)}};
}

/// Marks it as being deleted; what finishes the deletion comes later.
Json MarkDeleted(ApiCore& core, const ObjectId& id, Json object, int grace_seconds) {
  object["metadata"]["deletionTimestamp"] = core.Now();
  object["metadata"]["deletionGracePeriodSeconds"] = grace_seconds;
  if (Has(Metadata(object), "generation")) {
    object["metadata"]["generation"] = Number(Metadata(object), "generation", 0) + 1;
  }
  return *core.Write(id, std::move(object));
}

}  // namespace

DeleteRequest ParseDeleteOptions(const HttpRequest& request) {
  DeleteRequest parsed;
  const Json body = Json::parse(request.body.empty() ? "{}" : request.body, nullptr, false);
  const Json& preconditions = Object(body, "preconditions");
  parsed.uid = Text(preconditions, "uid");
  parsed.resource_version = Text(preconditions, "resourceVersion");
  parsed.propagation = Text(body, "propagationPolicy", request.Query("propagationPolicy"));
  const std::string grace = request.Query("gracePeriodSeconds");
  if (Has(body, "gracePeriodSeconds")) {
    parsed.grace_seconds = static_cast<int>(Number(body, "gracePeriodSeconds", 0));
  } else if (!grace.empty()) {
    parsed.grace_seconds = std::atoi(grace.c_str());
  }
  return parsed;
}

void RemoveWithDependents(ApiCore& core, const ObjectId& id) {
  const Snapshot object = core.store.Find(id);
  if (!object) {
    return;
  }
  core.Erase(id);
  if (id.type == "pods") {
    core.logs.ForgetPod(id.namespace_name, id.name);
  }
  if (id.type == "customresourcedefinitions.apiextensions.k8s.io") {
    core.types.RemoveDefinition(id.name);
  }
  DeleteDependents(core, Uid(*object), "Background");
}

Answer<Json> DeleteObject(ApiCore& core, WriteContext& context, const DeleteRequest& request) {
  const ResourceType& type = *context.type;
  const ObjectId id = context.id();
  const Snapshot live = core.store.Find(id);
  if (!live) {
    return tl::unexpected(NotFoundAnswer(type, context.name));
  }
  if (auto refused = CheckPreconditions(context, request, *live)) {
    return tl::unexpected(*refused);
  }
  if (type.kind == "Job" && request.propagation.empty()) {
    context.warnings.push_back(
        "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or "
        "set propagationPolicy=Orphan to suppress this warning");
  }
  if (context.dry_run) {
    return AnswersWithObject(type) ? *live : SuccessStatus(context, *live);
  }
  const bool marked = Has(Metadata(*live), "deletionTimestamp");
  const bool orphans = request.propagation == "Orphan" || (type.kind == "Job" && request.propagation.empty());
  if (type.kind == "Namespace") {
    if (marked) {
      return *live;
    }
    Json dying = *live;
    dying["status"]["phase"] = "Terminating";
    dying["metadata"]["deletionTimestamp"] = core.Now();
    return *core.Write(id, std::move(dying));
  }
  if (orphans) {
    DeleteDependents(core, Uid(*live), "Orphan");
  }
  Json object = *live;
  const bool foreground = request.propagation == "Foreground" && !DependentsOf(core, Uid(*live)).empty();
  if (foreground && !marked) {
    object["metadata"]["finalizers"].push_back("foregroundDeletion");
  }
  const int grace = request.grace_seconds.value_or(
      static_cast<int>(Number(Object(object, "spec"), "terminationGracePeriodSeconds", 30)));
  const bool scheduled = type.kind == "Pod" && core.options.simulate_workloads &&
                         !Text(Object(object, "spec"), "nodeName").empty() && grace > 0;
  if (!Array(Metadata(object), "finalizers").empty() || scheduled) {
    if (!marked) {
      object = MarkDeleted(core, id, std::move(object), scheduled ? grace : 0);
    }
    if (foreground) {
      DeleteDependents(core, Uid(*live), "Foreground");
      FinishForegroundDeletions(core);
    }
    return object;
  }
  RemoveWithDependents(core, id);
  if (type.kind == "Pod") {
    object["metadata"]["deletionTimestamp"] = core.Now();
    object["metadata"]["deletionGracePeriodSeconds"] = 0;
    if (Has(Metadata(object), "generation")) {
      object["metadata"]["generation"] = Number(Metadata(object), "generation", 0) + 1;
    }
  }
  return AnswersWithObject(type) ? object : SuccessStatus(context, *live);
}

void FinishForegroundDeletions(ApiCore& core) {
  for (const auto& [id, object] : core.store.All()) {
    const Json& finalizers = Array(Metadata(*object), "finalizers");
    const auto waits = std::find(finalizers.begin(), finalizers.end(), "foregroundDeletion");
    if (waits == finalizers.end() || !DependentsOf(core, Uid(*object)).empty()) {
      continue;
    }
    Json rest = Json::array();
    for (const Json& finalizer : finalizers) {
      if (finalizer != "foregroundDeletion") {
        rest.push_back(finalizer);
      }
    }
    if (rest.empty()) {
      RemoveWithDependents(core, id);
    } else {
      Json next = *object;
      next["metadata"]["finalizers"] = std::move(rest);
      core.Write(id, std::move(next));
    }
  }
}

}  // namespace kontrakt::fakes
