#pragma once

#include "lib/verdict/judge.h"

namespace kontrakt::verdict {

/// Rules of kinds that run no pods themselves, and the generic one.
Judgement JudgeVolumeClaim(const doc::Json& object, const Surroundings& around);
Judgement JudgeService(const doc::Json& object);
Judgement JudgeIngress(const doc::Json& object);
Judgement JudgeDefinition(const doc::Json& object);
Judgement JudgeNamespace(const doc::Json& object);
Judgement JudgeApiService(const doc::Json& object);

/// Kinds whose existence is all there is to them: ConfigMap, Secret, RBAC, quotas, policies, classes …
bool ExistsOnly(const std::string& group, const std::string& kind);

/// By observedGeneration and the conditions Ready, Stalled, Reconciling, Available, Succeeded … (kstatus' and the API
/// conventions' names). An object without any status is not called ready before `unknown_kind` has passed: its
/// controller may not have looked at it yet; and then it is, since nothing will ever be written on it.
Judgement JudgeGeneric(const doc::Json& object, const Surroundings& around, Memory& memory);

}  // namespace kontrakt::verdict
