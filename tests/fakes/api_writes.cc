#include "tests/fakes/api_writes.h"

#include <set>
#include <utility>

#include "lib/base/random.h"
#include "tests/fakes/api_kinds.h"
#include "tests/fakes/api_status.h"
#include "tests/fakes/json_access.h"
#include "tests/fakes/server_side_apply.h"

namespace kontrakt::fakes {
namespace {

Schema SchemaOf(const ResourceType& type) {
  return type.builtin ? Schema::kBuiltin : Schema::kCustom;
}

bool CountsGenerations(const ApiCore& core, const ResourceType& type) {
  static const std::set<std::string> kinds = {"Deployment",
                                              "ReplicaSet",
                                              "StatefulSet",
                                              "DaemonSet",
                                              "Job",
                                              "CronJob",
                                              "Ingress",
                                              "NetworkPolicy",
                                              "PodDisruptionBudget",
                                              "CustomResourceDefinition",
                                              "ValidatingWebhookConfiguration",
                                              "MutatingWebhookConfiguration",
                                              "ValidatingAdmissionPolicy",
                                              "ReplicationController"};
  return !type.builtin || kinds.contains(type.kind) || (type.kind == "Pod" && core.options.pod_generations);
}

Writer WriterOf(const ApiCore& core, const WriteContext& context) {
  return {context.manager, context.type->ApiVersion(context.version), context.subresource, core.Now(), context.force};
}

/// What all writes check of a body before anything else.
std::optional<HttpResponse> CheckBody(const WriteContext& context, const Json& object) {
  const ResourceType& type = *context.type;
  if (!object.is_object()) {
    return BadRequestAnswer("the object provided is unrecognized (must be of type " + type.kind +
                            "): couldn't get version/kind; json parse error: unexpected type");
  }
  const std::string wanted = type.ApiVersion(context.version);
  const std::string given = Text(object, "apiVersion");
  if (!given.empty() && given != wanted) {
    return BadRequestAnswer("the API version in the data (" + given + ") does not match the expected API version (" +
                            wanted + ")");
  }
  const std::string kind = Text(object, "kind");
  if (!kind.empty() && kind != type.kind) {
    return BadRequestAnswer(kind + " in version \"" + context.version + "\" cannot be handled as a " + type.kind);
  }
  if (type.namespaced() && !Namespace(object).empty() && Namespace(object) != context.namespace_name) {
    return BadRequestAnswer("the namespace of the provided object does not match the namespace sent on the request");
  }
  return std::nullopt;
}

/// Unknown fields as POST and PUT report them.
std::optional<HttpResponse> CheckStrictly(WriteContext& context, const Json& object) {
  std::string text;
  for (const std::string& field : UnknownFields(*context.type, object)) {
    const std::string warning = "unknown field \"" + field.substr(1) + "\"";
    if (context.validation == "Strict") {
      text += (text.empty() ? "" : ", ") + warning;
    } else if (context.validation == "Warn") {
      context.warnings.push_back(warning);
    }
  }
  if (text.empty()) {
    return std::nullopt;
  }
  return BadRequestAnswer(context.type->kind + " in version \"" + context.version + "\" cannot be handled as a " +
                          context.type->kind + ": strict decoding error: " + text);
}

/// Unknown and mistyped fields as server-side apply reports them: 500 without a reason, whatever fieldValidation says
/// (seen on 1.34; kubernetes issue 122480).
std::optional<HttpResponse> CheckTyped(const WriteContext& context, const Json& object) {
  std::vector<std::string> errors;
  for (const std::string& field : UnknownFields(*context.type, object)) {
    errors.push_back(field + ": field not declared in schema");
  }
  for (const std::string& field : MistypedFields(*context.type, object)) {
    errors.push_back(field);
  }
  if (errors.empty()) {
    return std::nullopt;
  }
  // Only the first is told, and the names are those in the body: without a namespace where that has none.
  const ResourceType& type = *context.type;
  return StatusAnswer(500, "",
                      "failed to create typed patch object (" + Namespace(object) + "/" + Name(object) + "; " +
                          (type.group.empty() ? "/" : "") + type.ApiVersion(context.version) + ", Kind=" + type.kind +
                          "): " + errors.front());
}

/// Namespace lifecycle, service accounts, Pod Security.
std::optional<HttpResponse> Admit(ApiCore& core, WriteContext& context, const Json& object) {
  const ResourceType& type = *context.type;
  if (!type.namespaced()) {
    return std::nullopt;
  }
  const Snapshot home = core.store.Find({"namespaces", "", context.namespace_name});
  if (!home) {
    return NotFoundAnswer(*core.types.FindById("namespaces"), context.namespace_name);
  }
  if (Has(Metadata(*home), "deletionTimestamp")) {
    return ForbiddenAnswer(
        type, Name(object),
        "unable to create new content in namespace " + context.namespace_name + " because it is being terminated",
        {{"NamespaceTerminating", "namespace " + context.namespace_name + " is being terminated",
          "metadata.namespace"}});
  }
  const Json* pod_spec = PodSpecOf(object);
  if (pod_spec == nullptr || !type.builtin) {
    return std::nullopt;
  }
  const Json& labels = Object(Metadata(*home), "labels");
  if (type.kind == "Pod") {
    const std::string account = Text(*pod_spec, "serviceAccountName", "default");
    if (!core.store.Find({"serviceaccounts", context.namespace_name, account})) {
      return ForbiddenAnswer(type, Name(object),
                             "error looking up service account " + context.namespace_name + "/" + account +
                                 ": serviceaccount \"" + account + "\" not found");
    }
    const std::string level = Text(labels, "pod-security.kubernetes.io/enforce");
    if (const std::string violation = PodSecurityViolation(level, *pod_spec); !violation.empty()) {
      return ForbiddenAnswer(type, Name(object), "violates PodSecurity \"" + level + ":latest\": " + violation);
    }
  }
  const std::string warn = Text(labels, "pod-security.kubernetes.io/warn");
  if (const std::string violation = PodSecurityViolation(warn, *pod_spec); !violation.empty()) {
    context.warnings.push_back("would violate PodSecurity \"" + warn + ":latest\": " + violation);
  }
  return std::nullopt;
}

/// Suffixes of generateName: five of these characters.
std::string RandomSuffix() {
  static constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
  const std::string hex = RandomHex(10);
  std::string suffix;
  for (std::size_t i = 0; i < 5; ++i) {
    suffix += alphabet[static_cast<std::size_t>(std::stoi(hex.substr(i * 4, 4), nullptr, 16)) % alphabet.size()];
  }
  return suffix;
}

void SetNewMetadata(const ApiCore& core, const WriteContext& context, Json& object) {
  const ResourceType& type = *context.type;
  Json& metadata = object["metadata"];
  for (const char* key : {"deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion", "selfLink"}) {
    metadata.erase(key);
  }
  if (type.namespaced()) {
    metadata["namespace"] = context.namespace_name;
  } else {
    metadata.erase("namespace");
  }
  metadata["uid"] = NewUid();
  metadata["creationTimestamp"] = core.Now();
  metadata.erase("generation");
  if (CountsGenerations(core, type)) {
    metadata["generation"] = 1;
  }
}

/// Creates what has passed all checks of its body; `managed` says that its managedFields are set already.
Answer<WriteResult> Insert(ApiCore& core, WriteContext& context, Json object, bool managed) {
  const ResourceType& type = *context.type;
  if (const Snapshot there = core.store.Find(context.id())) {
    HttpResponse answer = AlreadyExistsAnswer(type, context.name);
    if (Has(Metadata(*there), "deletionTimestamp")) {
      answer = StatusAnswer(409, "AlreadyExists",
                            "object is being deleted: " + type.Id() + " \"" + context.name + "\" already exists",
                            SubjectOf(type, context.name));
    }
    return tl::unexpected(answer);
  }
  object["apiVersion"] = type.ApiVersion(context.version);
  object["kind"] = type.kind;
  SetNewMetadata(core, context, object);
  PrepareForCreate(type, object);
  ApplyDefaults(type, object, ++core.ordinal);
  if (!managed) {
    Json recorded = object;
    recorded["metadata"].erase("managedFields");
    recorded.erase("status");
    RecordUpdate(nullptr, recorded, WriterOf(core, context), SchemaOf(type));
    object["metadata"]["managedFields"] = Array(Metadata(recorded), "managedFields");
  }
  ApplyAdmission(type, object);
  if (const auto causes = ValidateObject(type, object); !causes.empty()) {
    return tl::unexpected(InvalidAnswer(type, context.name, causes));
  }
  if (auto refused = Admit(core, context, object)) {
    return tl::unexpected(*refused);
  }
  if (context.dry_run) {
    return WriteResult{201, std::move(object)};
  }
  return WriteResult{201, *core.Write(context.id(), std::move(object))};
}

bool DiffersOnlyInVersion(Json a, Json b) {
  for (Json* object : {&a, &b}) {
    (*object)["metadata"].erase("resourceVersion");
    (*object)["metadata"].erase("managedFields");
  }
  return Same(a, b);
}

/// What raises metadata.generation: the spec of built-ins, all but metadata and status of custom resources.
Json DesiredPart(const ResourceType& type, const Json& object) {
  if (type.builtin) {
    return Has(object, "spec") ? object.at("spec") : Json();
  }
  Json desired = object;
  desired.erase("metadata");
  if (type.has_status) {
    desired.erase("status");
  }
  return desired;
}

void KeepServerFields(const WriteContext& context, const Json& live, Json& after) {
  Json& metadata = after["metadata"];
  for (const char* key : {"name", "namespace", "creationTimestamp", "generation", "deletionTimestamp",
                          "deletionGracePeriodSeconds", "resourceVersion"}) {
    metadata.erase(key);
    if (Has(Metadata(live), key)) {
      metadata[key] = Metadata(live).at(key);
    }
  }
  if (!Has(metadata, "uid")) {
    metadata["uid"] = Uid(live);
  }
  if (!context.type->has_status) {
    return;
  }
  if (context.subresource == "status") {
    Json with_status = live;
    with_status["status"] = Has(after, "status") ? after.at("status") : Json::object();
    with_status["metadata"]["managedFields"] = Array(metadata, "managedFields");
    after = std::move(with_status);
  } else {
    after.erase("status");
    if (Has(live, "status")) {
      after["status"] = live.at("status");
    }
  }
}

/// Replaces `live` by `after`, which a patch or a body made of it.
Answer<WriteResult> Update(ApiCore& core, WriteContext& context, const Snapshot& live, Json after, bool managed) {
  const ResourceType& type = *context.type;
  const std::string version = Text(Metadata(after), "resourceVersion");
  if (!version.empty() && version != Text(Metadata(*live), "resourceVersion")) {
    return tl::unexpected(
        ConflictAnswer(type, context.name,
                       "the object has been modified; please apply your changes to the latest version and try again"));
  }
  after["apiVersion"] = Text(*live, "apiVersion");
  after["kind"] = type.kind;
  KeepServerFields(context, *live, after);
  ApplyDefaults(type, after, core.ordinal);
  ApplyAdmission(type, after);
  auto causes = ValidateObject(type, after);
  for (StatusCause& cause : ValidateUpdate(type, *live, after)) {
    causes.push_back(std::move(cause));
  }
  if (!causes.empty()) {
    return tl::unexpected(InvalidAnswer(type, context.name, causes));
  }
  if (!managed) {
    RecordUpdate(&*live, after, WriterOf(core, context), SchemaOf(type));
  }
  const bool same_fields =
      !managed || Same(Array(Metadata(*live), "managedFields"), Array(Metadata(after), "managedFields"));
  if (same_fields && DiffersOnlyInVersion(*live, after)) {
    return WriteResult{200, *live};
  }
  if (CountsGenerations(core, type) && !Same(DesiredPart(type, *live), DesiredPart(type, after))) {
    after["metadata"]["generation"] = Number(Metadata(*live), "generation", 0) + 1;
  }
  if (context.dry_run) {
    return WriteResult{200, std::move(after)};
  }
  const bool dying = Has(Metadata(after), "deletionTimestamp") && Array(Metadata(after), "finalizers").empty();
  const bool running = type.kind == "Pod" && Number(Metadata(after), "deletionGracePeriodSeconds", 0) > 0;
  if (dying && type.kind != "Namespace" && !running) {
    RemoveWithDependents(core, context.id());
    return WriteResult{200, std::move(after)};
  }
  return WriteResult{200, *core.Write(context.id(), std::move(after))};
}

Answer<Json> Patched(const WriteContext& context, const Json& live, const std::string& content_type,
                     const Json& patch) {
  if (content_type == "application/json-patch+json") {
    // The library reports a patch that does not fit by throwing; the server by this answer.
    try {
      return live.patch(patch);
    } catch (const Json::exception&) {
      return tl::unexpected(
          StatusAnswer(422, "Invalid", "the server rejected our request due to an error in our request"));
    }
  }
  Json after = live;
  if (content_type == "application/strategic-merge-patch+json" && context.type->builtin) {
    MergeApplied(after, patch, Schema::kBuiltin);
    return after;
  }
  after.merge_patch(patch);
  return after;
}

Answer<WriteResult> Apply(ApiCore& core, WriteContext& context, const Snapshot& live, const Json& config) {
  if (auto refused = CheckBody(context, config)) {
    return tl::unexpected(*refused);
  }
  if (Has(Metadata(config), "managedFields")) {
    return tl::unexpected(BadRequestAnswer("metadata.managedFields must be nil"));
  }
  if (context.manager.empty()) {
    return tl::unexpected(InvalidOptionsAnswer(
        "PatchOptions", {"FieldValueRequired", "Required value: is required for apply patch", "fieldManager"}));
  }
  if (auto refused = CheckTyped(context, config)) {
    return tl::unexpected(*refused);
  }
  if (Name(config) != context.name) {
    return tl::unexpected(BadRequestAnswer("the name of the object (" + Name(config) +
                                           ") does not match the name on the URL (" + context.name + ")"));
  }
  Json applied = config;
  if (context.subresource.empty() && context.type->has_status) {
    applied.erase("status");
  }
  auto merged = ApplyPatch(*context.type, live ? &*live : nullptr, applied, WriterOf(core, context));
  if (!merged) {
    return tl::unexpected(merged.error());
  }
  if (!live) {
    return Insert(core, context, std::move(*merged), true);
  }
  return Update(core, context, live, std::move(*merged), true);
}

}  // namespace

Answer<WriteResult> CreateObject(ApiCore& core, WriteContext& context, Json object) {
  if (auto refused = CheckBody(context, object)) {
    return tl::unexpected(*refused);
  }
  if (auto refused = CheckStrictly(context, object)) {
    return tl::unexpected(*refused);
  }
  PruneUnknownFields(*context.type, object);
  if (!object.contains("metadata") || !object["metadata"].is_object()) {
    object["metadata"] = Json::object();
  }
  if (Name(object).empty() && !Text(Metadata(object), "generateName").empty()) {
    object["metadata"]["name"] = Text(Metadata(object), "generateName") + RandomSuffix();
  }
  if (!Text(Metadata(object), "resourceVersion").empty()) {
    return tl::unexpected(StatusAnswer(500, "", "resourceVersion should not be set on objects to be created"));
  }
  context.name = Name(object);
  return Insert(core, context, std::move(object), false);
}

Answer<WriteResult> ReplaceObject(ApiCore& core, WriteContext& context, Json object) {
  const Snapshot live = core.store.Find(context.id());
  if (!live) {
    return tl::unexpected(NotFoundAnswer(*context.type, context.name));
  }
  if (auto refused = CheckBody(context, object)) {
    return tl::unexpected(*refused);
  }
  if (auto refused = CheckStrictly(context, object)) {
    return tl::unexpected(*refused);
  }
  PruneUnknownFields(*context.type, object);
  return Update(core, context, live, std::move(object), false);
}

Answer<WriteResult> PatchObject(ApiCore& core, WriteContext& context, const std::string& content_type,
                                const Json& patch) {
  const Snapshot live = core.store.Find(context.id());
  if (content_type == "application/apply-patch+yaml") {
    return Apply(core, context, live, patch);
  }
  if (!live) {
    return tl::unexpected(NotFoundAnswer(*context.type, context.name));
  }
  if (context.force) {
    return tl::unexpected(InvalidOptionsAnswer(
        "PatchOptions", {"FieldValueForbidden", "Forbidden: may not be specified for non-apply patch", "force"}));
  }
  Answer<Json> after = Patched(context, *live, content_type, patch);
  if (!after) {
    return tl::unexpected(after.error());
  }
  if (Text(Metadata(*after), "resourceVersion") == Text(Metadata(*live), "resourceVersion")) {
    (*after)["metadata"].erase("resourceVersion");
  }
  return Update(core, context, live, std::move(*after), false);
}

}  // namespace kontrakt::fakes
