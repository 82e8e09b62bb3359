#include <algorithm>
#include <map>

#include "lib/base/duration.h"
#include "lib/base/text_style.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/apply.h"
#include "lib/manifest/load.h"

namespace kontrakt {
namespace {

using doc::Json;

Json ObjectToJson(const AppliedObject& object) {
  Json json = {{"apiVersion", object.item.key.resource.gvk.ApiVersion()},
               {"kind", object.item.key.resource.gvk.kind},
               {"name", object.item.key.name},
               {"namespace", object.item.key.namespace_name},
               {"uid", object.item.uid},
               {"file", object.item.file},
               {"line", object.item.line},
               {"result", object.result}};
  if (object.item.role != Role::kNone)
    json["role"] = std::string(NameOf(object.item.role));
  return json;
}

Json KontraktToJson(const AppliedKontrakt& kontrakt) {
  Json json = {{"name", kontrakt.name},
               {"folder", kontrakt.folder},
               {"namespace", kontrakt.namespace_name},
               {"uid", kontrakt.namespace_uid},
               {"attempt", kontrakt.attempt},
               {"outcome", std::string(NameOf(kontrakt.outcome))},
               {"applySeconds", static_cast<double>(kontrakt.duration.count()) / 1000}};
  json["objects"] = Json::array();
  for (const AppliedObject& object : kontrakt.objects)
    json["objects"].push_back(ObjectToJson(object));
  json["images"] = TargetsToJson(kontrakt.targets);
  if (!kontrakt.notes.empty())
    json["notes"] = kontrakt.notes;
  if (kontrakt.error)
    json["error"] = kontrakt.error->ToString();
  return json;
}

/// "2 applied, 3 unchanged".
std::string CountsOf(const AppliedKontrakt& kontrakt) {
  if (kontrakt.objects.empty())
    return "nothing sent";
  std::map<std::string, int> counts;
  for (const AppliedObject& object : kontrakt.objects)
    ++counts[object.result];
  std::string text;
  for (const auto& [result, count] : counts)
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + result;
  return text;
}

}  // namespace

std::string_view NameOf(ApplyOutcome outcome) {
  switch (outcome) {
    case ApplyOutcome::kApplied:
      return "applied";
    case ApplyOutcome::kUnchanged:
      return "unchanged";
    case ApplyOutcome::kContinued:
      return "continued";
    case ApplyOutcome::kAlreadyPassed:
      return "passed already";
    case ApplyOutcome::kPlanned:
      return "planned";
  }
  return "applied";
}

Json ApplyReport::ToJson() const {
  Json json = {{"run", run_id}, {"kontrakts", Json::array()}};
  for (const AppliedKontrakt& kontrakt : kontrakts)
    json["kontrakts"].push_back(KontraktToJson(kontrakt));
  return json;
}

std::string ApplyReport::ToText(const TextStyle& style) const {
  std::string text = "run " + style.Bold(run_id) + "\n";
  for (const AppliedKontrakt& kontrakt : kontrakts) {
    const std::string outcome = kontrakt.error ? "not applied" : std::string(NameOf(kontrakt.outcome));
    text += style.Sign(kontrakt.error ? Mood::kBad : Mood::kGood) + " " + style.Bold(kontrakt.name) + " " + outcome +
            " in " + kontrakt.namespace_name + " " +
            style.Dim("(" + CountsOf(kontrakt) + ", " + FormatDuration(kontrakt.duration) + ")") + "\n";
    for (const Target& target : kontrakt.targets) {
      text += "  target " + target.object + " container " + target.container + ": " + target.Image() + "\n";
    }
    for (const std::string& note : kontrakt.notes) {
      text += "  note: " + note + "\n";
    }
  }
  return text;
}

std::vector<std::string> ApplyReport::Names() const {
  std::vector<std::string> names;
  for (const AppliedKontrakt& kontrakt : kontrakts)
    names.push_back("namespace/" + kontrakt.namespace_name);
  return names;
}

Result<void> ApplyReport::Outcome() const {
  std::vector<Error> errors;
  for (const AppliedKontrakt& kontrakt : kontrakts) {
    if (kontrakt.error)
      errors.push_back(WithContext(*kontrakt.error, "kontrakt " + kontrakt.name));
  }
  if (errors.empty())
    return {};
  return manifest::Combine(std::move(errors));
}

}  // namespace kontrakt
