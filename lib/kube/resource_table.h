#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/kube/object_key.h"

namespace kontrakt::kube {

/// The GA built-in kinds of Kubernetes, so that built-in-only manifests need no discovery request.
std::optional<Resource> BuiltinResource(const GroupVersionKind& gvk);
/// By what kubectl accepts: kind, plural, singular or short name ("deploy", "po", "svc"), any case.
std::optional<Resource> BuiltinByName(std::string_view name);
/// The kinds of the table, for "did you mean".
std::vector<std::string> BuiltinKinds();

}  // namespace kontrakt::kube
