#pragma once

#include "lib/verdict/judge.h"

namespace kontrakt::verdict {

/// Readiness, completion or doom of one pod. See JudgePod.
Judgement JudgePodByRules(const doc::Json& pod, const Question& question, const Surroundings& surroundings,
                          Managed managed, Memory& memory);

}  // namespace kontrakt::verdict
