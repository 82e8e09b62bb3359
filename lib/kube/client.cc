#include "lib/kube/client.h"

#include <utility>

#include "lib/doc/json.h"
#include "lib/doc/json_scan.h"
#include "lib/kube/client_shared.h"
#include "lib/kube/path_builder.h"
#include "lib/kube/resource_table.h"

namespace kontrakt::kube {
namespace {

constexpr char kListAccept[] = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json";
/// Lists whose continue token expired are begun again; more often than that the server is not keeping up.
constexpr int kListRestarts = 3;

std::string_view NameOf(Validation validation) {
  switch (validation) {
    case Validation::kStrict:
      return "Strict";
    case Validation::kWarn:
      return "Warn";
    case Validation::kIgnore:
      return "Ignore";
  }
  return "Strict";
}

std::string_view NameOf(Propagation propagation) {
  switch (propagation) {
    case Propagation::kBackground:
      return "Background";
    case Propagation::kForeground:
      return "Foreground";
    case Propagation::kOrphan:
      return "Orphan";
  }
  return "Background";
}

std::string_view ContentTypeOf(PatchType type) {
  switch (type) {
    case PatchType::kMerge:
      return "application/merge-patch+json";
    case PatchType::kJson:
      return "application/json-patch+json";
    case PatchType::kStrategic:
      return "application/strategic-merge-patch+json";
  }
  return "application/merge-patch+json";
}

void SetBody(net::Request& request, std::string body, std::string_view content_type) {
  request.headers.Set("Content-Type", std::string(content_type));
  request.body = std::make_shared<const std::string>(std::move(body));
}

PathBuilder WritePath(const ObjectKey& key, const std::string& field_manager, Validation validation, DryRun dry_run) {
  PathBuilder path(key.Path());
  path.AddUnlessEmpty("fieldManager", field_manager).Add("fieldValidation", NameOf(validation));
  if (dry_run == DryRun::kServer)
    path.Add("dryRun", "All");
  return path;
}

net::Request CreateRequest(const Client::Shared& shared, const ObjectKey& collection, const doc::Json& object,
                           const ApplyOptions& options) {
  const PathBuilder path = WritePath(collection, options.field_manager, options.validation, options.dry_run);
  net::Request request = shared.Prepare(net::Method::kPost, path.text());
  SetBody(request, doc::Dump(object), "application/json");
  request.retryable = options.dry_run == DryRun::kServer;
  return request;
}

net::Request ApplyRequest(const Client::Shared& shared, const Client::ApplyItem& item) {
  const ApplyOptions& options = item.options;
  if (item.key.name.empty())
    return CreateRequest(shared, item.key, *item.object, options);
  PathBuilder path = WritePath(item.key, options.field_manager, options.validation, options.dry_run);
  path.Add("force", options.force == Force::kYes ? "true" : "false");
  net::Request request = shared.Prepare(net::Method::kPatch, path.text());
  // JSON is YAML, and the one form that every server since 1.22 takes.
  SetBody(request, doc::Dump(*item.object), "application/apply-patch+yaml");
  // The second time nothing is left to change.
  request.retryable = true;
  return request;
}

doc::Json DeleteBody(const DeleteOptions& options) {
  // Always a policy: the API's own default for Jobs orphans their pods.
  doc::Json body = {
      {"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", std::string(NameOf(options.propagation))}};
  if (options.grace_period_seconds)
    body["gracePeriodSeconds"] = *options.grace_period_seconds;
  if (!options.uid.empty())
    body["preconditions"]["uid"] = options.uid;
  if (!options.resource_version.empty())
    body["preconditions"]["resourceVersion"] = options.resource_version;
  if (options.dry_run == DryRun::kServer)
    body["dryRun"] = doc::Json::array({"All"});
  return body;
}

PathBuilder ListPath(const Resource& resource, const std::string& namespace_name, const ListOptions& options) {
  PathBuilder path(ObjectKey{resource, namespace_name, ""}.Path());
  path.AddUnlessEmpty("labelSelector", options.label_selector);
  path.AddUnlessEmpty("fieldSelector", options.field_selector);
  return path;
}

/// Adds the objects of one page and says where the next begins.
Result<doc::ListEnvelope> AddPage(const std::string& body, const Resource& resource, bool metadata_only,
                                  std::vector<doc::Json>& objects) {
  return doc::ScanList(body, [&](const doc::ObjectHead&, std::string_view raw) -> Result<void> {
    KT_ASSIGN(doc::Json object, doc::ParseJson(raw));
    // Items of a list leave out what the list's own kind says.
    if (!metadata_only && !object.contains("kind")) {
      object["apiVersion"] = resource.gvk.ApiVersion();
      object["kind"] = resource.gvk.kind;
    }
    objects.push_back(std::move(object));
    return {};
  });
}

}  // namespace

Result<Client> Client::Connect(ClientOptions options) {
  KT_ASSIGN(Connection connection, LoadConnection(options.overrides, options.environment));
  return Create(std::move(connection), std::move(options));
}

Result<Client> Client::Create(Connection connection, ClientOptions options) {
  KT_ASSIGN(std::shared_ptr<Shared> shared, Shared::Create(std::move(connection), std::move(options)));
  return Client(std::move(shared));
}

const Connection& Client::connection() const {
  return shared_->connection();
}

const std::string& Client::default_namespace() const {
  return shared_->connection().namespace_name;
}

const std::string& Client::field_manager() const {
  return shared_->options().field_manager;
}

Result<doc::Json> Client::Get(const ObjectKey& key, const Bound& bound) const {
  net::Request request = shared_->Prepare(net::Method::kGet, key.Path());
  request.retryable = true;
  return ObjectOf(shared_->Exchange(std::move(request), bound));
}

Result<std::vector<doc::Json>> Client::List(const Resource& resource, const std::string& namespace_name,
                                            const ListOptions& options, const Bound& bound,
                                            std::string* resource_version) const {
  std::vector<doc::Json> objects;
  std::string token;
  int restarts = 0;
  while (true) {
    PathBuilder path = ListPath(resource, namespace_name, options);
    if (options.from_cache) {
      path.Add("resourceVersion", "0");  // answered whole: the server ignores a limit with it
    } else {
      path.Add("limit", std::to_string(options.page_size)).AddUnlessEmpty("continue", token);
    }
    net::Request request = shared_->Prepare(net::Method::kGet, path.text());
    request.retryable = true;
    if (options.metadata_only)
      request.headers.Set("Accept", kListAccept);
    KT_ASSIGN(const net::Response response, shared_->Exchange(std::move(request), bound));
    if (!response.ok()) {
      Error error = ToError(DecodeStatus(response));
      if (error.code() != ErrorCode::kExpired || token.empty() || ++restarts > kListRestarts)
        return error;
      // The rest would be of another moment than the pages so far.
      objects.clear();
      token.clear();
      continue;
    }
    KT_ASSIGN_CONTEXT(const doc::ListEnvelope envelope,
                      AddPage(response.body, resource, options.metadata_only, objects), "list of " + resource.plural);
    if (resource_version != nullptr)
      *resource_version = envelope.resource_version;
    token = envelope.continue_token;
    if (token.empty())
      return objects;
  }
}

Result<doc::Json> Client::Create(const Resource& resource, const std::string& namespace_name, const doc::Json& object,
                                 DryRun dry_run, const Bound& bound) const {
  ApplyOptions options;
  options.field_manager = field_manager();
  options.dry_run = dry_run;
  const ObjectKey collection{resource, namespace_name, ""};
  return ObjectOf(shared_->Exchange(CreateRequest(*shared_, collection, object, options), bound));
}

Result<doc::Json> Client::Apply(const ObjectKey& key, const doc::Json& object, const ApplyOptions& options,
                                const Bound& bound) const {
  return ObjectOf(shared_->Exchange(ApplyRequest(*shared_, {key, &object, options}), bound));
}

std::vector<Result<doc::Json>> Client::ApplyAll(const std::vector<ApplyItem>& items, const Bound& bound) const {
  std::vector<net::Request> requests;
  requests.reserve(items.size());
  for (const ApplyItem& item : items)
    requests.push_back(ApplyRequest(*shared_, item));
  std::vector<Result<doc::Json>> objects;
  objects.reserve(items.size());
  for (auto& response : shared_->ExchangeAll(std::move(requests), bound))
    objects.push_back(ObjectOf(std::move(response)));
  return objects;
}

Result<doc::Json> Client::Patch(const ObjectKey& key, PatchType type, const doc::Json& patch,
                                const std::string& subresource, const Bound& bound) const {
  PathBuilder path(key.Path() + (subresource.empty() ? "" : "/" + subresource));
  path.AddUnlessEmpty("fieldManager", field_manager());
  net::Request request = shared_->Prepare(net::Method::kPatch, path.text());
  SetBody(request, doc::Dump(patch), ContentTypeOf(type));
  return ObjectOf(shared_->Exchange(std::move(request), bound));
}

Result<doc::Json> Client::Delete(const ObjectKey& key, const DeleteOptions& options, const Bound& bound) const {
  net::Request request = shared_->Prepare(net::Method::kDelete, key.Path());
  SetBody(request, doc::Dump(DeleteBody(options)), "application/json");
  request.retryable = !options.uid.empty() || options.dry_run == DryRun::kServer;
  auto deleted = ObjectOf(shared_->Exchange(std::move(request), bound));
  if (!deleted && !options.uid.empty() && deleted.error().http_status() == 422) {
    deleted.error().SetCode(ErrorCode::kConflict);
  }
  return deleted;
}

Result<void> Client::DeleteCollection(const Resource& resource, const std::string& namespace_name,
                                      const DeleteOptions& options, const ListOptions& list, const Bound& bound) const {
  const PathBuilder path = ListPath(resource, namespace_name, list);
  net::Request request = shared_->Prepare(net::Method::kDelete, path.text());
  SetBody(request, doc::Dump(DeleteBody(options)), "application/json");
  request.retryable = options.dry_run == DryRun::kServer;
  KT_TRY(ObjectOf(shared_->Exchange(std::move(request), bound)));
  return {};
}

Result<std::string> Client::Logs(const std::string& namespace_name, const std::string& pod, const LogOptions& options,
                                 const Bound& bound) const {
  PathBuilder path(ObjectKey{Pods(), namespace_name, pod}.Path() + "/log");
  path.AddUnlessEmpty("container", options.container);
  if (options.previous)
    path.Add("previous", "true");
  if (options.timestamps)
    path.Add("timestamps", "true");
  if (options.tail_lines)
    path.Add("tailLines", std::to_string(*options.tail_lines));
  if (options.limit_bytes)
    path.Add("limitBytes", std::to_string(*options.limit_bytes));
  net::Request request = shared_->Prepare(net::Method::kGet, path.text());
  request.headers.Set("Accept", "*/*");
  request.retryable = true;
  KT_ASSIGN(net::Response response, shared_->Exchange(std::move(request), bound));
  if (response.ok())
    return std::move(response.body);
  Error error = ToError(DecodeStatus(response));
  // The server says 400 for a container that waits to start, that is unknown or that has no previous run. With one
  // container named, nothing else of the request can be wrong.
  if (response.status == 400 && !options.container.empty())
    error.SetCode(ErrorCode::kNotFound);
  const bool ambiguous = error.message().find("container name must be specified") != std::string::npos;
  if (response.status == 400 && options.container.empty() && !ambiguous)
    error.SetCode(ErrorCode::kNotFound);
  return error;
}

Result<net::Response> Client::Raw(net::Method method, const std::string& path_and_query,
                                  std::optional<std::string> body, const std::string& content_type,
                                  const Bound& bound) const {
  net::Request request = shared_->Prepare(method, path_and_query);
  request.retryable = method == net::Method::kGet || method == net::Method::kHead;
  if (body)
    SetBody(request, std::move(*body), content_type.empty() ? "application/json" : content_type);
  return shared_->Exchange(std::move(request), bound);
}

Result<Resource> Client::ResourceOf(const GroupVersionKind& gvk, const Bound& bound) const {
  if (auto builtin = BuiltinResource(gvk))
    return *std::move(builtin);
  return shared_->discovery().Find(gvk, bound);
}

Result<Resource> Client::ResourceNamed(const std::string& name, const Bound& bound) const {
  if (auto builtin = BuiltinByName(name))
    return *std::move(builtin);
  return shared_->discovery().Named(name, bound);
}

Result<std::vector<Resource>> Client::NamespacedResources(const Bound& bound) const {
  return shared_->discovery().NamespacedResources(bound);
}

void Client::LearnResource(const Resource& resource) const {
  shared_->discovery().Learn(resource);
}

std::optional<std::int64_t> Client::ServerTimeSeconds() const {
  const std::int64_t seconds = shared_->server_time();
  if (seconds == 0)
    return std::nullopt;
  return seconds;
}

std::uint64_t Client::RequestCount() const {
  return shared_->RequestCount();
}

}  // namespace kontrakt::kube
