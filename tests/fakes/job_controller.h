#pragma once

#include "tests/fakes/api_core.h"

namespace kontrakt::fakes {

/// Makes a Job's pods and sums them up: Suspended, SuccessCriteriaMet before Complete, FailureTarget before Failed
/// (in steps of their own, as since 1.31), backoffLimit, activeDeadlineSeconds, a TTL of zero.
///
/// The caller holds core.mutex.
void ReconcileJob(ApiCore& core, const ObjectId& id, const Snapshot& job);

}  // namespace kontrakt::fakes
