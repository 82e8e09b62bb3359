#pragma once

#include <optional>
#include <string>

#include "lib/base/environment.h"
#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/base/time.h"
#include "lib/kube/kubeconfig.h"

namespace kontrakt::kube {

/// What a credential plugin handed out.
struct ExecCredential {
  std::string token;
  std::string client_cert_pem;
  std::string client_key_pem;
  std::optional<WallTime> expires;
};

/// Runs the connection's credential plugin once (client.authentication.k8s.io v1 and v1beta1): our environment, its own
/// additions and KUBERNETES_EXEC_INFO; no shell; standard error passes through. `terminal`: whether our standard input
/// is one, which the plugin then may read where its interactiveMode allows.
///
/// kInvalidInput: no such program (the hint is the kubeconfig's installHint), an answer that is no ExecCredential of
/// the configured version; kDenied: it ended with another status than 0; kTimeout, kCancelled by the bound.
Result<ExecCredential> RunExecPlugin(const Connection& connection, const Environment& environment, bool terminal,
                                     const Bound& bound);

}  // namespace kontrakt::kube
