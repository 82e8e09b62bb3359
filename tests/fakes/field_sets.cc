#include "tests/fakes/field_sets.h"

#include <algorithm>
#include <set>

#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

/// The item of a keyed list with that "k:{…}", or end.
template <typename List>
auto FindItem(List& list, const std::string& item_key, const std::vector<std::string>& keys) {
  return std::find_if(list.begin(), list.end(), [&](const Json& item) { return ItemKey(item, keys) == item_key; });
}

bool IsUnowned(std::string_view name, bool in_metadata) {
  static const std::set<std::string_view> top = {"apiVersion", "kind"};
  static const std::set<std::string_view> metadata = {"name",
                                                      "namespace",
                                                      "uid",
                                                      "resourceVersion",
                                                      "generation",
                                                      "creationTimestamp",
                                                      "deletionTimestamp",
                                                      "deletionGracePeriodSeconds",
                                                      "managedFields",
                                                      "selfLink"};
  return (in_metadata ? metadata : top).contains(name);
}

Json FieldsOfValue(const Json& value, std::string_view name, Schema schema);

Json FieldsOfList(const Json& list, std::string_view name, Schema schema) {
  const ListRule rule = RuleOf(name, list, schema);
  Json node = Json::object();
  if (rule.type == ListType::kSet) {
    for (const Json& item : list) {
      node["v:" + item.dump()] = Json::object();
    }
  } else if (rule.type == ListType::kMap) {
    for (const Json& item : list) {
      Json& child = node[ItemKey(item, rule.keys)];
      child["."] = Json::object();
      for (const auto& [key, part] : item.items()) {
        child["f:" + key] = FieldsOfValue(part, key, schema);
      }
    }
  }
  return node;
}

Json FieldsOfValue(const Json& value, std::string_view name, Schema schema) {
  if (value.is_array()) {
    return FieldsOfList(value, name, schema);
  }
  Json node = Json::object();
  if (value.is_object() && !IsAtomicMap(name, schema)) {
    for (const auto& [key, part] : value.items()) {
      node["f:" + key] = FieldsOfValue(part, key, schema);
    }
  }
  return node;
}

Json ChangedValue(const Json* before, const Json& after, std::string_view name, Schema schema, bool& changed) {
  changed = before == nullptr || !Same(*before, after);
  Json node = Json::object();
  if (!changed) {
    return node;
  }
  if (after.is_object() && before != nullptr && before->is_object() && !IsAtomicMap(name, schema)) {
    for (const auto& [key, part] : after.items()) {
      bool part_changed = false;
      Json child = ChangedValue(Has(*before, key) ? &before->at(key) : nullptr, part, key, schema, part_changed);
      if (part_changed) {
        node["f:" + key] = std::move(child);
      }
    }
    changed = !node.empty();
    return node;
  }
  const ListRule rule = after.is_array() ? RuleOf(name, after, schema) : ListRule{};
  if (before != nullptr && before->is_array() && rule.type == ListType::kMap) {
    for (const Json& item : after) {
      const std::string item_key = ItemKey(item, rule.keys);
      const auto old = FindItem(*before, item_key, rule.keys);
      bool item_changed = false;
      Json child = ChangedValue(old == before->end() ? nullptr : &*old, item, "", schema, item_changed);
      if (item_changed) {
        if (old == before->end()) {
          child["."] = Json::object();
        }
        node[item_key] = std::move(child);
      }
    }
    changed = !node.empty();
    return node;
  }
  return FieldsOfValue(after, name, schema);
}

void RemoveFromList(Json& list, const Json& fields, std::string_view name, Schema schema);

void RemoveFromMap(Json& map, const Json& fields, Schema schema) {
  for (const auto& [field, child] : fields.items()) {
    const std::string name = field.substr(field.find(':') + 1);
    if (field.rfind("f:", 0) != 0 || !Has(map, name)) {
      continue;
    }
    Json& value = map[name];
    if (IsMember(child)) {
      map.erase(name);
    } else if (value.is_object()) {
      RemoveFromMap(value, child, schema);
      if (value.empty()) {
        map.erase(name);
      }
    } else if (value.is_array()) {
      RemoveFromList(value, child, name, schema);
      if (value.empty()) {
        map.erase(name);
      }
    }
  }
}

