#include "tests/fakes/api_reads.h"

#include <algorithm>
#include <cstdlib>

#include "lib/base/base64.h"
#include "tests/fakes/api_status.h"
#include "tests/fakes/json_access.h"
#include "tests/fakes/selectors.h"

namespace kontrakt::fakes {
namespace {

std::vector<std::string> Segments(const std::string& path) {
  std::vector<std::string> segments;
  std::size_t begin = 1;
  while (begin < path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    segments.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

/// {"v": resourceVersion, "start": key of the first item of this page}
std::string ContinueToken(const std::string& version, const ObjectId& first) {
  return Base64Encode(Json({{"v", version}, {"ns", first.namespace_name}, {"name", first.name}}).dump());
}

HttpResponse ExpiredAnswer(const std::string& fresh_token) {
  Json status = StatusObject(410, "Expired",
                             "The provided continue parameter is too old to display a consistent list result. You can "
                             "start a new list without the continue parameter, or use the continue token in this "
                             "response to retrieve the remainder of the results.");
  status["metadata"]["continue"] = fresh_token;
  return JsonAnswer(410, status);
}

}  // namespace

bool ParseApiPath(const std::string& path, ApiPath& parsed) {
  std::vector<std::string> rest = Segments(path);
  std::size_t next = 0;
  if (rest.size() >= 3 && rest[0] == "api") {
    parsed.version = rest[1];
    next = 2;
  } else if (rest.size() >= 4 && rest[0] == "apis") {
    parsed.group = rest[1];
    parsed.version = rest[2];
    next = 3;
  } else {
    return false;
  }
  // "namespaces/NS/status" and "…/finalize" are subresources of the namespace itself.
  const bool own = rest.size() - next == 3 && (rest[next + 2] == "status" || rest[next + 2] == "finalize");
  if (rest[next] == "namespaces" && rest.size() - next >= 3 && !own) {
    parsed.namespace_name = rest[next + 1];
    next += 2;
  }
  parsed.plural = rest[next];
  parsed.name = rest.size() > next + 1 ? rest[next + 1] : "";
  for (std::size_t i = next + 2; i < rest.size(); ++i) {
    parsed.subresource += (parsed.subresource.empty() ? "" : "/") + rest[i];
  }
  return true;
}

bool WantsMetadataOnly(const HttpRequest& request) {
  return request.Header("Accept").find("as=PartialObjectMetadata") != std::string::npos;
}

Json Shown(const ResourceType& type, const std::string& version, const Json& object, bool metadata_only) {
  if (metadata_only) {
    return {{"kind", "PartialObjectMetadata"}, {"apiVersion", "meta.k8s.io/v1"}, {"metadata", Metadata(object)}};
  }
  Json shown = object;
  shown["apiVersion"] = type.ApiVersion(version);
  return shown;
}

HttpResponse GetAnswer(ApiCore& core, const ResourceType& type, const ApiPath& path, const HttpRequest& request) {
  const Snapshot object = core.store.Find({type.Id(), type.namespaced() ? path.namespace_name : "", path.name});
  if (!object) {
    return NotFoundAnswer(type, path.name);
  }
  return JsonAnswer(200, Shown(type, path.version, *object, WantsMetadataOnly(request)));
}

HttpResponse ListAnswer(ApiCore& core, const ResourceType& type, const ApiPath& path, const HttpRequest& request) {
  const auto labels = LabelSelector::Parse(request.Query("labelSelector"));
  const auto fields = FieldSelector::Parse(request.Query("fieldSelector"));
  if (!labels || !fields) {
    return BadRequestAnswer(!labels ? "unable to parse requirement: " + labels.error() : fields.error());
  }
  const std::string token = request.Query("continue");
  if (request.HasQuery("resourceVersionMatch") && !request.HasQuery("resourceVersion")) {
    return InvalidOptionsAnswer(
        "ListOptions",
        {"FieldValueForbidden", "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
         "resourceVersionMatch"});
  }
  std::string version = std::to_string(core.store.version());
  ObjectId start;
  if (!token.empty()) {
    if (request.HasQuery("resourceVersionMatch")) {
      return InvalidOptionsAnswer("ListOptions", {"FieldValueForbidden",
                                                  "Forbidden: resourceVersionMatch is forbidden when continue is "
                                                  "provided",
                                                  "resourceVersionMatch"});
    }
    const auto text = Base64Decode(token);
    const Json decoded = Json::parse(text ? *text : "", nullptr, false);
    if (!decoded.is_object()) {
      return BadRequestAnswer("invalid continue token: continue key is not valid");
    }
    start = {type.Id(), Text(decoded, "ns"), Text(decoded, "name")};
    version = Text(decoded, "v");
    if (core.options.expire_continue_tokens) {
      return ExpiredAnswer(ContinueToken(std::to_string(core.store.version()), start));
    }
  }
  // resourceVersion=0 is served from the watch cache, which ignores the limit.
  std::size_t limit = request.Query("resourceVersion") == "0"
                          ? 0
                          : static_cast<std::size_t>(std::max(0, std::atoi(request.Query("limit").c_str())));
  if (core.options.page_limit > 0) {
    limit = std::min(limit == 0 ? SIZE_MAX : limit, static_cast<std::size_t>(core.options.page_limit));
  }
  const bool metadata_only = WantsMetadataOnly(request);
  Json items = Json::array();
  Json metadata = {{"resourceVersion", version}};
  std::size_t remaining = 0;
  for (const auto& [id, object] : core.store.List(type.Id(), path.namespace_name)) {
    if ((!token.empty() && id < start) || !labels->Matches(*object) || !fields->Matches(*object)) {
      continue;
    }
    if (limit > 0 && items.size() == limit) {
      if (remaining++ == 0) {
        metadata["continue"] = ContinueToken(version, id);
      }
      continue;
    }
    Json item = Shown(type, path.version, *object, metadata_only);
    if (type.builtin && !metadata_only) {
      // Typed lists of the real server have items without these two; lists of custom resources have them.
      item.erase("apiVersion");
      item.erase("kind");
    }
    items.push_back(std::move(item));
  }
  if (metadata_only && items.empty()) {
    items = nullptr;  // as the server has it, other than for whole objects
  }
  if (remaining > 0 && !request.HasQuery("labelSelector") && !request.HasQuery("fieldSelector")) {
    metadata["remainingItemCount"] = remaining;
  }
  return JsonAnswer(200, {{"kind", metadata_only ? "PartialObjectMetadataList" : type.kind + "List"},
                          {"apiVersion", metadata_only ? "meta.k8s.io/v1" : type.ApiVersion(path.version)},
                          {"metadata", std::move(metadata)},
                          {"items", std::move(items)}});
}

}  // namespace kontrakt::fakes
