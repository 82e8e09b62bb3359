#include "tests/fakes/api_router.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "tests/fakes/api_reads.h"
#include "tests/fakes/api_reviews.h"
#include "tests/fakes/api_status.h"
#include "tests/fakes/api_writes.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

std::string VerbOf(const HttpRequest& request, const ApiPath& path) {
  const bool collection = path.name.empty();
  if (request.method == "GET" || request.method == "HEAD") {
    return request.Query("watch") == "true" || request.Query("watch") == "1" ? "watch" : collection ? "list" : "get";
  }
  if (request.method == "POST") {
    return "create";
  }
  if (request.method == "DELETE") {
    return collection ? "deletecollection" : "delete";
  }
  return request.method == "PUT" ? "update" : "patch";
}

/// The field manager where the request names none: the user agent's first part.
std::string ManagerOf(const HttpRequest& request, bool apply) {
  const std::string manager = request.Query("fieldManager");
  if (!manager.empty() || apply) {
    return manager;
  }
  const std::string agent = request.Header("User-Agent");
  return agent.substr(0, agent.find('/'));
}

/// One request as it passes through the server.
class Route {
 public:
  Route(ApiCore& core, const HttpRequest& request, ResponseWriter& writer)
      : core_(core), request_(request), writer_(writer) {}

  void Run() {
    std::unique_lock lock(core_.mutex);
    const std::optional<User> user = core_.access.Authenticate(request_);
    if (!user) {
      return Send(lock, StatusAnswer(401, "Unauthorized", "Unauthorized"));
    }
    user_ = *user;
    if (auto answer = Plain()) {
      return Send(lock, std::move(*answer));
    }
    if (!ParseApiPath(request_.path, path_)) {
      return Send(lock, DiscoveryAnswer(core_, request_));
    }
    if (auto answer = AnswerReview(core_, user_, path_, request_)) {
      return Send(lock, std::move(*answer));
    }
    const ResourceType* type = core_.types.Find(path_.group, path_.version, path_.plural);
    if (type == nullptr) {
      const auto& all = core_.types.all();
      const bool served = std::any_of(all.begin(), all.end(), [&](const ResourceType& other) {
        return other.builtin && other.group == path_.group && other.Serves(path_.version);
      });
      return Send(lock, served ? UnknownResourceAnswer() : UnknownPathAnswer());
    }
    // A namespace is authorized under its own name.
    AccessAttributes attributes{VerbOf(request_, path_), path_.group,          path_.plural,
                                path_.subresource,       path_.namespace_name, path_.name};
    if (type->Id() == "namespaces") {
      attributes.namespace_name = path_.name;
    }
    if (!core_.access.Allows(user_, attributes)) {
      return Send(lock, ForbiddenAnswer(*type, path_.name, AccessRules::Refusal(user_, attributes)));
    }
    if (attributes.verb == "watch" || (type->Id() == "pods" && path_.subresource == "log")) {
      const ResourceType copy = *type;
      lock.unlock();
      if (attributes.verb == "watch") {
        Watch(copy);
      } else {
        StreamLog(core_, path_, request_, writer_);
      }
      return;
    }
    Send(lock, Dispatch(*type, attributes.verb));
  }

 private:
  void Send(std::unique_lock<std::mutex>& lock, HttpResponse answer) {
    answer.headers.Set("Date", HttpDate(core_.options.clock_offset_seconds));
    answer.headers.Set("Audit-Id", NewUid());
    for (const std::string& warning : context_.warnings) {
      answer.headers.Add("Warning", "299 - " + Json(warning).dump());
    }
    lock.unlock();
    writer_.Send(std::move(answer));
  }

  /// A watch of one object by its path is one with a field selector.
  void Watch(const ResourceType& type) {
    HttpRequest watched = request_;
    if (!path_.name.empty()) {
      watched.query.emplace("fieldSelector", "metadata.name=" + path_.name);
    }
    StreamWatch(core_, type, path_, watched, writer_);
  }

