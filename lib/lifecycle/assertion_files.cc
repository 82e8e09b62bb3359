#include "lib/lifecycle/assertion_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "lib/base/duration.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/labels.h"

namespace kontrakt {
namespace {

using doc::Json;
using manifest::Object;

std::string FileName(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

/// Takes an annotation out of a pattern, with the maps that are empty then.
std::string TakeAnnotation(Json& pattern, std::string_view key) {
  if (!pattern.contains("metadata") || !pattern["metadata"].is_object())
    return "";
  Json& metadata = pattern["metadata"];
  if (!metadata.contains("annotations") || !metadata["annotations"].is_object())
    return "";
  Json& annotations = metadata["annotations"];
  const auto found = annotations.find(std::string(key));
  if (found == annotations.end())
    return "";
  std::string text = doc::ScalarText(*found);
  annotations.erase(found);
  if (annotations.empty())
    metadata.erase("annotations");
  return text;
}

/// Leaves what is to be compared: which object is meant is known otherwise.
void TakeSelection(Json& pattern) {
  pattern.erase("apiVersion");
  pattern.erase("kind");
  if (!pattern.contains("metadata"))
    return;
  Json& metadata = pattern["metadata"];
  if (metadata.is_object()) {
    metadata.erase("name");
    metadata.erase("namespace");
  }
  if (metadata.empty())
    pattern.erase("metadata");
}

Error At(const Object& object, const std::string& pointer, Error error) {
  int line = object.location.line;
  for (const auto& [at, its_line] : object.lines) {
    if (pointer == at || pointer.starts_with(at + "/"))
      line = std::max(line, its_line);
  }
  return std::move(error.SetLocation({object.location.file, line, 0}));
}

Result<void> CheckReach(const Object& object, const kube::Resource& resource, const std::string& namespace_name,
                        const Inventory& inventory) {
  if (resource.gvk.kind == "Event") {
    Error error = InvalidInput("a verdict can't rest on Events: whoever runs inside can make them");
    return At(object, "/kind", std::move(error.SetHint("assert the state of an object instead")));
  }
  const bool cluster = resource.scope == kube::Scope::kCluster;
  const bool inside = !cluster && (object.namespace_name.empty() || object.namespace_name == namespace_name);
  const bool itself = resource.gvk.kind == "Namespace" && resource.gvk.group.empty() && object.name == namespace_name;
  if (inside || itself)
    return {};
  const bool applied = std::any_of(inventory.items.begin(), inventory.items.end(), [&](const InventoryItem& item) {
    return item.outside && !item.key.name.empty() && item.key.name == object.name &&
           item.key.resource.gvk.kind == resource.gvk.kind && item.key.resource.gvk.group == resource.gvk.group &&
           (cluster || item.key.namespace_name == object.namespace_name);
  });
  if (applied)
    return {};
  Error error =
      Conflict(object.Describe() + " lies outside the kontrakt: an assertion reads what the kontrakt applied");
  error.SetHint(cluster ? "name an object that the kontrakt's manifests hold"
                        : "leave metadata.namespace out, or write ${kontrakt.namespace}");
  return At(object, "/metadata", std::move(error));
}

std::string TitleOf(const Object& object) {
  std::string title = FileName(object.location.file) + ":" + std::to_string(object.location.line) + " ";
  if (!object.name.empty())
    return title + object.Describe();
  const kube::ObjectKey any{{object.gvk, "", kube::Scope::kNamespaced}, "", "*"};
  return title + any.ToString();
}

/// Where apply found the kontrakt, as a folder that can be searched again.
Result<manifest::Folder> RecordedFolder(const RunNamespace& ns) {
  const std::filesystem::path root = ns.Annotation(annotation::kRoot);
  std::filesystem::path path = root / ns.Folder();
  // A person reads it from where they stand, if it lies below.
  std::error_code failed;
  if (const auto nearby = std::filesystem::proximate(path, failed); !failed && *nearby.begin() != "..")
    path = nearby;
  Result<manifest::Found> found = manifest::FindKontrakts(
      {.paths = {path.string()}, .recursive = false, .only = {}, .name = ns.KontraktName(), .root = root.string()});
  if (found)
    return std::move(found->folders.front());
  Error error = std::move(found.error());
  error.AddContext("kontrakt " + ns.KontraktName() + " has assertion files; looking for them where apply found them");
  if (error.code() == ErrorCode::kNotFound)
    error.SetHint("give -f or -R with the folder as it was applied");
  return error;
}

}  // namespace

kube::WatchSubject Assertion::Subject() const {
  const bool by_name = resource.scope == kube::Scope::kCluster;
  return {.resource = resource,
          .namespace_name = namespace_name,
          .label_selector = "",
          .field_selector = by_name ? "metadata.name=" + name : "",
          .metadata_only = false};
}

Result<AssertionFolders> FindAssertionFolders(const manifest::Scope& scope) {
  AssertionFolders folders;
  if (scope.files.empty())
    return folders;
  KT_ASSIGN(manifest::Found found, manifest::FindKontrakts({.paths = scope.files,
                                                            .recursive = scope.recursive,
                                                            .only = scope.only,
                                                            .name = scope.name,
                                                            .root = scope.root}));
  for (manifest::Folder& folder : found.folders) {
    std::string name = folder.name;
    folders.emplace(std::move(name), std::move(folder));
  }
  return folders;
}

Result<Assertion> MakeAssertion(const kube::Client& client, const Object& object, bool must_not_match,
                                const std::string& namespace_name, const Inventory& inventory, const Bound& bound) {
  Result<kube::Resource> resource = client.ResourceOf(object.gvk, bound);
  if (!resource)
    return At(object, "/kind", std::move(resource.error()));
  KT_TRY(CheckReach(object, *resource, namespace_name, inventory));
  Json body = object.value;
  const std::string stays_text = TakeAnnotation(body, annotation::kStays);
  std::optional<std::chrono::milliseconds> stays;
  if (!stays_text.empty()) {
    const std::string pointer = "/metadata/annotations";
    if (!must_not_match)
      return At(object, pointer, InvalidInput("annotation kontrakt/stays belongs into an .error.yaml file"));
    Result<std::chrono::milliseconds> parsed = ParseDuration(stays_text);
    if (!parsed)
      return At(object, pointer, WithContext(std::move(parsed.error()), "annotation kontrakt/stays"));
    stays = *parsed;
  }
  TakeSelection(body);
  std::vector<PatternProblem> problems;
  Result<AssertionPattern> pattern = AssertionPattern::Create(std::move(body), &problems);
  if (!pattern)
    return At(object, problems.empty() ? "" : problems.front().pointer, std::move(pattern.error()));
  const bool cluster = resource->scope == kube::Scope::kCluster;
  const std::string& written = object.namespace_name;
  return Assertion{.title = TitleOf(object),
                   .location = object.location,
                   .resource = std::move(*resource),
                   .namespace_name = cluster           ? ""
                                     : written.empty() ? namespace_name
                                                       : written,
                   .name = object.name,
                   .must_not_match = must_not_match,
                   .stays = stays,
                   .pattern = std::move(*pattern)};
}

Result<std::vector<Assertion>> LoadAssertionsOf(const kube::Client& client, const RunNamespace& ns,
                                                const Inventory& inventory, const AssertionFolders& folders,
                                                const manifest::Variables& variables, const Bound& bound) {
  std::vector<Assertion> assertions;
  const std::string applied = ns.Annotation(annotation::kAssertions);
  const auto given = folders.find(ns.KontraktName());
  if (applied.empty() && given == folders.end())
    return assertions;
  manifest::Folder folder;
  if (given != folders.end()) {
    folder = given->second;
  } else {
    KT_ASSIGN(folder, RecordedFolder(ns));
  }
  manifest::Variables values = variables;
  values.name = ns.KontraktName();
  values.run = ns.RunId();
  values.namespace_name = ns.name;
  if (!values.source_reference && !ns.Annotation(annotation::kSourceReference).empty())
    values.source_reference = ns.Annotation(annotation::kSourceReference);
  manifest::LoadProblems problems;
  KT_ASSIGN(manifest::Assertions loaded, manifest::LoadAssertions(folder, values, problems));
  if (loaded.digest.ToString() != applied) {
    Error error = Conflict("the assertion files of kontrakt " + ns.KontraktName() + " in " + folder.path +
                           " are not those that it was applied with");
    error.SetHint("apply again: other inputs begin a new attempt");
    return error;
  }
  std::vector<Error> errors;
  for (const manifest::AssertionFile& file : loaded.files) {
    for (const Object& object : file.objects) {
      Result<Assertion> assertion = MakeAssertion(client, object, file.must_not_match, ns.name, inventory, bound);
      if (assertion) {
        assertions.push_back(std::move(*assertion));
      } else {
        errors.push_back(std::move(assertion.error()));
      }
    }
  }
  if (!errors.empty())
    return manifest::Combine(std::move(errors));
  return assertions;
}

}  // namespace kontrakt
