#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json.h"
#include "lib/kube/client.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/owner_rules.h"

namespace kontrakt {

struct Plan;
struct ApplyOptions;

/// Roles and bindings of the account `kontrakt`: the ClusterRole kontrakt-namespace-owner where it is installed, else a
/// Role of the same rules; rights on the run's own custom resources; what --test-rights full adds.
Result<std::vector<doc::Json>> AccountRights(const Context& context, const std::string& namespace_name,
                                             const Plan& plan, const ApplyOptions& options);

/// Applies into a namespace just made. Where the first write is denied and the caller is a service account, it binds
/// itself to kontrakt-runner-in-namespace; a 403 within 5 s of its own RoleBinding is repeated (authorizers cache).
std::vector<Result<doc::Json>> ApplyAllWhileBinding(const Context& context,
                                                    const std::vector<kube::Client::ApplyItem>& items);

}  // namespace kontrakt
