#pragma once

#include <optional>

#include "tests/fakes/api_core.h"
#include "tests/fakes/api_reads.h"

namespace kontrakt::fakes {

/// Answers what is asked instead of stored: SelfSubjectAccessReview, SelfSubjectReview and a service account's
/// TokenRequest, whose token is a new user of the fake. nullopt where the path is none of these.
///
/// The caller holds core.mutex.
std::optional<HttpResponse> AnswerReview(ApiCore& core, const User& user, const ApiPath& path,
                                         const HttpRequest& request);

}  // namespace kontrakt::fakes
