#pragma once

#include "tests/fakes/api_core.h"
#include "tests/fakes/http_connection.h"

namespace kontrakt::fakes {

/// Answers one request of a Kubernetes client: authentication, authorization, then what the path means.
void RouteApiRequest(ApiCore& core, const HttpRequest& request, ResponseWriter& writer);

}  // namespace kontrakt::fakes