void RemoveFromList(Json& list, const Json& fields, std::string_view name, Schema schema) {
  const ListRule rule = RuleOf(name, list, schema);
  for (const auto& [field, child] : fields.items()) {
    if (rule.type == ListType::kSet) {
      const auto found =
          std::find_if(list.begin(), list.end(), [&](const Json& item) { return "v:" + item.dump() == field; });
      if (found != list.end()) {
        list.erase(found);
      }
    } else if (const auto item = FindItem(list, field, rule.keys); item != list.end()) {
      if (IsMember(child)) {
        list.erase(item);
      } else {
        RemoveFromMap(*item, child, schema);
      }
    }
  }
}

void MergeValue(Json& live, const Json& config, std::string_view name, Schema schema) {
  if (config.is_object() && live.is_object() && !IsAtomicMap(name, schema)) {
    for (const auto& [key, part] : config.items()) {
      if (Has(live, key)) {
        MergeValue(live[key], part, key, schema);
      } else {
        live[key] = part;
      }
    }
    return;
  }
  const ListRule rule = config.is_array() ? RuleOf(name, config, schema) : ListRule{};
  if (!live.is_array() || rule.type == ListType::kAtomic) {
    live = config;
    return;
  }
  for (const Json& item : config) {
    if (rule.type == ListType::kSet) {
      if (std::find(live.begin(), live.end(), item) == live.end()) {
        live.push_back(item);
      }
    } else if (const auto old = FindItem(live, ItemKey(item, rule.keys), rule.keys); old != live.end()) {
      MergeValue(*old, item, "", schema);
    } else {
      live.push_back(item);
    }
  }
}

struct ConflictSearch {
  Schema schema;
  const std::function<void(const std::string&)>& see;

  void Compare(const Json* live, const Json& config, const Json& theirs, std::string_view name,
               const std::string& path) const {
    if (live != nullptr && Same(*live, config)) {
      return;
    }
    const bool map = config.is_object() && !IsAtomicMap(name, schema);
    const ListRule rule = config.is_array() ? RuleOf(name, config, schema) : ListRule{};
    if (map) {
      for (const auto& [key, part] : config.items()) {
        const auto their = theirs.find("f:" + key);
        if (their != theirs.end()) {
          Compare(live != nullptr && Has(*live, key) ? &live->at(key) : nullptr, part, *their, key, path + "." + key);
        }
      }
    } else if (rule.type == ListType::kMap && live != nullptr && live->is_array()) {
      for (const Json& item : config) {
        const std::string item_key = ItemKey(item, rule.keys);
        const auto their = theirs.find(item_key);
        const auto old = FindItem(*live, item_key, rule.keys);
        if (their != theirs.end()) {
          Compare(old == live->end() ? nullptr : &*old, item, *their, "", path + "[" + Shown(item, rule.keys) + "]");
        }
      }
    } else if (IsMember(theirs) && live != nullptr) {
      see(path);
    }
  }

  static std::string Shown(const Json& item, const std::vector<std::string>& keys) {
    std::string shown;
    for (const std::string& key : keys) {
      if (Has(item, key)) {
        shown += (shown.empty() ? "" : ",") + key + "=" + item.at(key).dump();
      }
    }
    return shown;
  }
};

Json UnionOfNodes(Json a, const Json& b) {
  const bool member = IsMember(a) || IsMember(b);
  for (const auto& [key, child] : b.items()) {
    if (a.contains(key)) {
      a[key] = UnionOfNodes(a[key], child);
    } else {
      a[key] = child;
    }
  }
  if (member && !a.empty()) {
    a["."] = Json::object();
  }
  return a;
}

}  // namespace

ListRule RuleOf(std::string_view name, const Json& list, Schema schema) {
  if (name == "finalizers") {
    return {ListType::kSet, {}};
  }
  if (name == "ownerReferences") {
    return {ListType::kMap, {"uid"}};
  }
  if (schema == Schema::kCustom || list.empty() || !list.front().is_object()) {
    return {};
  }
  static const std::set<std::string_view> by_name = {
      "containers", "initContainers", "ephemeralContainers", "volumes",  "imagePullSecrets",
      "env",        "secrets",        "schedulingGates",     "webhooks", "resourceClaims"};
  if (by_name.contains(name)) {
    return {ListType::kMap, {"name"}};
  }
  if (name == "ports") {
    return {ListType::kMap, {Has(list.front(), "containerPort") ? "containerPort" : "port", "protocol"}};
  }
  if (name == "volumeMounts") {
    return {ListType::kMap, {"mountPath"}};
  }
  if (name == "conditions") {
    return {ListType::kMap, {"type"}};
  }
  if (name == "hostAliases") {
    return {ListType::kMap, {"ip"}};
  }
  return {};
}

