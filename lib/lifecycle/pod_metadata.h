#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/doc/json_fwd.h"
#include "lib/manifest/images.h"

namespace kontrakt {

/// A label of an object's pods: of the pod itself, or of its pod template. Empty where there is none.
std::string PodLabel(const doc::Json& object, const manifest::PodSpecPath& pod, std::string_view key);
/// A label of the object itself.
std::string OwnLabel(const doc::Json& object, std::string_view key);
/// An annotation of the pod template, which wins, or of the object around it. Empty where there is none.
std::string AnnotationOf(const doc::Json& object, const std::optional<manifest::PodSpecPath>& pod,
                         std::string_view key);

}  // namespace kontrakt
