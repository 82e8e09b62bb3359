#pragma once

#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/oci/manifest.h"
#include "lib/oci/registry.h"

namespace kontrakt {

/// The platforms of an index by its descriptors (attestation manifests left out), of an image by its configuration,
/// which is fetched.
Result<std::vector<oci::Platform>> PlatformsOf(const oci::Registry& registry, const oci::Repository& repository,
                                               const oci::Manifest& manifest, const Bound& bound);

/// Whether one of them is `wanted`, "os/arch" (any variant) or "os/arch/variant".
bool HasPlatform(const std::vector<oci::Platform>& platforms, std::string_view wanted);

}  // namespace kontrakt