bool IsAtomicMap(std::string_view name, Schema schema) {
  static const std::set<std::string_view> atomic = {"selector", "nodeSelector",    "labelSelector", "podSelector",
                                                    "roleRef",  "configMapKeyRef", "secretKeyRef",  "fieldRef"};
  return schema == Schema::kBuiltin && atomic.contains(name);
}

std::string ItemKey(const Json& item, const std::vector<std::string>& keys) {
  Json values = Json::object();
  for (const std::string& key : keys) {
    if (Has(item, key)) {
      values[key] = item.at(key);
    } else if (key == "protocol") {
      values[key] = "TCP";
    }
  }
  return "k:" + values.dump();
}

bool IsMember(const Json& node) {
  return node.empty() || node.contains(".");
}

Json FieldsOf(const Json& object, Schema schema) {
  Json fields = Json::object();
  for (const auto& [key, value] : object.items()) {
    if (IsUnowned(key, false)) {
      continue;
    }
    Json node = Json::object();
    if (key == "metadata") {
      for (const auto& [name, part] : value.items()) {
        if (!IsUnowned(name, true)) {
          node["f:" + name] = FieldsOfValue(part, name, schema);
        }
      }
      if (node.empty()) {
        continue;
      }
    } else {
      node = FieldsOfValue(value, key, schema);
    }
    fields["f:" + key] = std::move(node);
  }
  return fields;
}

Json ChangedFields(const Json& before, const Json& after, Schema schema) {
  Json fields = Json::object();
  for (const auto& [key, value] : after.items()) {
    if (IsUnowned(key, false)) {
      continue;
    }
    bool changed = false;
    Json node = ChangedValue(Has(before, key) ? &before.at(key) : nullptr, value, key, schema, changed);
    if (key == "metadata") {
      std::vector<std::string> unowned;
      for (const auto& [name, part] : node.items()) {
        if (IsUnowned(std::string_view(name).substr(2), true)) {
          unowned.push_back(name);
        }
      }
      for (const std::string& name : unowned) {
        node.erase(name);
      }
      changed = changed && !node.empty();
    }
    if (changed) {
      fields["f:" + key] = std::move(node);
    }
  }
  return fields;
}

Json UnionOf(Json a, const Json& b) {
  // At the root, nothing in it means an empty set; below, a node that is empty is a member.
  if (a.empty() || b.empty()) {
    return a.empty() ? b : a;
  }
  return UnionOfNodes(std::move(a), b);
}

Json Difference(const Json& a, const Json& b) {
  Json rest = Json::object();
  for (const auto& [key, child] : a.items()) {
    const auto other = b.find(key);
    if (other == b.end()) {
      rest[key] = child;
    } else if (!child.empty() && key != ".") {
      Json part = Difference(child, *other);
      if (!part.empty()) {
        rest[key] = std::move(part);
      }
    }
  }
  // A node above others' fields stays: only what is below it and unowned goes.
  if (!b.empty() && rest.size() > 0) {
    rest.erase(".");
  }
  return rest;
}

void RemoveFields(Json& object, const Json& fields, Schema schema) {
  RemoveFromMap(object, fields, schema);
}

void MergeApplied(Json& live, const Json& config, Schema schema) {
  MergeValue(live, config, "", schema);
}

void ForEachConflict(const Json& live, const Json& config, const Json& theirs, Schema schema,
                     const std::function<void(const std::string&)>& see) {
  const ConflictSearch search{schema, see};
  for (const auto& [key, value] : config.items()) {
    const auto their = theirs.find("f:" + key);
    if (!IsUnowned(key, false) && their != theirs.end()) {
      search.Compare(Has(live, key) ? &live.at(key) : nullptr, value, *their, key, "." + key);
    }
  }
}

}  // namespace kontrakt::fakes
