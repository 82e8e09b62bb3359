#include <algorithm>

#include "lib/base/duration.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/run.h"
#include "lib/manifest/load.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr std::size_t kShownLogLines = 10;

const WaitedKontrakt* WaitedOf(const RunReport& report, const std::string& name) {
  if (!report.waited)
    return nullptr;
  for (const WaitedKontrakt& kontrakt : report.waited->kontrakts) {
    if (kontrakt.name == name)
      return &kontrakt;
  }
  return nullptr;
}

const AssertedKontrakt* AssertedOf(const RunReport& report, const std::string& name) {
  if (!report.asserted)
    return nullptr;
  for (const AssertedKontrakt& kontrakt : report.asserted->kontrakts) {
    if (kontrakt.name == name)
      return &kontrakt;
  }
  return nullptr;
}

/// What is said of one kontrakt in the summary.
struct Summary {
  std::string result;
  std::string reason;
  Mood mood = Mood::kBad;
};

Summary SummaryOf(const RunReport& report, const AppliedKontrakt& applied) {
  if (applied.error)
    return {"could not be applied", applied.error->ToString()};
  if (const AssertedKontrakt* asserted = AssertedOf(report, applied.name)) {
    if (asserted->result == CheckResult::kPassed)
      return {"passed", "", Mood::kGood};
    if (asserted->result == CheckResult::kFailed)
      return {"failed", asserted->reason};
    if (asserted->result == CheckResult::kLost)
      return {"lost", asserted->reason};
  }
  if (const WaitedKontrakt* waited = WaitedOf(report, applied.name)) {
    if (waited->state == "cancelled")
      return {"cancelled", waited->reason};
    return {"undecided", waited->reason};
  }
  return {"undecided", ""};
}

std::string ChecksOf(const AssertedKontrakt& asserted) {
  std::string text;
  for (const Check& check : asserted.checks) {
    if (check.result == CheckResult::kPassed || check.result == CheckResult::kNote)
      continue;
    text += "    " + check.name + ": " + check.message;
    if (check.exit_code && check.message.find("status") == std::string::npos) {
      text += " (exit status " + std::to_string(*check.exit_code) + ")";
    }
    text += "\n";
    for (const AssertedField& field : check.fields) {
      text += "      " + field.path + ": wanted " + field.wanted + ", found " + field.found + "\n";
    }
    const std::size_t skipped =
        check.last_log_lines.size() > kShownLogLines ? check.last_log_lines.size() - kShownLogLines : 0;
    for (std::size_t i = skipped; i < check.last_log_lines.size(); ++i)
      text += "      | " + check.last_log_lines[i] + "\n";
  }
  return text;
}

/// Where nothing was asserted, or assert has no more to say, what stood in the way.
std::string TroublesOf(const WaitedKontrakt& waited) {
  std::string text;
  for (const WaitedObject& object : waited.objects) {
    if (object.state == "ready" || object.state == "succeeded" || object.cause.empty())
      continue;
    text += "    " + object.object + " (" + object.cause + "): " + object.message + "\n";
    if (!object.last_event.empty())
      text += "      last event: " + object.last_event + "\n";
    for (const std::string& line : object.last_log_lines)
      text += "      | " + line + "\n";
  }
  return text;
}

std::string DetailsOf(const RunReport& report, const AppliedKontrakt& applied, const Summary& summary) {
  std::string text;
  const AssertedKontrakt* asserted = AssertedOf(report, applied.name);
  const WaitedKontrakt* waited = WaitedOf(report, applied.name);
  // What kept it from its end says more than what could not be checked therefore.
  const bool ended = waited != nullptr && waited->state == "reached";
  if (asserted != nullptr && ended && summary.mood != Mood::kGood)
    text += ChecksOf(*asserted);
  if (waited != nullptr && !ended)
    text += TroublesOf(*waited);
  if (asserted != nullptr && !asserted->evidence.empty())
    text += "    evidence: " + asserted->evidence + "\n";
  if (waited != nullptr) {
    for (const std::string& warning : waited->warnings)
      text += "    warning: " + warning + "\n";
  }
  for (const std::string& note : applied.notes)
    text += "    note: " + note + "\n";
  return text;
}

