#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json.h"
#include "lib/doc/yaml.h"

namespace kontrakt::manifest {

/// One place in an object that names an image.
struct ImageField {
  std::string pointer;         ///< JSON pointer within the object
  std::string image;           ///< as written
  std::string container;       ///< name of the container, step or volume; may be empty
};

enum class AnyImageKey : unsigned char { kNo, kYes };

/// Where images live: containers, initContainers, ephemeralContainers, image volumes of pods and pod templates (CronJobs
/// included, List kinds too); Tekton steps, sidecars, stepTemplate; Argo templates (container, script, containerSet,
/// sidecars, initContainers); any key `image` with kYes.
std::vector<ImageField> FindImages(const doc::Json& object, AnyImageKey any_key);

/// The JSON pointer of an object's pod spec ("/spec", "/spec/template/spec", "/spec/jobTemplate/spec/template/spec"),
/// or empty where it has none; and of the metadata beside it.
struct PodSpecPath {
  std::string spec;
  std::string metadata;
};
std::optional<PodSpecPath> PodSpecOf(const doc::Json& object);

/// How images are replaced, in this order: --image rules, the image map, the convention for source references.
struct ImageRules {
  std::vector<std::pair<std::string, std::string>> set;     ///< --image old=new, as kustomize's `edit set image`
  std::map<std::string, std::string> map;                   ///< --image-map: reference, or repository → image
  std::optional<std::string> ko_docker_repo;                ///< for the convention
  std::optional<std::string> source_reference;
  AnyImageKey any_key = AnyImageKey::kNo;
  /// --resolve: pins a reference to its digest; empty when not asked for.
  std::function<Result<std::string>(const std::string& reference)> resolve;
};

/// Reads --image-map: JSON object, lines `name=repo@digest`, or a report of ours.
Result<std::map<std::string, std::string>> ReadImageMap(const std::string& path);
/// "old=new" of --image; kUsage else.
Result<std::pair<std::string, std::string>> ParseImageRule(const std::string& text);

struct ImageReplacement {
  std::string text;                 ///< the file's new text; equal when nothing changed
  std::vector<bool> rules_used;     ///< by index in ImageRules::set
  int replaced = 0;
};
/// Replaces images in a file's (already substituted) text; only the scalars' own bytes change.
/// kInvalidInput with file:line:column: a `ko://` or `./` reference that nothing resolves, a malformed result.
Result<ImageReplacement> ReplaceImages(std::string_view text, const std::string& file, const ImageRules& rules);

}  // namespace kontrakt::manifest
