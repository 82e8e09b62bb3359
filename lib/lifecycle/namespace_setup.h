#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/credentials_given.h"
#include "lib/lifecycle/plan.h"
#include "lib/lifecycle/run_namespace.h"

namespace kontrakt {

/// How a kontrakt's namespace stands to what is to be applied.
enum class Standing : unsigned char {
  kAbsent,
  kSameInputs,  ///< ours, this attempt goes on
  kPassed,      ///< ours, the same inputs, passed: nothing to do
  kNewAttempt,  ///< ours, but other inputs, a failed verdict, a lost test or no inventory: to be made again
};
struct NamespaceStanding {
  Standing standing = Standing::kAbsent;
  std::optional<RunNamespace> ns;
  std::string why;  ///< of kNewAttempt: "the inputs have changed"
};

/// Reads the namespace of that name. kConflict when it is not ours, or of another owner, root or folder.
Result<NamespaceStanding> ReadStanding(const Context& context, const Plan& plan, const std::string& run_id);
/// Judges it once the inputs are known.
void JudgeStanding(NamespaceStanding& standing, const Plan& plan);

struct NamespaceRequest {
  const Plan& plan;
  const ApplyOptions& options;
  const std::string& run_id;
  const std::vector<std::string>& run_kontrakts;
  const GivenSecrets& given;
};

/// Deletes a namespace by UID and waits until it is gone.
Result<void> RemoveNamespace(const Context& context, const RunNamespace& ns);
/// POST, never adopts one. Labels and annotations of the attempt, the planned inventory included, are on it from the
/// start.
Result<RunNamespace> MakeNamespace(const Context& context, const NamespaceRequest& request);

/// Accounts, rights, pull secrets and --secret, before the first wave; waits for kube-root-ca.crt. Binds the caller
/// itself first where it is a runner without rights inside yet. kDenied with the line that installs what is missing.
Result<void> SetUpNamespace(const Context& context, const RunNamespace& ns, const NamespaceRequest& request);

}  // namespace kontrakt
