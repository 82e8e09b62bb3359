#include "tests/fakes/api_reviews.h"

#include "lib/base/random.h"
#include "tests/fakes/api_status.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

HttpResponse ReviewAccess(ApiCore& core, const User& user, Json review) {
  const Json& wish = Object(Object(review, "spec"), "resourceAttributes");
  const AccessAttributes attributes{Text(wish, "verb"),        Text(wish, "group"),     Text(wish, "resource"),
                                    Text(wish, "subresource"), Text(wish, "namespace"), Text(wish, "name")};
  review["status"] = {{"allowed", core.access.Allows(user, attributes)}};
  return JsonAnswer(201, review);
}

HttpResponse RequestToken(ApiCore& core, const ApiPath& path, Json review) {
  const std::string subject = "system:serviceaccount:" + path.namespace_name + ":" + path.name;
  if (!core.store.Find({"serviceaccounts", path.namespace_name, path.name})) {
    return NotFoundAnswer(*core.types.FindById("serviceaccounts"), path.name);
  }
  const std::string token = "token-" + RandomHex(16);
  core.access.AddUser(
      token,
      {subject, {"system:serviceaccounts", "system:serviceaccounts:" + path.namespace_name, "system:authenticated"}});
  review["kind"] = "TokenRequest";
  review["apiVersion"] = "authentication.k8s.io/v1";
  review["status"] = {{"token", token}, {"expirationTimestamp", core.Now()}};
  return JsonAnswer(201, review);
}

}  // namespace

std::optional<HttpResponse> AnswerReview(ApiCore& core, const User& user, const ApiPath& path,
                                         const HttpRequest& request) {
  if (request.method != "POST") {
    return std::nullopt;
  }
  Json review = Json::parse(request.body.empty() ? "{}" : request.body, nullptr, false);
  if (path.group == "authorization.k8s.io" && path.plural == "selfsubjectaccessreviews") {
    return ReviewAccess(core, user, std::move(review));
  }
  if (path.group == "authentication.k8s.io" && path.plural == "selfsubjectreviews") {
    review["status"] = {{"userInfo", {{"username", user.name}, {"groups", user.groups}}}};
    return JsonAnswer(201, review);
  }
  if (path.group.empty() && path.plural == "serviceaccounts" && path.subresource == "token") {
    return RequestToken(core, path, std::move(review));
  }
  return std::nullopt;
}

}  // namespace kontrakt::fakes
