#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json_fwd.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/plan.h"
#include "lib/oci/registry.h"

namespace kontrakt {

/// Secrets that are to lie in the namespace before the first wave.
struct GivenSecrets {
  std::vector<doc::Json> secrets;         ///< v1 Secret objects, without namespace
  std::vector<std::string> pull_secrets;  ///< names to put on service accounts
};

/// Reads --secret, --pull-secret and --pull-secret-from-docker-config. Everything read is masked from now on.
///
/// kConflict: a service account token; a pull credential that may push (one upload is started and cancelled at each
/// host that the manifests use) unless allowed. kNotFound, kDenied, kInvalidInput name the flag.
Result<GivenSecrets> ReadGivenSecrets(const Context& context, const oci::Registry& registry,
                                      const ApplyOptions& options, const std::vector<Plan>& plans);

}  // namespace kontrakt
