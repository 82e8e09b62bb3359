#include "lib/lifecycle/board.h"

#include <algorithm>
#include <utility>

#include "lib/base/strings.h"
#include "lib/kube/resource_table.h"
#include "lib/lifecycle/labels.h"
#include "lib/verdict/object_rules.h"

namespace kontrakt {
namespace {

using doc::Json;

std::string NameKey(const std::string& kind, const std::string& namespace_name, const std::string& name) {
  return kind + "/" + namespace_name + "/" + name;
}

std::string UidOf(const Json& object) {
  return doc::StringAt(object, {"metadata", "uid"});
}
std::string NameOfObject(const Json& object) {
  return doc::StringAt(object, {"metadata", "name"});
}

bool HasPods(const kube::GroupVersionKind& gvk) {
  return gvk.group == "apps" || gvk.group == "batch" || (gvk.group.empty() && gvk.kind == "ReplicationController");
}

verdict::Expectation ExpectationOf(const InventoryItem& item) {
  if (item.expect == "completion")
    return verdict::Expectation::kCompletion;
  if (item.expect == "readiness")
    return verdict::Expectation::kReadiness;
  return verdict::Expectation::kDefault;
}

bool IsExistsOnly(const InventoryItem& item) {
  return item.ready_when.empty() && verdict::ExistsOnly(item.key.resource.gvk.group, item.key.resource.gvk.kind);
}

kube::Resource Builtin(const char* group, const char* version, const char* kind) {
  return *kube::BuiltinResource({group, version, kind});
}

bool HasReadyGate(const Json& pod) {
  for (const Json& gate : doc::ArrayAt(pod, {"spec", "schedulingGates"})) {
    if (doc::StringAt(gate, {"name"}) == kReadyGate)
      return true;
  }
  return false;
}

}  // namespace

Board::Board(std::string namespace_name, Inventory inventory, verdict::Patience patience, ReadyWhenByKind ready_when)
    : namespace_name_(std::move(namespace_name)), inventory_(std::move(inventory)), patience_(patience) {
  for (const InventoryItem& item : inventory_.items) {
    ItemMemory& memory = memories_[&item];
    if (!item.ready_when.empty()) {
      if (Result<doc::Condition> parsed = doc::Condition::Parse(item.ready_when))
        memory.ready_when.emplace(*parsed);
    } else if (const auto found = ready_when.find(ToLower(item.key.resource.gvk.kind)); found != ready_when.end()) {
      memory.ready_when.emplace(found->second);
    }
  }
}

std::vector<kube::WatchSubject> Board::Subjects() const {
  std::vector<kube::WatchSubject> subjects;
  std::set<std::string> known;
  const auto add = [&](const kube::Resource& resource, const std::string& namespace_name, const std::string& field) {
    if (!known.insert(resource.gvk.group + "/" + resource.plural + "/" + namespace_name + "/" + field).second)
      return;
    subjects.push_back({.resource = resource,
                        .namespace_name = namespace_name,
                        .label_selector = "",
                        .field_selector = field,
                        .metadata_only = false});
  };
  bool pods = false;
  for (const InventoryItem& item : inventory_.items) {
    if (IsExistsOnly(item) || (!item.waited_for && item.role == Role::kNone))
      continue;
    const std::string field = item.outside ? "metadata.name=" + item.key.name : "";
    add(item.key.resource, item.key.namespace_name, field);
    const kube::GroupVersionKind& gvk = item.key.resource.gvk;
    if (gvk.group == "apps" && gvk.kind == "Deployment")
      add(Builtin("apps", "v1", "ReplicaSet"), namespace_name_, "");
    if (gvk.group == "batch" && gvk.kind == "CronJob")
      add(Builtin("batch", "v1", "Job"), namespace_name_, "");
    pods = pods || HasPods(gvk) || (gvk.group.empty() && gvk.kind == "Pod");
  }
  if (pods || !subjects.empty()) {
    add(kube::Pods(), namespace_name_, "");
    add(kube::Events(), namespace_name_, "");
  }
  return subjects;
}

void Board::SetStorageClasses(std::vector<Json> classes) {
  storage_classes_ = std::move(classes);
}

void Board::See(const kube::Resource& resource, const kube::WatchEvent& event) {
  if (event.type != kube::EventType::kUpserted && event.type != kube::EventType::kDeleted)
    return;
  const std::string uid = UidOf(event.object);
  if (resource.gvk.kind == "Event") {
    const std::string involved = doc::StringAt(event.object, {"involvedObject", "uid"});
    if (event.type == kube::EventType::kUpserted)
      events_[involved][uid] = event.object;
    return;
  }
  Seen& seen = seen_[uid];
  if (seen.kind.empty()) {
    for (const Json& owner : doc::ArrayAt(event.object, {"metadata", "ownerReferences"})) {
      if (doc::BoolAt(owner, {"controller"}))
        owned_by_[doc::StringAt(owner, {"uid"})].push_back(uid);
    }
  }
  seen.kind = resource.gvk.kind;
  seen.object = event.object;
  // Items of a list carry neither; the rules of kinds need them.
  if (!seen.object.contains("kind"))
    seen.object["kind"] = resource.gvk.kind;
  if (!seen.object.contains("apiVersion"))
    seen.object["apiVersion"] = resource.gvk.ApiVersion();
  seen.deleted = event.type == kube::EventType::kDeleted;
  const std::string key =
      NameKey(resource.gvk.kind, doc::StringAt(event.object, {"metadata", "namespace"}), NameOfObject(event.object));
  if (!seen.deleted)
    uid_by_name_[key] = uid;
}

const Board::Seen* Board::Find(const InventoryItem& item) const {
  std::string uid = item.uid;
  if (uid.empty()) {
    const auto named = uid_by_name_.find(NameKey(item.key.resource.gvk.kind, item.key.namespace_name, item.key.name));
    if (named == uid_by_name_.end())
      return nullptr;
    uid = named->second;
  }
  const auto found = seen_.find(uid);
  return found == seen_.end() ? nullptr : &found->second;
}

const Json* Board::Live(const InventoryItem& item) const {
  const Seen* seen = Find(item);
  return seen == nullptr ? nullptr : &seen->object;
}

void Board::CollectOwned(const std::string& uid, std::vector<const Seen*>& owned) const {
  const auto children = owned_by_.find(uid);
  if (children == owned_by_.end())
    return;
  for (const std::string& child : children->second) {
    const auto found = seen_.find(child);
    if (found == seen_.end())
      continue;
    owned.push_back(&found->second);
    // An owner chain that loops can't come from a controller; depth is bounded by never going below pods.
    if (found->second.kind != "Pod")
      CollectOwned(child, owned);
  }
}

std::vector<const Json*> Board::PodsOf(const InventoryItem& item) const {
  std::vector<const Json*> pods;
  const Seen* seen = Find(item);
  if (seen == nullptr)
    return pods;
  if (seen->kind == "Pod")
    return {&seen->object};
  std::vector<const Seen*> owned;
  CollectOwned(UidOf(seen->object), owned);
  for (const Seen* below : owned) {
    if (below->kind == "Pod")
      pods.push_back(&below->object);
  }
  std::stable_sort(pods.begin(), pods.end(), [](const Json* a, const Json* b) {
    return doc::StringAt(*a, {"metadata", "creationTimestamp"}) < doc::StringAt(*b, {"metadata", "creationTimestamp"});
  });
  return pods;
}

bool Board::IsClaimUsed(const std::string& claim) const {
  for (const auto& [uid, seen] : seen_) {
    if (seen.kind != "Pod" || seen.deleted || HasReadyGate(seen.object))
      continue;
    for (const Json& volume : doc::ArrayAt(seen.object, {"spec", "volumes"})) {
      if (doc::StringAt(volume, {"persistentVolumeClaim", "claimName"}) == claim)
        return true;
    }
  }
  return false;
}

const Json* Board::StorageClassOf(const Json& claim) const {
  const Json* named = doc::Find(claim, {"spec", "storageClassName"});
  for (const Json& storage_class : storage_classes_) {
    const bool is_default = doc::StringAt(storage_class, {"metadata", "annotations",
                                                          "storageclass.kubernetes.io/is-default-class"}) == "true";
    if (named != nullptr ? NameOfObject(storage_class) == doc::ScalarText(*named) : is_default)
      return &storage_class;
  }
  return nullptr;
}

verdict::Surroundings Board::SurroundingsOf(const InventoryItem& item, const Seen* seen, WallTime now) {
  verdict::Surroundings around;
  around.now = now;
  around.patience = patience_;
  if (seen == nullptr)
    return around;
  const std::string uid = UidOf(seen->object);
  std::vector<const Seen*> owned;
  CollectOwned(uid, owned);
  std::vector<std::string> about = {uid};
  for (const Seen* below : owned) {
    const std::string below_uid = UidOf(below->object);
    about.push_back(below_uid);
    if (below->kind == "Pod") {
      // A Job's finished pods count although they may be deleted by now; a workload's old ones do not.
      if (below->deleted && seen->kind != "Job")
        continue;
      around.pods.emplace_back(&below->object, &pod_memories_[below_uid]);
    } else if (!below->deleted) {
      around.owned.push_back(&below->object);
    }
  }
  for (const std::string& subject : about) {
    const auto found = events_.find(subject);
    if (found == events_.end())
      continue;
    for (const auto& [event_uid, event] : found->second)
      around.events.push_back(&event);
  }
  std::stable_sort(around.events.begin(), around.events.end(),
                   [](const Json* a, const Json* b) { return EventTime(*a) < EventTime(*b); });
  if (item.key.resource.gvk.kind == "PersistentVolumeClaim") {
    around.storage_class = StorageClassOf(seen->object);
    around.claim_used = IsClaimUsed(item.key.name);
  }
  return around;
}

Board::Row Board::JudgeItem(const InventoryItem& item, WallTime now) {
  Row row;
  row.item = &item;
  row.held_back = IsHeldBack(item);
  if (IsExistsOnly(item) || (!item.waited_for && item.role == Role::kNone)) {
    row.judgement.state = verdict::State::kReady;
    row.judgement.message = item.waited_for ? "exists" : "is not waited for";
    return row;
  }
  const Seen* seen = Find(item);
  ItemMemory& memory = memories_[&item];
  verdict::Question question;
  question.expectation = ExpectationOf(item);
  question.containers = {item.containers.begin(), item.containers.end()};
  question.ready_when = memory.ready_when ? &*memory.ready_when : nullptr;
  const verdict::Surroundings around = SurroundingsOf(item, seen, now);
  if (seen != nullptr && seen->deleted) {
    row.judgement = verdict::JudgeDeleted(seen->object, question, around, memory.memory);
  } else {
    row.judgement = verdict::Judge(seen == nullptr ? nullptr : &seen->object, question, around, memory.memory);
  }
  return row;
}

std::vector<Board::Row> Board::Judge(WallTime now) {
  std::vector<Row> rows;
  rows.reserve(inventory_.items.size());
  for (const InventoryItem& item : inventory_.items)
    rows.push_back(JudgeItem(item, now));
  return rows;
}

std::string Board::LastEvent(const InventoryItem& item) const {
  const Seen* seen = Find(item);
  if (seen == nullptr)
    return "";
  std::vector<const Seen*> about = {seen};
  CollectOwned(UidOf(seen->object), about);
  const Json* newest = nullptr;
  for (const Seen* subject : about) {
    const auto found = events_.find(UidOf(subject->object));
    if (found == events_.end())
      continue;
    for (const auto& [uid, event] : found->second) {
      // A warning tells more than the steps that went well.
      const bool warns = doc::StringAt(event, {"type"}) == "Warning";
      const bool newest_warns = newest != nullptr && doc::StringAt(*newest, {"type"}) == "Warning";
      if (newest == nullptr || (warns && !newest_warns) ||
          (warns == newest_warns && EventTime(event) >= EventTime(*newest))) {
        newest = &event;
      }
    }
  }
  if (newest == nullptr)
    return "";
  std::string text = doc::StringAt(*newest, {"reason"}) + ": " + doc::StringAt(*newest, {"message"});
  const std::int64_t count = std::max(doc::IntAt(*newest, {"count"}), doc::IntAt(*newest, {"series", "count"}));
  if (count > 1)
    text += " (x" + std::to_string(count) + ")";
  return text;
}

bool Board::IsHeldBack(const InventoryItem& item) const {
  if (item.hold == Hold::kNone)
    return false;
  const Json* live = Live(item);
  if (live == nullptr)
    return true;
  if (item.hold == Hold::kSuspend)
    return doc::BoolAt(*live, {"spec", "suspend"});
  const std::vector<const Json*> pods = PodsOf(item);
  const auto started = [](const Json* pod) { return !HasReadyGate(*pod); };
  return std::none_of(pods.begin(), pods.end(), started);
}

namespace {

/// Removing one of several gates takes a JSON patch that also says which one is meant.
Json GateRemoval(const Json& pod) {
  const Json& gates = doc::ArrayAt(pod, {"spec", "schedulingGates"});
  for (std::size_t i = 0; i < gates.size(); ++i) {
    if (doc::StringAt(gates[i], {"name"}) != kReadyGate)
      continue;
    const std::string path = "/spec/schedulingGates/" + std::to_string(i);
    return Json::array({{{"op", "test"}, {"path", path + "/name"}, {"value", std::string(kReadyGate)}},
                        {{"op", "remove"}, {"path", path}}});
  }
  return Json::array();
}

/// A pod that was changed or deleted meanwhile comes again with its next event.
Result<void> Tolerate(Result<Json> patched, const std::string& what) {
  if (patched)
    return {};
  const ErrorCode code = patched.error().code();
  if (code == ErrorCode::kConflict || code == ErrorCode::kNotFound || code == ErrorCode::kInvalidInput)
    return {};
  return WithContext(std::move(patched.error()), "letting " + what + " start");
}

}  // namespace

Result<void> LetTestsStart(const kube::Client& client, const Board& board, const Bound& bound) {
  for (const InventoryItem& item : board.inventory().items) {
    if (item.hold == Hold::kNone)
      continue;
    const Json* live = board.Live(item);
    if (live == nullptr)
      continue;
    if (item.hold == Hold::kSuspend && doc::BoolAt(*live, {"spec", "suspend"})) {
      KT_TRY(Tolerate(client.Patch(item.key, kube::PatchType::kMerge, {{"spec", {{"suspend", false}}}}, "", bound),
                      item.Describe()));
    }
    if (item.hold != Hold::kGate)
      continue;
    for (const Json* pod : board.PodsOf(item)) {
      const Json patch = GateRemoval(*pod);
      if (patch.empty())
        continue;
      const kube::ObjectKey key{kube::Pods(), board.namespace_name(), NameOfObject(*pod)};
      KT_TRY(Tolerate(client.Patch(key, kube::PatchType::kJson, patch, "", bound), key.ToString()));
    }
  }
  return {};
}

std::string EventTime(const Json& event) {
  for (const auto& path : {std::initializer_list<std::string_view>{"series", "lastObservedTime"},
                           std::initializer_list<std::string_view>{"lastTimestamp"},
                           std::initializer_list<std::string_view>{"eventTime"}}) {
    std::string when = doc::StringAt(event, path);
    if (!when.empty())
      return when;
  }
  return doc::StringAt(event, {"metadata", "creationTimestamp"});
}

bool IsReached(const Board::Row& row) {
  using verdict::State;
  const State state = row.judgement.state;
  if (state == State::kReady || state == State::kSucceeded)
    return true;
  return row.item->role == Role::kTest && (state == State::kFailed || state == State::kLost);
}

}  // namespace kontrakt
