#include "tests/fakes/owned_objects.h"

#include <algorithm>
#include <utility>

#include "tests/fakes/api_writes.h"
#include "tests/fakes/json_access.h"
#include "tests/fakes/status_conditions.h"

namespace kontrakt::fakes {

std::vector<Owned> OwnedBy(const ApiCore& core, const Json& owner, const std::string& type) {
  std::vector<Owned> owned;
  for (const auto& [id, object] : core.store.List(type, Namespace(owner))) {
    const Json& references = Array(Metadata(*object), "ownerReferences");
    if (std::any_of(references.begin(), references.end(), [&](const Json& reference) {
          return Text(reference, "uid") == Uid(owner) && Flag(reference, "controller");
        })) {
      owned.push_back({id, object});
    }
  }
  return owned;
}

Json PodFromTemplate(const Json& owner, const std::string& name) {
  const Json& pod_template = Object(Object(owner, "spec"), "template");
  Json pod = {{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", Object(pod_template, "metadata")}};
  if (name.empty()) {
    pod["metadata"]["generateName"] = Name(owner) + "-";
  } else {
    pod["metadata"]["name"] = name;
  }
  pod["spec"] = Object(pod_template, "spec");
  return pod;
}

std::optional<std::string> CreateOwned(ApiCore& core, const Json& owner, const std::string& type, Json object) {
  object["metadata"]["ownerReferences"] = Json::array({{{"apiVersion", Text(owner, "apiVersion")},
                                                        {"kind", Text(owner, "kind")},
                                                        {"name", Name(owner)},
                                                        {"uid", Uid(owner)},
                                                        {"controller", true},
                                                        {"blockOwnerDeletion", true}}});
  WriteContext context;
  context.type = core.types.FindById(type);
  context.version = context.type->versions.front();
  context.namespace_name = Namespace(owner);
  context.manager = "kube-controller-manager";
  context.validation = "Ignore";
  const Answer<WriteResult> made = CreateObject(core, context, std::move(object));
  if (made) {
    return std::nullopt;
  }
  const std::string message = Text(Json::parse(made.error().body, nullptr, false), "message");
  std::string kind = Text(owner, "kind");
  std::transform(kind.begin(), kind.end(), kind.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
  bool known = false;
  for (const auto& [id, event] : core.store.List("events", Namespace(owner))) {
    known = known || (Text(Object(*event, "involvedObject"), "uid") == Uid(owner) &&
                      Text(*event, "message") == "Error creating: " + message);
  }
  if (!known) {
    core.EmitEvent(owner, "Warning", "FailedCreate", "Error creating: " + message, kind + "-controller");
  }
  return message;
}

void DeleteOwned(ApiCore& core, const ObjectId& id) {
  WriteContext context;
  context.type = core.types.FindById(id.type);
  context.version = context.type->versions.front();
  context.namespace_name = id.namespace_name;
  context.name = id.name;
  DeleteRequest request;
  request.propagation = "Background";
  DeleteObject(core, context, request);
}

PodCounts CountPods(const std::vector<Owned>& pods) {
  PodCounts counts;
  for (const Owned& pod : pods) {
    const std::string phase = Text(Object(*pod.object, "status"), "phase");
    if (Has(Metadata(*pod.object), "deletionTimestamp") || phase == "Failed" || phase == "Succeeded") {
      continue;
    }
    ++counts.all;
    counts.ready += ConditionStatus(*pod.object, "Ready") == "True" ? 1 : 0;
  }
  return counts;
}

void WriteIfChanged(ApiCore& core, const ObjectId& id, const Json& before, Json next) {
  if (next != before && core.store.Find(id)) {
    core.Write(id, std::move(next));
  }
}

}  // namespace kontrakt::fakes
