#include "lib/lifecycle/outside.h"

#include <algorithm>
#include <utility>

#include "lib/doc/diff.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/labels.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr int kAttempts = 10;  ///< at reading again after a 409

std::string Label(const Json& object, std::string_view key) {
  return doc::StringAt(object, {"metadata", "labels", key});
}

bool HasLabel(const Json& object, std::string_view key) {
  return doc::Find(object, {"metadata", "labels", key}) != nullptr;
}

bool BearsOurMark(const Json& object) {
  return Label(object, label::kOutside) == "true";
}

bool HeldByAnyRun(const Json& object) {
  const Json& labels = doc::ObjectAt(object, {"metadata", "labels"});
  for (const auto& [key, value] : labels.items()) {
    if (key.starts_with(label::kRunUserPrefix))
      return true;
  }
  return false;
}

Json WithMarks(const RunNamespace& ns, const Json& value) {
  Json marked = value;
  Json& metadata = marked["metadata"];
  metadata["labels"][std::string(label::kManagedBy)] = std::string(label::kManagedByValue);
  metadata["labels"][std::string(label::kOutside)] = "true";
  metadata["labels"][OutsideLabel(ns)] = "";
  metadata["annotations"][std::string(annotation::kNonce)] = ns.Attempt();
  metadata["annotations"][std::string(annotation::kExpires)] = ns.Annotation(annotation::kExpires);
  return marked;
}

/// What a person's manifest says, without what the server keeps for itself.
Json Essence(Json object) {
  Json& metadata = object["metadata"];
  for (const char* key : {"managedFields", "resourceVersion", "generation"})
    metadata.erase(key);
  object.erase("status");
  return object;
}

Error Differs(const InventoryItem& item, const Json& wanted, const Json& live) {
  std::string what = item.Describe() + " exists already, made by somebody else, and differs from the manifest";
  if (const auto fields = doc::MissingFrom(wanted, live); !fields.empty()) {
    what += ": " + fields.front().path + " is " + fields.front().before;
  }
  Error error = Conflict(what);
  error.SetLocation({item.file, item.line, 0});
  error.SetHint("make the manifest equal to what is there, or leave it out of the kontrakt");
  return error;
}

Result<void> CheckSame(const Context& context, const InventoryItem& item, const Json& value, const Json& live) {
  kube::ApplyOptions dry;
  dry.field_manager = context.client.field_manager();
  dry.dry_run = kube::DryRun::kServer;
  dry.force = kube::Force::kYes;
  KT_ASSIGN_CONTEXT(Json applied, context.client.Apply(item.key, value, dry, context.bound),
                    "comparing " + item.Describe() + " with the one that is there");
  const Json after = Essence(std::move(applied));
  const Json before = Essence(live);
  if (doc::Canonical(after) == doc::Canonical(before))
    return {};
  return Differs(item, after, before);
}

Result<Json> SetHold(const Context& context, const InventoryItem& item, const Json& live, const std::string& hold,
                     const Json& value, const Bound& bound) {
  const Json patch = {{"metadata",
                       {{"uid", doc::StringAt(live, {"metadata", "uid"})},
                        {"resourceVersion", doc::StringAt(live, {"metadata", "resourceVersion"})},
                        {"labels", {{hold, value}}}}}};
  return context.client.Patch(item.key, kube::PatchType::kMerge, patch, "", bound);
}

}  // namespace

std::string OutsideLabel(const RunNamespace& ns) {
  // The end of the namespace's name is the hash over owner, run and kontrakt.
  return std::string(label::kRunUserPrefix) +
         ns.name.substr(ns.name.size() - std::min<std::size_t>(ns.name.size(), 10));
}

Result<OutsideObject> UseOutside(const Context& context, const RunNamespace& ns, const InventoryItem& item,
                                 const Json& value) {
  for (int attempt = 1;; ++attempt) {
    Result<Json> live = context.client.Get(item.key, context.bound);
    if (!live && live.error().code() != ErrorCode::kNotFound)
      return std::move(live.error());
    if (!live) {
      Result<Json> made = context.client.Create(item.key.resource, item.key.namespace_name, WithMarks(ns, value),
                                                kube::DryRun::kNone, context.bound);
      if (made)
        return OutsideObject{std::move(*made), false, true};
      if (made.error().code() == ErrorCode::kConflict && attempt < kAttempts)
        continue;
      return std::move(made.error());
    }
    if (doc::Find(*live, {"metadata", "deletionTimestamp"}) != nullptr && attempt < kAttempts) {
      context.progress.Note(item.Describe(), "is being deleted; waiting until it is gone", Mood::kWaiting);
      if (!SleepFor(std::chrono::milliseconds(100 * attempt), context.bound))
        return Cancelled("stopped");
      continue;
    }
    if (doc::StringAt(*live, {"metadata", "annotations", annotation::kNonce}) == ns.Attempt()) {
      return OutsideObject{std::move(*live), false, false};
    }
    KT_TRY(CheckSame(context, item, value, *live));
    if (!BearsOurMark(*live))
      return OutsideObject{std::move(*live), true, false};
    if (HasLabel(*live, OutsideLabel(ns)))
      return OutsideObject{std::move(*live), false, false};
    Result<Json> shared = SetHold(context, item, *live, OutsideLabel(ns), "", context.bound);
    if (shared)
      return OutsideObject{std::move(*shared), false, false};
    if (shared.error().code() != ErrorCode::kConflict || attempt == kAttempts)
      return std::move(shared.error());
  }
}

Result<Release> ReleaseOutside(const Context& context, const InventoryItem& item, const std::string& hold,
                               const Bound& bound) {
  for (int attempt = 1;; ++attempt) {
    Result<Json> live = context.client.Get(item.key, bound);
    if (!live && live.error().code() == ErrorCode::kNotFound)
      return Release::kAbsent;
    if (!live)
      return std::move(live.error());
    const std::string uid = doc::StringAt(*live, {"metadata", "uid"});
    if (!BearsOurMark(*live) || (!item.uid.empty() && uid != item.uid))
      return Release::kNotOurs;
    if (HasLabel(*live, hold)) {
      Result<Json> released = SetHold(context, item, *live, hold, nullptr, bound);
      if (!released && released.error().code() == ErrorCode::kConflict && attempt < kAttempts)
        continue;
      if (!released && released.error().code() == ErrorCode::kNotFound)
        return Release::kAbsent;
      KT_ASSIGN(*live, std::move(released));
    }
    if (HeldByAnyRun(*live))
      return Release::kReleased;
    kube::DeleteOptions options;
    options.uid = uid;
    options.resource_version = doc::StringAt(*live, {"metadata", "resourceVersion"});
    Result<Json> deleted = context.client.Delete(item.key, options, bound);
    if (deleted || deleted.error().code() == ErrorCode::kNotFound)
      return Release::kDeleted;
    if (deleted.error().code() != ErrorCode::kConflict || attempt == kAttempts)
      return std::move(deleted.error());
  }
}

}  // namespace kontrakt
