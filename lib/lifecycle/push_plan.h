#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/lifecycle/inventory.h"
#include "lib/lifecycle/push.h"

namespace kontrakt {

/// The targets of one kontrakt that may be promoted.
struct PassedTargets {
  std::string kontrakt;
  std::vector<Target> targets;
};

/// What goes where: options.tags in each target's own repository or in options.to, and what the target's annotation
/// names beside.
///
/// kUsage: tags, --to or guard malformed, or nothing says where. kInvalidInput: an annotation that is no reference.
/// kConflict: a destination outside KO_DOCKER_REPO, --to and --allow-to; all of them are named.
Result<std::vector<PromotionItem>> PlanPush(const std::vector<PassedTargets>& passed, const PushOptions& options);

/// The same for one image that a person named: its own repository is allowed, since no manifest chose it.
Result<std::vector<PromotionItem>> PlanUnverified(const oci::Reference& from, const PushOptions& options);

/// The guards as Promote takes them. kUsage when they are malformed.
Result<PromotionOptions> GuardsOf(const PushOptions& options);

}  // namespace kontrakt
