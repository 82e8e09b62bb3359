#include "tests/fakes/server_side_apply.h"

#include <utility>
#include <vector>

#include "tests/fakes/api_status.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

Json ManagedFields(const Json& object) {
  return Array(Metadata(object), "managedFields");
}

bool IsEntryOf(const Json& entry, const Writer& writer, std::string_view operation) {
  return Text(entry, "manager") == writer.manager && Text(entry, "operation") == operation &&
         Text(entry, "subresource") == writer.subresource;
}

Json Entry(const Writer& writer, std::string_view operation, Json fields) {
  Json entry = {{"manager", writer.manager}, {"operation", operation},   {"apiVersion", writer.api_version},
                {"time", writer.time},       {"fieldsType", "FieldsV1"}, {"fieldsV1", std::move(fields)}};
  if (!writer.subresource.empty()) {
    entry["subresource"] = writer.subresource;
  }
  return entry;
}

/// How the server names another manager in a conflict: updates with their apiVersion, applies without.
std::string Described(const Json& entry) {
  std::string text = "\"" + Text(entry, "manager") + "\"";
  if (Has(entry, "subresource")) {
    text += " with subresource \"" + Text(entry, "subresource") + "\"";
  }
  if (Text(entry, "operation") == "Update") {
    text += " using " + Text(entry, "apiVersion");
  }
  return text;
}

HttpResponse ConflictsAnswer(const std::vector<std::pair<std::string, std::vector<std::string>>>& conflicts) {
  std::vector<StatusCause> causes;
  std::string text;
  for (const auto& [manager, fields] : conflicts) {
    text += text.empty() ? "" : "\n";
    text += (fields.size() > 1 || conflicts.size() > 1 ? "conflicts with " : "conflict with ") + manager + ":";
    for (const std::string& field : fields) {
      text += (fields.size() > 1 || conflicts.size() > 1 ? "\n- " : " ") + field;
      causes.push_back({"FieldManagerConflict", "conflict with " + manager, field});
    }
  }
  const std::string count = std::to_string(causes.size());
  return StatusAnswer(409, "Conflict",
                      "Apply failed with " + count + (causes.size() == 1 ? " conflict: " : " conflicts: ") + text, {},
                      causes);
}

/// What of `owned` is still there.
Json StillThere(const Json& owned, const Json& after, Schema schema) {
  return Difference(owned, Difference(owned, FieldsOf(after, schema)));
}

}  // namespace

tl::expected<Json, HttpResponse> ApplyPatch(const ResourceType& type, const Json* live, const Json& config,
                                            const Writer& writer) {
  const Schema schema = type.builtin ? Schema::kBuiltin : Schema::kCustom;
  Json wanted = config;
  wanted["metadata"].erase("resourceVersion");
  wanted["metadata"].erase("creationTimestamp");
  const Json fields = FieldsOf(wanted, schema);
  if (live == nullptr) {
    wanted["metadata"]["managedFields"] = Json::array({Entry(writer, "Apply", fields)});
    return wanted;
  }
  Json entries = ManagedFields(*live);
  std::vector<std::pair<std::string, std::vector<std::string>>> conflicts;
  Json others = Json::object();
  Json before = Json::object();
  for (Json& entry : entries) {
    if (IsEntryOf(entry, writer, "Apply")) {
      before = entry["fieldsV1"];
      continue;
    }
    std::vector<std::string> met;
    ForEachConflict(*live, wanted, entry["fieldsV1"], schema, [&met](const std::string& path) { met.push_back(path); });
    if (!met.empty() && writer.force) {
      entry["fieldsV1"] = Difference(entry["fieldsV1"], fields);
    } else if (!met.empty()) {
      conflicts.emplace_back(Described(entry), std::move(met));
    }
    others = UnionOf(others, entry["fieldsV1"]);
  }
  if (!conflicts.empty()) {
    return tl::unexpected(ConflictsAnswer(conflicts));
  }
  Json result = *live;
  MergeApplied(result, wanted, schema);
  result["metadata"]["managedFields"] = Array(Metadata(*live), "managedFields");
  RemoveFields(result, Difference(before, UnionOf(others, fields)), schema);
  if (Same(result, *live) && Same(before, fields)) {
    return *live;
  }
  Json kept = Json::array({Entry(writer, "Apply", fields)});
  for (const Json& entry : entries) {
    if (!IsEntryOf(entry, writer, "Apply") && !entry["fieldsV1"].empty()) {
      kept.push_back(entry);
    }
  }
  result["metadata"]["managedFields"] = std::move(kept);
  return result;
}

void RecordUpdate(const Json* before, Json& after, const Writer& writer, Schema schema) {
  Json unmanaged = after;
  unmanaged["metadata"].erase("managedFields");
  const Json changed = before == nullptr ? FieldsOf(unmanaged, schema) : ChangedFields(*before, unmanaged, schema);
  Json entries = before == nullptr ? Json::array() : ManagedFields(*before);
  Json kept = Json::array();
  Json own = changed;
  for (Json& entry : entries) {
    if (IsEntryOf(entry, writer, "Update")) {
      own = UnionOf(StillThere(entry["fieldsV1"], unmanaged, schema), changed);
      continue;
    }
    entry["fieldsV1"] = StillThere(Difference(entry["fieldsV1"], changed), unmanaged, schema);
    if (!entry["fieldsV1"].empty()) {
      kept.push_back(entry);
    }
  }
  if (!own.empty()) {
    kept.push_back(Entry(writer, "Update", std::move(own)));
  }
  after["metadata"]["managedFields"] = std::move(kept);
}

}  // namespace kontrakt::fakes
