#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/doc/json_fwd.h"

namespace kontrakt {

inline constexpr std::string_view kTestAccount = "kontrakt";  ///< in each kontrakt's namespace
inline constexpr std::string_view kOwnerClusterRole = "kontrakt-namespace-owner";
inline constexpr std::string_view kRunnerClusterRole = "kontrakt-runner-in-namespace";

/// What the tests' own account may do inside its namespace: workloads, config, services, batch, storage, logs; no write
/// on namespaces, rights, accounts, network policies, ingresses, leases; no exec, attach, port-forward, proxy,
/// eviction. tasks/rbac/kontrakt-namespace-owner.yaml ships the same rules as a ClusterRole.
doc::Json OwnerRules();
/// What --test-rights full adds.
doc::Json FullRules();
/// Rights on the custom resources whose CRDs the run brings: plural names, never "*".
doc::Json CustomResourceRules(const std::vector<std::pair<std::string, std::string>>& group_plurals);

}  // namespace kontrakt
