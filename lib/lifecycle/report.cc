#include "lib/lifecycle/report.h"

#include <algorithm>
#include <utility>

namespace kontrakt {
namespace {

using doc::Json;

constexpr std::string_view kApiVersion = "kontrakt/v1";
constexpr std::string_view kKind = "Report";

Json EmptyReport() {
  return {{"apiVersion", std::string(kApiVersion)},
          {"kind", std::string(kKind)},
          {"run", Json::object()},
          {"steps", Json::array()},
          {"kontrakts", Json::array()}};
}

Result<Json> ReadReport(const std::string& path) {
  Result<std::string> text = ReadFile(path);
  if (!text) {
    if (text.error().code() == ErrorCode::kNotFound)
      return EmptyReport();
    return WithContext(std::move(text.error()), "reading report " + path);
  }
  if (text->empty())
    return EmptyReport();
  KT_ASSIGN_CONTEXT(Json json, doc::ParseJson(*text), "reading report " + path);
  if (doc::StringAt(json, {"apiVersion"}) != kApiVersion || doc::StringAt(json, {"kind"}) != kKind) {
    Error error = InvalidInput(path + " is no report of kontrakt");
    error.SetHint("name a file that does not exist yet, or one that an earlier step wrote with --report");
    return error;
  }
  for (const char* list : {"steps", "kontrakts"}) {
    if (!json.contains(list) || !json[list].is_array())
      json[list] = Json::array();
  }
  if (!json.contains("run") || !json["run"].is_object())
    json["run"] = Json::object();
  return json;
}

Json* FindKontrakt(Json& report, const std::string& name) {
  for (Json& kontrakt : report["kontrakts"]) {
    if (doc::StringAt(kontrakt, {"name"}) == name)
      return &kontrakt;
  }
  return nullptr;
}

}  // namespace

Result<ReportFile> ReportFile::Open(const std::string& path) {
  ReportFile report;
  report.path_ = path;
  report.json_ = EmptyReport();
  if (path.empty())
    return report;
  Result<FileLock> lock = FileLock::Acquire(path);
  if (!lock) {
    if (lock.error().code() == ErrorCode::kConflict)
      lock.error().SetHint("another step is writing this report");
    return WithContext(std::move(lock.error()), "opening report " + path);
  }
  report.lock_ = std::move(*lock);
  KT_ASSIGN(report.json_, ReadReport(path));
  return report;
}

void ReportFile::SetRun(const Json& run) {
  for (const auto& [key, value] : run.items())
    json_["run"][key] = value;
}

void ReportFile::MergeKontrakt(const std::string& name, const Json& members) {
  Json* kontrakt = FindKontrakt(json_, name);
  if (kontrakt == nullptr) {
    json_["kontrakts"].push_back(Json{{"name", name}});
    kontrakt = &json_["kontrakts"].back();
  }
  for (const auto& [key, value] : members.items())
    (*kontrakt)[key] = value;
}

Result<std::size_t> ReportFile::BeginStep(std::string_view name) {
  json_["steps"].push_back(Json{{"name", std::string(name)}, {"started", FormatRfc3339(NowWall())}});
  KT_TRY(Write());
  return json_["steps"].size() - 1;
}

Result<void> ReportFile::EndStep(std::size_t index, int status) {
  Json& step = json_["steps"].at(index);
  step["ended"] = FormatRfc3339(NowWall());
  step["status"] = status;
  return Write();
}

Result<void> ReportFile::Write() const {
  if (path_.empty())
    return {};
  KT_TRY_CONTEXT(WriteFileAtomic(path_, doc::DumpPretty(json_) + "\n"), "writing report " + path_);
  return {};
}

Result<std::optional<std::string>> ReportFile::RunIdOf(const std::string& path) {
  KT_ASSIGN(Json json, ReadReport(path));
  const std::string id = doc::StringAt(json, {"run", "id"});
  return id.empty() ? std::optional<std::string>() : std::optional<std::string>(id);
}

Result<Json> MergeReports(const std::vector<Json>& reports) {
  Json merged = EmptyReport();
  for (const Json& report : reports) {
    if (doc::StringAt(report, {"kind"}) != kKind)
      return InvalidInput("one of the files is no report of kontrakt");
    if (merged["run"].empty())
      merged["run"] = doc::ObjectAt(report, {"run"});
    for (const Json& step : doc::ArrayAt(report, {"steps"}))
      merged["steps"].push_back(step);
    for (const Json& kontrakt : doc::ArrayAt(report, {"kontrakts"})) {
      const std::string name = doc::StringAt(kontrakt, {"name"});
      const Json* present = FindKontrakt(merged, name);
      if (present == nullptr) {
        merged["kontrakts"].push_back(kontrakt);
      } else if (*present != kontrakt) {
        return Conflict("two reports hold different results for kontrakt " + name);
      }
    }
  }
  Json& steps = merged["steps"];
  std::stable_sort(steps.begin(), steps.end(), [](const Json& a, const Json& b) {
    return doc::StringAt(a, {"started"}) < doc::StringAt(b, {"started"});
  });
  return merged;
}

}  // namespace kontrakt
