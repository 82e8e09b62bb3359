#include "lib/lifecycle/pod_metadata.h"

#include "lib/doc/json.h"
#include "lib/manifest/pointer.h"

namespace kontrakt {
namespace {

using doc::Json;

std::string Entry(const Json& object, const std::string& map_pointer, std::string_view key) {
  const Json* entries = manifest::At(object, map_pointer);
  if (entries == nullptr || !entries->is_object())
    return "";
  const auto found = entries->find(std::string(key));
  return found == entries->end() ? std::string() : doc::ScalarText(*found);
}

}  // namespace

std::string PodLabel(const Json& object, const manifest::PodSpecPath& pod, std::string_view key) {
  return Entry(object, pod.metadata + "/labels", key);
}

std::string OwnLabel(const Json& object, std::string_view key) {
  return Entry(object, "/metadata/labels", key);
}

std::string AnnotationOf(const Json& object, const std::optional<manifest::PodSpecPath>& pod, std::string_view key) {
  std::string text = pod ? Entry(object, pod->metadata + "/annotations", key) : "";
  return text.empty() ? Entry(object, "/metadata/annotations", key) : text;
}

}  // namespace kontrakt
