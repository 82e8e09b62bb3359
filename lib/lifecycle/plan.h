#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/apply.h"
#include "lib/lifecycle/inventory.h"
#include "lib/manifest/load.h"
#include "lib/manifest/order.h"

namespace kontrakt {

/// One kontrakt, ready to be sent: every object with its place in the API, its part in the test and its final bytes.
struct Plan {
  manifest::Kontrakt kontrakt;    ///< objects as loaded, for locations
  std::vector<doc::Json> values;  ///< as sent: labelled, gated, pinned; same order as the inventory
  Inventory inventory;
  std::vector<manifest::Wave> waves;
  std::vector<Target> targets;
  std::string namespace_name;
  std::string inputs;  ///< kontrakt/inputs
  std::vector<std::string> notes;
};

/// Kinds that CRDs of the manifests define: custom resources of them need no discovery.
using DefinedKinds = std::map<std::string, kube::Resource>;  // "group/kind"
void CollectDefinedKinds(const std::vector<manifest::Object>& objects, DefinedKinds& kinds);

/// Maps kinds, checks what files alone can tell, finds roles and expectations, holds tests back. Adds each problem to
/// `problems`. Sends discovery requests only for kinds that neither the built-in table nor `defined` knows.
Plan MakePlan(const Context& context, manifest::Kontrakt kontrakt, const DefinedKinds& defined,
              const ApplyOptions& options, const std::string& run_id, std::vector<Error>& problems);

/// Sets kontrakt/inputs from the sources, the pins and the options that change what is sent.
void SealInputs(Plan& plan, const ApplyOptions& options);

}  // namespace kontrakt
