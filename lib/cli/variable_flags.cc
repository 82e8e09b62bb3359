#include "lib/cli/variable_flags.h"

#include "lib/cli/option_set.h"

namespace kontrakt::cli {
namespace {

constexpr const char* kBuiltIn[] = {"sourceReference", "name", "run", "namespace"};

}  // namespace

void VariableFlags::AddTo(OptionSet& options) {
  const auto group = options.Group("Variables");
  options.Add("source-reference", "value of ${kontrakt.sourceReference}, such as the commit", &source_reference)
      .Value("REF")
      .Env("SOURCE_REFERENCE");
  options.Add("repo", "value of ${KO_DOCKER_REPO}: where the images under test are", &repo)
      .Value("HOST/PATH")
      .Env("KO_DOCKER_REPO");
  options.Add("set", "value of ${kontrakt.KEY}", &set).Value("KEY=VALUE");
}

Result<manifest::Variables> VariableFlags::Resolve() const {
  manifest::Variables variables;
  if (!source_reference.empty()) {
    variables.source_reference = source_reference;
  }
  if (!repo.empty()) {
    variables.ko_docker_repo = repo;
  }
  for (const std::string& pair : set) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Usage("--set: '" + pair + "' is not KEY=VALUE");
    }
    const std::string key = pair.substr(0, equals);
    for (const char* const built_in : kBuiltIn) {
      if (key == built_in) {
        return Usage("--set: " + key + " is a built-in variable");
      }
    }
    if (!variables.set.emplace(key, pair.substr(equals + 1)).second) {
      return Usage("--set: " + key + " is given twice");
    }
  }
  return variables;
}

}  // namespace kontrakt::cli
