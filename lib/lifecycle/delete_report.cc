#include <algorithm>

#include "lib/base/duration.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/delete.h"

namespace kontrakt {
namespace {

using doc::Json;

bool IsBad(const std::string& result) {
  return result == "refused" || result == "failed";
}

Json NamespaceToJson(const DeletedNamespace& ns) {
  Json json = {{"kontrakt", ns.kontrakt},
               {"namespace", ns.namespace_name},
               {"result", ns.result},
               {"seconds", static_cast<double>(ns.duration.count()) / 1000}};
  if (!ns.reason.empty())
    json["reason"] = ns.reason;
  if (!ns.verdict.empty())
    json["verdict"] = ns.verdict;
  if (!ns.blocked_by.empty())
    json["blockedBy"] = ns.blocked_by;
  if (!ns.finalizers_removed.empty())
    json["finalizersRemoved"] = ns.finalizers_removed;
  return json;
}

}  // namespace

Json DeleteReport::ToJson() const {
  Json json = {{"namespaces", Json::array()}, {"outside", Json::array()}};
  for (const DeletedNamespace& ns : namespaces)
    json["namespaces"].push_back(NamespaceToJson(ns));
  for (const DeletedOutside& object : outside) {
    Json entry = {{"object", object.object}, {"result", object.result}};
    if (!object.reason.empty())
      entry["reason"] = object.reason;
    json["outside"].push_back(std::move(entry));
  }
  return json;
}

std::string DeleteReport::ToText(const TextStyle& style) const {
  std::string text;
  for (const DeletedNamespace& ns : namespaces) {
    text +=
        style.Sign(IsBad(ns.result) ? Mood::kBad : Mood::kGood) + " " + style.Bold(ns.namespace_name) + " " + ns.result;
    if (!ns.reason.empty())
      text += ": " + ns.reason;
    if (ns.duration.count() > 0)
      text += " " + style.Dim("(" + FormatDuration(ns.duration) + ")");
    text += "\n";
    for (const std::string& line : ns.blocked_by)
      text += "    blocked by " + line + "\n";
    for (const std::string& line : ns.finalizers_removed)
      text += "    finalizer taken off " + line + "\n";
  }
  for (const DeletedOutside& object : outside) {
    text += style.Sign(IsBad(object.result) ? Mood::kBad : Mood::kGood) + " " + object.object + " " + object.result;
    if (!object.reason.empty())
      text += ": " + object.reason;
    text += "\n";
  }
  if (text.empty())
    text = "nothing to delete\n";
  return text;
}

std::vector<std::string> DeleteReport::Names() const {
  std::vector<std::string> names;
  for (const DeletedNamespace& ns : namespaces)
    names.push_back("namespace/" + ns.namespace_name);
  return names;
}

Result<void> DeleteReport::Outcome() const {
  for (const DeletedNamespace& ns : namespaces) {
    if (!IsBad(ns.result))
      continue;
    Error error(ns.code, "namespace " + ns.namespace_name + " could not be deleted: " + ns.reason);
    return error;
  }
  for (const DeletedOutside& object : outside) {
    if (object.result == "refused")
      return Denied(object.object + " may not be deleted: " + object.reason);
  }
  for (const DeletedNamespace& ns : namespaces) {
    if (ns.result != "deleting" || ns.reason.empty())
      continue;
    Error error = TimedOut("namespace " + ns.namespace_name + " is still being deleted");
    if (!ns.blocked_by.empty())
      error.SetHint("it is blocked by " + ns.blocked_by.front());
    return error;
  }
  return {};
}

}  // namespace kontrakt
