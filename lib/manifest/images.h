#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json.h"
#include "lib/doc/yaml.h"
#include "lib/manifest/folder.h"

namespace kontrakt::manifest {

/// One place in an object that names an image.
struct ImageField {
  std::string pointer;    ///< JSON pointer within the object
  std::string image;      ///< as written
  std::string container;  ///< name of the container, step or volume; may be empty
};

enum class AnyImageKey : unsigned char { kNo, kYes };

/// Where images live: containers, initContainers, ephemeralContainers, image volumes of pods and pod templates, at any
/// depth (CronJobs, List kinds and custom resources too); Tekton steps, sidecars, stepTemplate, StepActions; Argo
/// templates (container, script, containerSet, sidecars, initContainers); any key `image` with kYes. In document order.
/// Never in metadata, status and CustomResourceDefinitions.
std::vector<ImageField> FindImages(const doc::Json& object, AnyImageKey any_key);

/// The JSON pointer of an object's pod spec ("/spec", "/spec/template/spec", "/spec/jobTemplate/spec/template/spec"),
/// "/template/spec" of a PodTemplate), or nullopt where it has none; and of the metadata beside it.
struct PodSpecPath {
  std::string spec;
  std::string metadata;
};
std::optional<PodSpecPath> PodSpecOf(const doc::Json& object);

/// How images are replaced, in this order: --image rules, the image map, the convention for source references.
struct ImageRules {
  std::vector<std::pair<std::string, std::string>> set;  ///< --image old=new, as kustomize's `edit set image`
  std::map<std::string, std::string> map;                ///< --image-map: reference, or repository → image
  std::optional<std::string> ko_docker_repo;             ///< for the convention
  std::optional<std::string> source_reference;
  std::string folder;      ///< of the kontrakt, absolute: `../` starts there
  std::string below_root;  ///< the same below the root, for lookups in the map
  AnyImageKey any_key = AnyImageKey::kNo;
  /// --resolve: the digest ("sha256:…") of a reference as written; empty when not asked for.
  std::function<Result<std::string>(const std::string& reference)> resolve;
};

/// Lets references to sources start in this kontrakt's folder.
void StartAt(const Folder& folder, ImageRules& rules);

/// A reference to sources instead of an image: `ko://…`, `./…` or `../…`.
bool IsSourceReference(std::string_view image);

/// The image that takes another's place by the rules, nullopt where none concerns it. `rules_used` marks by index the
/// --image rule that did. kInvalidInput, without location: a reference to sources that nothing resolves, a malformed
/// result. Asks no registry.
Result<std::optional<std::string>> ReplacementFor(const std::string& image, const ImageRules& rules,
                                                  std::vector<bool>& rules_used);

/// Reads --image-map: a JSON object, lines `name=repo@digest` (`#` begins a comment), or a report of ours.
/// kInvalidInput with the line of what is malformed.
Result<std::map<std::string, std::string>> ReadImageMap(const std::string& path);
/// "old=new" of --image, where new may be repo, repo:tag, repo@digest, :tag or @digest, and `*` keeps the repository;
/// "repo:tag" is short for "repo=:tag". kUsage else.
Result<std::pair<std::string, std::string>> ParseImageRule(const std::string& text);

struct ImageReplacement {
  std::string text;              ///< the file's new text; equal when nothing changed
  std::vector<bool> rules_used;  ///< by index in ImageRules::set
  int replaced = 0;
};
/// Replaces images in a file's (already substituted) text; only the scalars' own bytes change.
/// Each problem goes to `problems`, with file:line:column: a reference to sources that nothing resolves, a malformed
/// result, an image that the text does not write out, what `resolve` answers. Documents that no rule can concern are
/// not parsed.
ImageReplacement ReplaceImages(std::string_view text, const std::string& file, const ImageRules& rules,
                               std::vector<Error>& problems);
/// The same with all problems as one error.
Result<ImageReplacement> ReplaceImages(std::string_view text, const std::string& file, const ImageRules& rules);

}  // namespace kontrakt::manifest
