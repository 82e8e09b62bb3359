#pragma once

#include <vector>

#include "lib/base/error.h"

namespace kontrakt {

struct Plan;
struct ApplyOptions;

/// What a kontrakt may not contain unless a flag allows it: rights that reach beyond its own content, exposure outside
/// the cluster or on nodes, volumes of others, service account tokens. Adds a kConflict ("refused") a finding.
///
/// Source: attempts on Kubernetes 1.34 with the tokens of the accounts concerned; docs/kontrakt-folder.md says what is
/// refused and why.
void CheckGuardrails(const Plan& plan, const ApplyOptions& options, std::vector<Error>& problems);

}  // namespace kontrakt
