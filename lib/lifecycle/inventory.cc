#include "lib/lifecycle/inventory.h"

#include <utility>

#include "lib/doc/json.h"

namespace kontrakt {
namespace {

using doc::Json;

template <typename T>
void PutUnless(Json& object, const char* key, const T& value, const T& usual) {
  if (!(value == usual))
    object[key] = value;
}

std::string_view NameOf(Hold hold) {
  switch (hold) {
    case Hold::kNone:
      return "none";
    case Hold::kGate:
      return "gate";
    case Hold::kSuspend:
      return "suspend";
  }
  return "none";
}

Json ItemToJson(const InventoryItem& item) {
  Json object = Json::object();
  object["v"] = item.key.resource.gvk.ApiVersion();
  object["k"] = item.key.resource.gvk.kind;
  object["r"] = item.key.resource.plural;
  PutUnless(object, "ns", item.key.namespace_name, std::string());
  PutUnless(object, "n", item.key.name, std::string());
  if (item.key.resource.scope == kube::Scope::kCluster)
    object["cluster"] = true;
  PutUnless(object, "uid", item.uid, std::string());
  PutUnless(object, "rv", item.resource_version, std::string());
  PutUnless(object, "g", item.generation, std::int64_t{0});
  if (item.role != Role::kNone)
    object["role"] = std::string(NameOf(item.role));
  PutUnless(object, "expect", item.expect, std::string());
  if (item.hold != Hold::kNone)
    object["hold"] = std::string(NameOf(item.hold));
  PutUnless(object, "when", item.ready_when, std::string());
  PutUnless(object, "wait", item.waited_for, true);
  PutUnless(object, "outside", item.outside, false);
  PutUnless(object, "found", item.found, false);
  PutUnless(object, "gen", item.generate_name, std::string());
  if (!item.containers.empty())
    object["c"] = item.containers;
  PutUnless(object, "f", item.file, std::string());
  PutUnless(object, "l", item.line, 0);
  return object;
}

InventoryItem ItemOf(const Json& object) {
  InventoryItem item;
  item.key.resource.gvk = kube::GroupVersionKind::Of(doc::StringAt(object, {"v"}), doc::StringAt(object, {"k"}));
  item.key.resource.plural = doc::StringAt(object, {"r"});
  item.key.resource.scope = doc::BoolAt(object, {"cluster"}) ? kube::Scope::kCluster : kube::Scope::kNamespaced;
  item.key.namespace_name = doc::StringAt(object, {"ns"});
  item.key.name = doc::StringAt(object, {"n"});
  item.uid = doc::StringAt(object, {"uid"});
  item.resource_version = doc::StringAt(object, {"rv"});
  item.generation = doc::IntAt(object, {"g"});
  const std::string role = doc::StringAt(object, {"role"});
  item.role = role == "target" ? Role::kTarget : role == "test" ? Role::kTest : Role::kNone;
  item.expect = doc::StringAt(object, {"expect"});
  const std::string hold = doc::StringAt(object, {"hold"});
  item.hold = hold == "gate" ? Hold::kGate : hold == "suspend" ? Hold::kSuspend : Hold::kNone;
  item.ready_when = doc::StringAt(object, {"when"});
  item.waited_for = doc::BoolAt(object, {"wait"}, true);
  item.outside = doc::BoolAt(object, {"outside"});
  item.found = doc::BoolAt(object, {"found"});
  item.generate_name = doc::StringAt(object, {"gen"});
  for (const Json& name : doc::ArrayAt(object, {"c"}))
    item.containers.push_back(doc::ScalarText(name));
  item.file = doc::StringAt(object, {"f"});
  item.line = static_cast<int>(doc::IntAt(object, {"l"}));
  return item;
}

Result<Json> ParseList(std::string_view text, const char* what) {
  if (text.empty())
    return Json(Json::array());
  KT_ASSIGN_CONTEXT(Json list, doc::ParseJson(text), std::string("reading annotation ") + what);
  if (!list.is_array())
    return InvalidInput(std::string("annotation ") + what + " holds no list");
  return list;
}

std::vector<std::string> Strings(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& text : list)
    texts.push_back(doc::ScalarText(text));
  return texts;
}

}  // namespace