  std::optional<HttpResponse> Plain() const {
    if (request_.path == "/healthz" || request_.path == "/livez" || request_.path == "/readyz") {
      return HttpResponse{200, {{"Content-Type", "text/plain; charset=utf-8"}}, "ok"};
    }
    if (request_.path == "/version") {
      return JsonAnswer(200, {{"major", "1"}, {"minor", "34"}, {"gitVersion", "v1.34.4"}, {"platform", "linux/amd64"}});
    }
    return std::nullopt;
  }

  void ReadContext(const ResourceType& type) {
    context_.type = &type;
    context_.version = path_.version;
    context_.namespace_name = path_.namespace_name;
    context_.name = path_.name;
    context_.subresource = path_.subresource;
    context_.user = user_.name;
    context_.validation = request_.Query("fieldValidation", "Warn");
    context_.dry_run = request_.Query("dryRun") == "All";
    context_.force = request_.Query("force") == "true";
    content_type_ = request_.Header("Content-Type");
    content_type_ = content_type_.substr(0, content_type_.find(';'));
    context_.manager = ManagerOf(request_, content_type_ == "application/apply-patch+yaml");
  }

  HttpResponse Dispatch(const ResourceType& type, const std::string& verb) {
    if (!path_.subresource.empty() && path_.subresource != "status" && path_.subresource != "finalize") {
      return UnknownPathAnswer();
    }
    if (path_.subresource == "status" && !type.has_status) {
      return UnknownPathAnswer();
    }
    if (verb == "get") {
      return GetAnswer(core_, type, path_, request_);
    }
    if (verb == "list") {
      return ListAnswer(core_, type, path_, request_);
    }
    ReadContext(type);
    if (verb == "delete" || verb == "deletecollection") {
      return Delete(type, verb == "deletecollection");
    }
    Json body = Json::parse(request_.body, nullptr, false);
    if (body.is_discarded()) {
      return BadRequestAnswer(verb == "patch" ? "error decoding YAML: error converting YAML to JSON"
                                              : "the object provided is unrecognized (must be of type " + type.kind +
                                                    "): couldn't get version/kind; json parse error");
    }
    if (verb == "create") {
      return Written(type, CreateObject(core_, context_, std::move(body)));
    }
    if (verb == "update") {
      return Written(type, ReplaceObject(core_, context_, std::move(body)));
    }
    static const std::string kinds[] = {"application/apply-patch+yaml", "application/merge-patch+json",
                                        "application/json-patch+json", "application/strategic-merge-patch+json"};
    const bool known = std::find(std::begin(kinds), std::end(kinds), content_type_) != std::end(kinds);
    if (!known || (!type.builtin && content_type_ == kinds[3])) {
      return StatusAnswer(415, "UnsupportedMediaType", "415: Unsupported Media Type");
    }
    return Written(type, PatchObject(core_, context_, content_type_, body));
  }

  HttpResponse Written(const ResourceType& type, const Answer<WriteResult>& result) {
    if (!result) {
      return result.error();
    }
    return JsonAnswer(result->status, Shown(type, path_.version, result->object, false));
  }

  HttpResponse Delete(const ResourceType& type, bool collection) {
    const Json options = Json::parse(request_.body.empty() ? "{}" : request_.body, nullptr, false);
    if (!Array(options, "dryRun").empty()) {
      context_.dry_run = true;
    }
    DeleteRequest wish = ParseDeleteOptions(request_);
    if (!collection) {
      const Answer<Json> result = DeleteObject(core_, context_, wish);
      return result ? JsonAnswer(200, *result) : result.error();
    }
    HttpResponse list = ListAnswer(core_, type, path_, request_);
    const Json listed = Json::parse(list.body, nullptr, false);
    for (const Json& item : Array(listed, "items")) {
      context_.name = Name(item);
      context_.namespace_name = Namespace(item);
      DeleteObject(core_, context_, wish);
    }
    return list;
  }

  ApiCore& core_;
  const HttpRequest& request_;
  ResponseWriter& writer_;
  User user_;
  ApiPath path_;
  WriteContext context_;
  std::string content_type_;
};

}  // namespace

void RouteApiRequest(ApiCore& core, const HttpRequest& request, ResponseWriter& writer) {
  Route(core, request, writer).Run();
}

}  // namespace kontrakt::fakes
