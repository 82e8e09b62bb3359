#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/oci/registry.h"

namespace kontrakt::cli {

class OptionSet;
class Output;

/// How to reach image registries.
struct RegistryFlags {
  std::string registry_config;          ///< docker config file, before all others
  std::vector<std::string> plain_http;  ///< hosts
  std::string registry_ca;              ///< file
  bool insecure_registry = false;
  std::vector<std::string> registry_alias;  ///< "CLUSTERHOST=HOST"

  void AddTo(OptionSet& set);
  /// Reads credentials; sends nothing. kUsage for a malformed alias.
  Result<oci::RegistryOptions> Options(Output& out) const;
  Result<oci::Registry> Connect(Output& out) const;
};

}  // namespace kontrakt::cli
