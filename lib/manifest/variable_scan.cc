#include "lib/manifest/variable_scan.h"

#include <utility>

#include "lib/base/strings.h"

namespace kontrakt::manifest {
namespace {

constexpr std::string_view kRepo = "KO_DOCKER_REPO";
constexpr std::string_view kPrefix = "kontrakt.";

struct BuiltIn {
  std::string_view name;
  std::optional<std::string> Variables::* value;
  std::string_view source;  ///< what gives it a value
};
constexpr BuiltIn kBuiltIns[] = {
    {kRepo, &Variables::ko_docker_repo, "--repo or KO_DOCKER_REPO gives it one"},
    {"kontrakt.sourceReference", &Variables::source_reference, "--source-reference or SOURCE_REFERENCE gives it one"},
    {"kontrakt.name", &Variables::name, "--name gives it one"},
    {"kontrakt.run", &Variables::run, "--run-id or KONTRAKT_RUN_ID gives it one"},
    {"kontrakt.namespace", &Variables::namespace_name, "--run-id or KONTRAKT_RUN_ID gives it one"},
};

/// The name in `${name}` at the front of `text` where it is one of ours, else empty.
std::string_view NameAt(std::string_view text) {
  std::string_view rest = text.substr(2);
  const std::size_t end = rest.find_first_of("}\r\n");
  if (end == std::string_view::npos || rest[end] != '}')
    return {};
  rest = rest.substr(0, end);
  return rest == kRepo || rest.starts_with(kPrefix) ? rest : std::string_view();
}

/// The key that was probably meant: one that begins like this, or nearly is it.
std::string MeantBy(const std::string& key, const Variables& variables) {
  constexpr std::size_t kTelling = 3;  // letters
  std::vector<std::string> known;
  for (const BuiltIn& built_in : kBuiltIns) {
    if (built_in.name.starts_with(kPrefix))
      known.emplace_back(built_in.name.substr(kPrefix.size()));
  }
  for (const auto& [given, value] : variables.set)
    known.push_back(given);
  for (const std::string& each : known) {
    if (key.size() >= kTelling && each.starts_with(key))
      return each;
  }
  return Nearest(key, known);
}

Error Unknown(const std::string& name, const Variables& variables) {
  Error error = InvalidInput("${" + name + "} is no variable that has a value");
  const std::string key = name.substr(kPrefix.size());
  const std::string escaped = "$${" + name + "} stands for the text itself";
  const std::string meant = MeantBy(key, variables);
  if (!meant.empty())
    return error.SetHint("did you mean ${" + std::string(kPrefix) + meant + "}? " + escaped);
  if (key.empty() || key.find_first_of(" :=-?+/") != std::string::npos)
    return error.SetHint(escaped);
  return error.SetHint("--set " + key + "=VALUE gives it one, " + escaped);
}

}  // namespace

std::vector<VariableUse> FindVariables(std::string_view text) {
  std::vector<VariableUse> uses;
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
    const std::string_view name = NameAt(text.substr(at));
    if (name.empty())
      continue;
    const bool is_escaped = at > 0 && text[at - 1] == '$';
    uses.push_back({is_escaped ? at - 1 : at, at + name.size() + 3, std::string(name), is_escaped});
  }
  return uses;
}

Result<VariableValue> ValueOf(const std::string& name, const Variables& variables) {
  for (const BuiltIn& built_in : kBuiltIns) {
    if (built_in.name != name)
      continue;
    const std::optional<std::string>& value = variables.*built_in.value;
    // Empty counts as unset: an image without a repository or tag would be another image.
    if (!value || value->empty()) {
      return InvalidInput("${" + name + "} has no value").SetHint(std::string(built_in.source));
    }
    return VariableValue{*value, false};
  }
  const auto found = variables.set.find(name.substr(kPrefix.size()));
  if (found == variables.set.end())
    return Unknown(name, variables);
  return VariableValue{found->second, true};
}

std::string HiddenPart::Hidden(std::string_view use) const {
  std::string hidden(use);
  for (char& c : hidden) {
    if (c == '{' || c == '}' || c == ':' || c == ' ')
      c = filler;
  }
  return hidden;
}

HiddenPart HideVariables(std::string_view text, const std::vector<VariableUse>& uses) {
  HiddenPart part{std::string(text)};
  // A filler that makes nothing in the text look like a hidden variable.
  for (const char filler : std::string_view("_abcdefghijlmnopqrstuvwxyz")) {
    part.filler = filler;
    if (text.find(std::string("$") + filler) == std::string_view::npos)
      break;
  }
  for (const VariableUse& use : uses) {
    const std::size_t length = use.end - use.begin;
    part.text.replace(use.begin, length, part.Hidden(text.substr(use.begin, length)));
  }
  return part;
}

}  // namespace kontrakt::manifest
