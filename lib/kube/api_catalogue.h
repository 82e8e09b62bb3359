#pragma once

#include <string>

#include "lib/doc/json_fwd.h"
#include "lib/kube/discovery.h"

namespace kontrakt::kube {

/// Whether a discovery answer is aggregated (kind APIGroupDiscoveryList), whatever its content type says.
bool IsAggregated(const doc::Json& answer);
/// Adds what an aggregated answer (v2 or v2beta1) lists.
void AddAggregated(const doc::Json& answer, ApiCatalogue& catalogue);
/// Adds what a legacy APIResourceList lists.
void AddResourceList(const doc::Json& list, const std::string& group_version, bool preferred, ApiCatalogue& catalogue);
/// Marks resources that only exist in a version other than their group's preferred one as preferred there.
void PreferOnlyVersions(ApiCatalogue& catalogue);

}  // namespace kontrakt::kube
