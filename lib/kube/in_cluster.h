#pragma once

#include <optional>
#include <string>

#include "lib/base/environment.h"
#include "lib/base/result.h"
#include "lib/kube/kubeconfig.h"

namespace kontrakt::kube {

inline constexpr char kServiceAccountFolder[] = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The pod's own service account, or nullopt outside a pod: the address from KUBERNETES_SERVICE_HOST and _PORT, token,
/// ca.crt and namespace from `folder`. kInvalidInput when the pod's files can't be read.
Result<std::optional<Connection>> InClusterConnection(const Environment& environment,
                                                      const std::string& folder = kServiceAccountFolder);

}  // namespace kontrakt::kube
