#include "lib/cli/version_report.h"

#include <map>

#include "lib/base/library_versions.h"
#include "lib/cli/arguments.h"
#include "lib/cli/version.h"
#include "lib/doc/json.h"
#include "lib/net/library_versions.h"

namespace kontrakt::cli {
namespace {

std::map<std::string, std::string> Libraries() {
  std::map<std::string, std::string> libraries = LibraryVersions();
  libraries.merge(net::LibraryVersions());
  libraries["cxxopts"] = ArgumentParserVersion();
  libraries["nlohmann-json"] = std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + "." +
                               std::to_string(NLOHMANN_JSON_VERSION_MINOR) + "." +
                               std::to_string(NLOHMANN_JSON_VERSION_PATCH);
  return libraries;
}

}  // namespace

std::string VersionReport::ToText(const TextStyle& style) const {
  TextTable libraries("  ");
  for (const auto& [name, version] : Libraries()) {
    libraries.Row({name, version});
  }
  return style.Bold(program_) + " " + std::string(Version()) + " (commit " + std::string(Commit()) + ") with\n" +
         libraries.ToString();
}

doc::Json VersionReport::ToJson() const {
  doc::Json libraries = doc::Json::object();
  for (const auto& [name, version] : Libraries()) {
    libraries[name] = version;
  }
  return {{"program", program_}, {"version", Version()}, {"commit", Commit()}, {"libraries", libraries}};
}

std::string UserAgent(const std::string& program) {
  return program + "/" + std::string(Version()) + " (" + std::string(Commit()) + ")";
}

}  // namespace kontrakt::cli
