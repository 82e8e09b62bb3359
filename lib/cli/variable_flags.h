#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/manifest/variables.h"

namespace kontrakt::cli {

class OptionSet;

/// Values for the variables that manifests may hold.
struct VariableFlags {
  std::string source_reference;
  std::string repo;
  std::vector<std::string> set;  ///< "key=value"

  void AddTo(OptionSet& options);
  /// kUsage: not KEY=VALUE, a key twice, or one of the built-in names. Name, run and namespace are left to the caller.
  Result<manifest::Variables> Resolve() const;
};

}  // namespace kontrakt::cli
