#pragma once

#include <string>

#include "tests/fakes/api_core.h"
#include "tests/fakes/http_connection.h"

namespace kontrakt::fakes {

/// Where a request points to: /api/v1 or /apis/GROUP/VERSION, then [namespaces/NS/]PLURAL[/NAME[/SUBRESOURCE]].
struct ApiPath {
  std::string group;
  std::string version;
  std::string namespace_name;
  std::string plural;
  std::string name;
  std::string subresource;
};
/// False where the path is none of a resource.
bool ParseApiPath(const std::string& path, ApiPath& parsed);

/// Which form of objects an Accept header asks for.
bool WantsMetadataOnly(const HttpRequest& request);
/// The object as a reply of `version` shows it.
doc::Json Shown(const ResourceType& type, const std::string& version, const doc::Json& object, bool metadata_only);

// The caller holds core.mutex, except for the streams, which take it themselves.

HttpResponse GetAnswer(ApiCore& core, const ResourceType& type, const ApiPath& path, const HttpRequest& request);
HttpResponse ListAnswer(ApiCore& core, const ResourceType& type, const ApiPath& path, const HttpRequest& request);
/// Follows a collection until the client, the server or timeoutSeconds ends it.
void StreamWatch(ApiCore& core, const ResourceType& type, const ApiPath& path, const HttpRequest& request,
                 ResponseWriter& writer);
/// A container's log, whole or followed.
void StreamLog(ApiCore& core, const ApiPath& path, const HttpRequest& request, ResponseWriter& writer);

/// /api, /apis (aggregated v2 where the Accept header and the options have it, else legacy), /api/v1 and /apis/G/V.
/// A 404 for other paths.
HttpResponse DiscoveryAnswer(const ApiCore& core, const HttpRequest& request);

}  // namespace kontrakt::fakes
