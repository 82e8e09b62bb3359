#include <algorithm>

#include "lib/base/duration.h"
#include "lib/base/text_style.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/wait.h"

namespace kontrakt {
namespace {

using doc::Json;

double Seconds(std::chrono::milliseconds duration) {
  return static_cast<double>(duration.count()) / 1000;
}

bool IsFine(const WaitedObject& object) {
  return object.state == "ready" || object.state == "succeeded";
}

Json ObjectToJson(const WaitedObject& object) {
  Json json = {{"object", object.object}, {"state", object.state}, {"seconds", Seconds(object.duration)}};
  if (!object.cause.empty())
    json["cause"] = object.cause;
  if (!object.message.empty())
    json["message"] = object.message;
  if (!object.last_event.empty())
    json["lastEvent"] = object.last_event;
  if (!object.last_log_lines.empty())
    json["lastLogLines"] = object.last_log_lines;
  return json;
}

Json TestToJson(const TestEnd& end) {
  Json json = {{"object", end.object}, {"result", end.result}, {"seconds", end.seconds}, {"ended", end.ended}};
  if (!end.cause.empty())
    json["cause"] = end.cause;
  if (!end.message.empty())
    json["message"] = end.message;
  if (end.exit_code)
    json["exitCode"] = *end.exit_code;
  return json;
}

std::string ObjectToText(const WaitedObject& object) {
  std::string text = "  " + object.object + " " + object.state;
  if (!object.cause.empty())
    text += " (" + object.cause + ")";
  text += ": " + object.message + "\n";
  if (!object.last_event.empty())
    text += "    last event: " + object.last_event + "\n";
  if (!object.last_log_lines.empty())
    text += "    last log lines:\n";
  for (const std::string& line : object.last_log_lines)
    text += "      | " + line + "\n";
  return text;
}

ErrorCode CodeOf(const WaitedKontrakt& kontrakt) {
  if (kontrakt.state == "doomed")
    return ErrorCode::kNegative;
  if (kontrakt.state == "lost")
    return ErrorCode::kUnavailable;
  return ErrorCode::kTimeout;
}

/// Worst first, as of several kontrakts the worst status counts.
int RankOf(ErrorCode code) {
  if (code == ErrorCode::kNegative)
    return 0;
  return code == ErrorCode::kTimeout ? 1 : 2;
}

}  // namespace

Json WaitReport::ToJson() const {
  Json json = {{"kontrakts", Json::array()}};
  for (const WaitedKontrakt& kontrakt : kontrakts) {
    Json entry = {{"name", kontrakt.name},
                  {"namespace", kontrakt.namespace_name},
                  {"state", kontrakt.state},
                  {"seconds", Seconds(kontrakt.duration)}};
    if (!kontrakt.reason.empty())
      entry["reason"] = kontrakt.reason;
    entry["objects"] = Json::array();
    for (const WaitedObject& object : kontrakt.objects)
      entry["objects"].push_back(ObjectToJson(object));
    entry["tests"] = Json::array();
    for (const TestEnd& end : kontrakt.tests)
      entry["tests"].push_back(TestToJson(end));
    if (!kontrakt.warnings.empty())
      entry["warnings"] = kontrakt.warnings;
    json["kontrakts"].push_back(std::move(entry));
  }
  return json;
}

std::string WaitReport::ToText(const TextStyle& style) const {
  std::string text;
  for (const WaitedKontrakt& kontrakt : kontrakts) {
    text += style.Sign(kontrakt.state == "reached" ? Mood::kGood : Mood::kBad) + " " + style.Bold(kontrakt.name) + " " +
            (kontrakt.state == "reached" ? "reached its end" : kontrakt.state) + " after " +
            FormatDuration(kontrakt.duration) + "\n";
    if (!kontrakt.reason.empty() && kontrakt.objects.empty())
      text += "  " + kontrakt.reason + "\n";
    for (const TestEnd& end : kontrakt.tests) {
      text += "  test " + end.object + " " + end.result;
      if (!end.message.empty())
        text += ": " + end.message;
      text += "\n";
    }
    for (const WaitedObject& object : kontrakt.objects) {
      if (!IsFine(object))
        text += ObjectToText(object);
    }
    for (const std::string& warning : kontrakt.warnings)
      text += "  warning: " + warning + "\n";
  }
  return text;
}

std::vector<std::string> WaitReport::Names() const {
  std::vector<std::string> names;
  for (const WaitedKontrakt& kontrakt : kontrakts) {
    for (const WaitedObject& object : kontrakt.objects)
      names.push_back(object.object);
  }
  return names;
}

Result<void> WaitReport::Outcome() const {
  const WaitedKontrakt* worst = nullptr;
  for (const WaitedKontrakt& kontrakt : kontrakts) {
    if (kontrakt.state == "reached")
      continue;
    if (worst == nullptr || RankOf(CodeOf(kontrakt)) < RankOf(CodeOf(*worst)))
      worst = &kontrakt;
  }
  if (worst == nullptr)
    return {};
  const ErrorCode code = CodeOf(*worst);
  std::string text = worst->name.empty() ? "" : "kontrakt " + worst->name;
  text += code == ErrorCode::kNegative      ? " can't reach its end: "
          : code == ErrorCode::kUnavailable ? " lost a test or target to the infrastructure: "
                                            : " did not reach its end in time: ";
  Error error(code, text + worst->reason);
  if (code == ErrorCode::kUnavailable)
    error.SetHint("run it again: nothing is wrong with what was tested");
  if (code == ErrorCode::kTimeout)
    error.SetHint("--timeout gives it longer");
  return error;
}

}  // namespace kontrakt
