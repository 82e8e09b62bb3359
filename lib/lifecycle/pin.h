#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/plan.h"
#include "lib/oci/registry.h"

namespace kontrakt {

/// One container of a target whose image is to be pinned.
struct UnpinnedTarget {
  std::size_t object = 0;  ///< index into the plan
  std::string pointer;     ///< of the image within the object
  Target target;           ///< digest empty where the manifest gives none
};

/// The containers under test of a plan: those the annotation kontrakt/target-containers names; else those whose
/// repository lies under KO_DOCKER_REPO; else the only one. Adds kInvalidInput for what can't be decided.
std::vector<UnpinnedTarget> FindTargets(const Plan& plan, const ApplyOptions& options, std::vector<Error>& problems);

/// Writes the pinned references (`repo:tag@digest`) into the plan's objects and records its targets.
void WritePins(Plan& plan, const std::vector<UnpinnedTarget>& targets);

/// Takes digests from an earlier resolution of the same references. True when every target got one.
bool ReusePins(std::vector<UnpinnedTarget>& targets, const std::vector<Target>& earlier);

/// Asks the registry for the digest of every target of all plans, each reference once, several at a time. An image that
/// has a digest already is only checked to be there. Adds kNotFound, kDenied or kUnavailable with the image's line.
void ResolvePins(const Context& context, const oci::Registry& registry, const std::vector<Plan*>& plans,
                 std::vector<std::vector<UnpinnedTarget>*> targets, std::vector<Error>& problems);

}  // namespace kontrakt
