#pragma once

#include "lib/doc/json_fwd.h"
#include "lib/lifecycle/inventory.h"
#include "lib/manifest/images.h"

namespace kontrakt {

/// Holds a test's pods back until wait lets them start: a scheduling gate on the pod template, or `suspend: true` on a
/// Job whose activeDeadlineSeconds would run while it is gated. kNone for pods with a nodeName, which the API server
/// accepts no gate on (validation of PodSpec, Kubernetes 1.34).
Hold HoldBack(doc::Json& value, const manifest::PodSpecPath& pod);

}  // namespace kontrakt