std::string PromotionsOf(const PushReport& pushed) {
  std::string text;
  for (const Promotion& promotion : pushed.outcome.promotions) {
    text += "  promoted " + promotion.destination.ToString() + " -> " + promotion.source.digest.ToString() + " (" +
            std::string(NameOf(promotion.state)) + ")\n";
  }
  return text;
}

std::string LeftOf(const DeleteReport& deleted) {
  std::string text;
  for (const DeletedNamespace& ns : deleted.namespaces) {
    if (ns.result == "deleted" || ns.result == "absent")
      continue;
    text += "  " + ns.result + ": namespace " + ns.namespace_name;
    if (!ns.reason.empty())
      text += " " + ns.reason;
    text += "\n";
    if (ns.result == "kept")
      text += "    look into it: kubectl -n " + ns.namespace_name + " get pods,events\n";
    for (const std::string& line : ns.blocked_by)
      text += "    blocked by " + line + "\n";
  }
  for (const DeletedOutside& object : deleted.outside) {
    if (object.result == "refused")
      text += "  refused: " + object.object + ": " + object.reason + "\n";
  }
  return text;
}

}  // namespace

Json RunReport::ToJson() const {
  Json json = {{"run", run_id}, {"seconds", static_cast<double>(duration.count()) / 1000}};
  json["kontrakts"] = Json::array();
  for (const AppliedKontrakt& kontrakt : applied.kontrakts) {
    const Summary summary = SummaryOf(*this, kontrakt);
    Json entry = {{"name", kontrakt.name}, {"namespace", kontrakt.namespace_name}, {"result", summary.result}};
    if (!summary.reason.empty())
      entry["reason"] = summary.reason;
    json["kontrakts"].push_back(std::move(entry));
  }
  json["apply"] = applied.ToJson();
  if (waited)
    json["wait"] = waited->ToJson();
  if (asserted)
    json["assert"] = asserted->ToJson();
  if (pushed)
    json["push"] = pushed->ToJson();
  if (deleted)
    json["delete"] = deleted->ToJson();
  return json;
}

std::string RunReport::ToText(const TextStyle& style) const {
  std::string text;
  std::size_t passed = 0;
  for (const AppliedKontrakt& kontrakt : applied.kontrakts) {
    const Summary summary = SummaryOf(*this, kontrakt);
    if (summary.mood == Mood::kGood)
      ++passed;
    text += style.Sign(summary.mood) + " " + style.Bold(kontrakt.name) + " " + style.In(summary.mood, summary.result);
    if (!summary.reason.empty())
      text += ": " + summary.reason;
    text += "\n" + DetailsOf(*this, kontrakt, summary);
  }
  text += "run " + run_id + ": " + std::to_string(passed) + " of " + std::to_string(applied.kontrakts.size()) +
          " passed, " + FormatDuration(duration) + "\n";
  text += pushed ? PromotionsOf(*pushed) : "  nothing was promoted\n";
  for (const Error& error : errors)
    text += "  " + error.ToString() + "\n";
  const std::string left = deleted ? LeftOf(*deleted) : "";
  text += left.empty() ? "  nothing was left\n" : left;
  return text;
}

std::vector<std::string> RunReport::Names() const {
  std::vector<std::string> names;
  for (const AppliedKontrakt& kontrakt : applied.kontrakts) {
    if (SummaryOf(*this, kontrakt).mood == Mood::kGood)
      names.push_back(kontrakt.name);
  }
  return names;
}

Result<void> RunReport::Outcome() const {
  std::vector<Error> all = errors;
  const auto add = [&](Result<void> outcome) {
    if (!outcome)
      all.push_back(std::move(outcome.error()));
  };
  add(applied.Outcome());
  // What wait saw is said again, more exactly, by the verdict.
  if (waited && !asserted)
    add(waited->Outcome());
  if (asserted)
    add(asserted->Outcome());
  if (deleted)
    add(deleted->Outcome());
  if (all.empty())
    return {};
  if (all.size() == 1)
    return all.front();
  // The summary has told each of them: here only the worst counts.
  const ErrorCode worst = manifest::Combine(all).code();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Error& error) { return error.code() == worst; });
  return *found;
}

}  // namespace kontrakt
