#pragma once

#include <string>

#include "lib/base/result.h"
#include "lib/kube/client.h"

namespace kontrakt::cli {

class OptionSet;
class Output;

/// How to reach the cluster, with kubectl's names.
struct KubeFlags {
  kube::ConnectionOverrides overrides;
  std::string field_manager = "kontrakt";

  void AddTo(OptionSet& set);
  /// Reads the configuration; sends nothing. Its secrets are masked in `out` from then on.
  Result<kube::Client> Connect(Output& out) const;
};

}  // namespace kontrakt::cli