std::string_view NameOf(Role role) {
  switch (role) {
    case Role::kNone:
      return "none";
    case Role::kTarget:
      return "target";
    case Role::kTest:
      return "test";
  }
  return "none";
}

const InventoryItem* Inventory::ByUid(std::string_view uid) const {
  if (uid.empty())
    return nullptr;
  for (const InventoryItem& item : items) {
    if (item.uid == uid)
      return &item;
  }
  return nullptr;
}

std::vector<const InventoryItem*> Inventory::WithRole(Role role) const {
  std::vector<const InventoryItem*> found;
  for (const InventoryItem& item : items) {
    if (item.role == role)
      found.push_back(&item);
  }
  return found;
}

Json Inventory::ToJson() const {
  Json list = Json::array();
  for (const InventoryItem& item : items)
    list.push_back(ItemToJson(item));
  return list;
}

std::string Inventory::ToText() const {
  return doc::Dump(ToJson());
}

Result<Inventory> Inventory::Parse(std::string_view text) {
  KT_ASSIGN(Json list, ParseList(text, "kontrakt/inventory"));
  Inventory inventory;
  for (const Json& object : list)
    inventory.items.push_back(ItemOf(object));
  return inventory;
}

std::string Target::Image() const {
  return repository + (tag.empty() ? "" : ":" + tag) + "@" + digest;
}

Json TargetsToJson(const std::vector<Target>& targets) {
  Json list = Json::array();
  for (const Target& target : targets) {
    Json object = {{"object", target.object},
                   {"container", target.container},
                   {"repository", target.repository},
                   {"tag", target.tag},
                   {"digest", target.digest}};
    if (!target.push_to.empty())
      object["pushTo"] = target.push_to;
    list.push_back(std::move(object));
  }
  return list;
}

std::string TargetsToText(const std::vector<Target>& targets) {
  return doc::Dump(TargetsToJson(targets));
}

Result<std::vector<Target>> ParseTargets(std::string_view text) {
  KT_ASSIGN(Json list, ParseList(text, "kontrakt/targets"));
  std::vector<Target> targets;
  for (const Json& object : list) {
    targets.push_back({.object = doc::StringAt(object, {"object"}),
                       .container = doc::StringAt(object, {"container"}),
                       .repository = doc::StringAt(object, {"repository"}),
                       .tag = doc::StringAt(object, {"tag"}),
                       .digest = doc::StringAt(object, {"digest"}),
                       .push_to = Strings(doc::ArrayAt(object, {"pushTo"}))});
  }
  return targets;
}

std::string TestEndsToText(const std::vector<TestEnd>& ends) {
  Json list = Json::array();
  for (const TestEnd& end : ends) {
    Json object = {{"object", end.object}, {"uid", end.uid}, {"result", end.result}};
    PutUnless(object, "cause", end.cause, std::string());
    PutUnless(object, "message", end.message, std::string());
    if (end.exit_code)
      object["exitCode"] = *end.exit_code;
    object["seconds"] = end.seconds;
    object["ended"] = end.ended;
    list.push_back(std::move(object));
  }
  return doc::Dump(list);
}

Result<std::vector<TestEnd>> ParseTestEnds(std::string_view text) {
  KT_ASSIGN(Json list, ParseList(text, "kontrakt/tests"));
  std::vector<TestEnd> ends;
  for (const Json& object : list) {
    TestEnd end{.object = doc::StringAt(object, {"object"}),
                .uid = doc::StringAt(object, {"uid"}),
                .result = doc::StringAt(object, {"result"}),
                .cause = doc::StringAt(object, {"cause"}),
                .message = doc::StringAt(object, {"message"}),
                .exit_code = std::nullopt,
                .seconds = doc::IntAt(object, {"seconds"}),
                .ended = doc::StringAt(object, {"ended"})};
    if (doc::Find(object, {"exitCode"}) != nullptr)
      end.exit_code = static_cast<int>(doc::IntAt(object, {"exitCode"}));
    ends.push_back(std::move(end));
  }
  return ends;
}

}  // namespace kontrakt
