#include <algorithm>
#include <array>
#include <utility>

#include "lib/base/duration.h"
#include "lib/base/strings.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/assert.h"

namespace kontrakt {
namespace {

using doc::Json;

// A screen holds so much; all of it is in the other reports.
constexpr std::size_t kShownChecks = 8;
constexpr std::size_t kShownFields = 6;

/// Worst first, as of several kontrakts the worst status counts.
constexpr std::array<CheckResult, 3> kWorstFirst = {CheckResult::kFailed, CheckResult::kUndecided, CheckResult::kLost};

double Seconds(std::chrono::milliseconds duration) {
  return static_cast<double>(duration.count()) / 1000;
}

bool IsBad(const Check& check) {
  return check.result != CheckResult::kPassed && check.result != CheckResult::kNote;
}

Mood MoodOf(CheckResult result) {
  if (result == CheckResult::kPassed)
    return Mood::kGood;
  return result == CheckResult::kFailed || result == CheckResult::kLost ? Mood::kBad : Mood::kWaiting;
}

Json CheckToJson(const Check& check) {
  Json json = {{"kind", NameOf(check.kind)}, {"name", check.name}, {"result", NameOf(check.result)}};
  const auto put = [&json](const char* key, const std::string& value) {
    if (!value.empty())
      json[key] = value;
  };
  put("object", check.object);
  put("cause", check.cause);
  put("message", check.message);
  for (const AssertedField& field : check.fields)
    json["fields"].push_back({{"path", field.path}, {"wanted", field.wanted}, {"found", field.found}});
  if (!check.last_log_lines.empty())
    json["lastLogLines"] = check.last_log_lines;
  if (check.exit_code)
    json["exitCode"] = *check.exit_code;
  if (check.kind == CheckKind::kTest)
    json["seconds"] = check.duration.count();
  put("file", check.location.file);
  if (check.location.line > 0)
    json["line"] = check.location.line;
  return json;
}

Json KontraktToJson(const AssertedKontrakt& kontrakt) {
  Json json = {{"name", kontrakt.name}, {"namespace", kontrakt.namespace_name}, {"result", NameOf(kontrakt.result)}};
  if (!kontrakt.reason.empty())
    json["reason"] = kontrakt.reason;
  json["standing"] = kontrakt.standing;
  json["seconds"] = Seconds(kontrakt.duration);
  json["checks"] = Json::array();
  for (const Check& check : kontrakt.checks)
    json["checks"].push_back(CheckToJson(check));
  if (!kontrakt.evidence.empty())
    json["evidence"] = kontrakt.evidence;
  if (!kontrakt.verdict.empty()) {
    if (Result<Json> verdict = doc::ParseJson(kontrakt.verdict))
      json["verdict"] = std::move(*verdict);
  }
  return json;
}

/// "2 tests, 1 target, 3 assertions".
std::string CountsOf(const AssertedKontrakt& kontrakt) {
  std::vector<std::string> parts;
  for (const auto& [kind, what] : {std::pair{CheckKind::kTest, "test"}, std::pair{CheckKind::kTarget, "target"},
                                   std::pair{CheckKind::kAssertion, "assertion"}}) {
    const auto count = std::count_if(kontrakt.checks.begin(), kontrakt.checks.end(),
                                     [wanted = kind](const Check& check) { return check.kind == wanted; });
    if (count > 0)
      parts.push_back(std::to_string(count) + " " + what + (count == 1 ? "" : "s"));
  }
  return Join(parts, ", ");
}

std::string FieldsToText(const Check& check) {
  TextTable table("      ");
  for (std::size_t i = 0; i < std::min(check.fields.size(), kShownFields); ++i) {
    const AssertedField& field = check.fields[i];
    table.Row({field.path, "wanted " + field.wanted, "found " + field.found});
  }
  std::string text = table.ToString();
  if (check.fields.size() > kShownFields)
    text += "      and " + std::to_string(check.fields.size() - kShownFields) + " more fields\n";
  return text;
}

std::string CheckToText(const Check& check, const TextStyle& style) {
  std::string text = "  " + style.Sign(MoodOf(check.result)) + " " + check.name;
  if (check.result != CheckResult::kFailed)
    text += " " + std::string(NameOf(check.result));
  if (!check.cause.empty())
    text += " (" + check.cause + ")";
  if (!check.message.empty())
    text += ": " + check.message;
  const bool says_code =
      check.message.find("status " + std::to_string(check.exit_code.value_or(0))) != std::string::npos;
  if (check.exit_code && !says_code)
    text += ", exit code " + std::to_string(*check.exit_code);
  text += "\n" + FieldsToText(check);
  for (const std::string& line : check.last_log_lines)
    text += "      " + style.Dim("|") + " " + line + "\n";
  return text;
}

std::string KontraktToText(const AssertedKontrakt& kontrakt, const TextStyle& style) {
  const std::string word = kontrakt.result == CheckResult::kLost        ? "was lost to the infrastructure"
                           : kontrakt.result == CheckResult::kUndecided ? "is undecided"
                                                                        : std::string(NameOf(kontrakt.result));
  std::string text = style.Sign(MoodOf(kontrakt.result)) + " " + style.Bold(kontrakt.name) + " " +
                     style.In(MoodOf(kontrakt.result), word);
  if (kontrakt.standing) {
    text += " before; that verdict stands";
  } else {
    text += " after " + FormatDuration(kontrakt.duration);
  }
  const std::string counts = CountsOf(kontrakt);
  text += (counts.empty() ? "" : ": " + counts) + "\n";
  std::size_t bad = 0;
  for (const Check& check : kontrakt.checks) {
    if (check.result == CheckResult::kNote)
      text += "  note: " + check.name + ": " + check.message + "\n";
    if (IsBad(check) && ++bad <= kShownChecks)
      text += CheckToText(check, style);
  }
  if (bad > kShownChecks)
    text += "  and " + std::to_string(bad - kShownChecks) + " more checks\n";
  const bool explained = bad > 0 && !(kontrakt.standing && kontrakt.result == CheckResult::kFailed);
  if (!kontrakt.reason.empty() && !explained)
    text += "  " + kontrakt.reason + "\n";
  if (!kontrakt.evidence.empty())
    text += "  evidence: " + kontrakt.evidence + "\n";
  return text;
}

}  // namespace

Json AssertReport::ToJson() const {
  Json json = {{"result", NameOf(Overall())}, {"kontrakts", Json::array()}};
  for (const AssertedKontrakt& kontrakt : kontrakts)
    json["kontrakts"].push_back(KontraktToJson(kontrakt));
  return json;
}

std::string AssertReport::ToText(const TextStyle& style) const {
  std::string text;
  for (const AssertedKontrakt& kontrakt : kontrakts)
    text += KontraktToText(kontrakt, style);
  return text;
}

std::vector<std::string> AssertReport::Names() const {
  std::vector<std::string> names;
  for (const AssertedKontrakt& kontrakt : kontrakts) {
    if (kontrakt.result == CheckResult::kPassed)
      names.push_back(kontrakt.name);
  }
  return names;
}

CheckResult AssertReport::Overall() const {
  for (const CheckResult worst : kWorstFirst) {
    if (std::any_of(kontrakts.begin(), kontrakts.end(), [&](const AssertedKontrakt& k) { return k.result == worst; }))
      return worst;
  }
  return CheckResult::kPassed;
}

Result<void> AssertReport::Outcome() const {
  const CheckResult overall = Overall();
  if (overall == CheckResult::kPassed)
    return {};
  const auto worst = std::find_if(kontrakts.begin(), kontrakts.end(),
                                  [&](const AssertedKontrakt& kontrakt) { return kontrakt.result == overall; });
  const std::string name = "kontrakt " + worst->name;
  const std::string reason = worst->reason.empty() ? "" : ": " + worst->reason;
  if (overall == CheckResult::kFailed)
    return Negative(name + " failed" + reason);
  if (overall == CheckResult::kLost) {
    Error error = Unavailable(name + " was lost to the infrastructure" + reason);
    return error.SetHint("run it again: nothing is wrong with what was tested");
  }
  Error error = TimedOut(name + " is undecided" + reason);
  return error.SetHint("--timeout gives it longer");
}

}  // namespace kontrakt
