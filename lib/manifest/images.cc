#include "lib/manifest/images.h"

#include <array>

#include "lib/doc/json.h"
#include "lib/manifest/pointer.h"

namespace kontrakt::manifest {
namespace {

/// Whose rules hold at a place, by the apiVersion of the object around it.
enum class Dialect : unsigned char { kKubernetes, kTekton, kArgo };

class ImageSearch {
 public:
  explicit ImageSearch(AnyImageKey any_key) : any_key_(any_key) {}

  void Visit(const doc::Json& value, const std::string& pointer, Dialect dialect) {
    if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i)
        Visit(value[i], PointerTo(pointer, i), dialect);
    }
    if (!value.is_object())
      return;
    const std::string api_version = doc::StringAt(value, {"apiVersion"});
    const std::string kind = doc::StringAt(value, {"kind"});
    const bool is_object = !api_version.empty() && !kind.empty();
    if (is_object && kind == "CustomResourceDefinition")
      return;
    if (is_object)
      dialect = DialectOf(api_version);
    for (const auto& [key, member] : value.items()) {
      if (is_object && (key == "metadata" || key == "status"))
        continue;
      VisitMember(key, member, PointerTo(pointer, key), {dialect, is_object && kind == "StepAction"});
    }
  }

  std::vector<ImageField> Take() { return std::move(fields_); }

 private:
  struct Around {
    Dialect dialect;
    bool is_step_action;
  };

  static Dialect DialectOf(const std::string& api_version) {
    if (api_version.starts_with("tekton.dev/"))
      return Dialect::kTekton;
    if (api_version.starts_with("argoproj.io/"))
      return Dialect::kArgo;
    return Dialect::kKubernetes;
  }

  static bool IsContainerList(const std::string& key, Dialect dialect) {
    if (key == "containers" || key == "initContainers" || key == "ephemeralContainers")
      return true;
    if (key == "sidecars")
      return dialect != Dialect::kKubernetes;
    return key == "steps" && dialect == Dialect::kTekton;
  }

  static bool IsContainer(const std::string& key, const Around& around) {
    if (around.dialect == Dialect::kTekton)
      return key == "stepTemplate" || (key == "spec" && around.is_step_action);
    return around.dialect == Dialect::kArgo && (key == "container" || key == "script");
  }

  void VisitMember(const std::string& key, const doc::Json& member, const std::string& pointer, const Around& around) {
    if (any_key_ == AnyImageKey::kYes && key == "image" && member.is_string())
      Add(member, pointer, "");
    if (IsContainer(key, around))
      TakeContainer(member, pointer);
    if (member.is_array() && (IsContainerList(key, around.dialect) || key == "volumes")) {
      for (std::size_t i = 0; i < member.size(); ++i) {
        if (key == "volumes") {
          TakeVolume(member[i], PointerTo(pointer, i));
        } else {
          TakeContainer(member[i], PointerTo(pointer, i));
        }
      }
    }
    Visit(member, pointer, around.dialect);
  }

  void TakeContainer(const doc::Json& container, const std::string& pointer) {
    const doc::Json* image = doc::Find(container, {"image"});
    // With any key, the visit of the container itself takes it.
    if (image == nullptr || !image->is_string() || any_key_ == AnyImageKey::kYes)
      return;
    Add(*image, pointer + "/image", doc::StringAt(container, {"name"}));
  }

  void TakeVolume(const doc::Json& volume, const std::string& pointer) {
    const doc::Json* reference = doc::Find(volume, {"image", "reference"});
    if (reference == nullptr || !reference->is_string())
      return;
    Add(*reference, pointer + "/image/reference", doc::StringAt(volume, {"name"}));
  }

  void Add(const doc::Json& image, const std::string& pointer, std::string container) {
    fields_.push_back({pointer, image.get<std::string>(), std::move(container)});
  }

  AnyImageKey any_key_;
  std::vector<ImageField> fields_;
};

}  // namespace

std::vector<ImageField> FindImages(const doc::Json& object, AnyImageKey any_key) {
  ImageSearch search(any_key);
  search.Visit(object, "", Dialect::kKubernetes);
  return search.Take();
}

std::optional<PodSpecPath> PodSpecOf(const doc::Json& object) {
  const std::string kind = doc::StringAt(object, {"kind"});
  const std::string api_version = doc::StringAt(object, {"apiVersion"});
  const bool is_core = api_version == "v1";
  if (is_core && kind == "Pod")
    return PodSpecPath{"/spec", "/metadata"};
  if (is_core && kind == "PodTemplate")
    return PodSpecPath{"/template/spec", "/template/metadata"};
  if (api_version.starts_with("batch/") && kind == "CronJob") {
    return PodSpecPath{"/spec/jobTemplate/spec/template/spec", "/spec/jobTemplate/spec/template/metadata"};
  }
  // Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, and custom resources of their shape.
  const doc::Json* containers = doc::Find(object, {"spec", "template", "spec", "containers"});
  if (containers == nullptr || !containers->is_array())
    return std::nullopt;
  return PodSpecPath{"/spec/template/spec", "/spec/template/metadata"};
}

}  // namespace kontrakt::manifest
