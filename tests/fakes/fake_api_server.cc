#include "tests/fakes/fake_api_server.h"

#include <algorithm>
#include <utility>

#include "tests/fakes/api_kinds.h"
#include "tests/fakes/api_router.h"
#include "tests/fakes/api_writes.h"
#include "tests/fakes/housekeeping.h"
#include "tests/fakes/json_access.h"
#include "tests/fakes/workload_simulation.h"

namespace kontrakt::fakes {

FakeApiServer::FakeApiServer(ApiOptions options) : core_(std::make_unique<ApiCore>()) {
  core_->options = std::move(options);
  for (const char* name : {"default", "kube-system", "kube-public", "kube-node-lease"}) {
    AddNamespace(name);
  }
  http_ = std::make_unique<HttpServer>(
      [this](const HttpRequest& request, ResponseWriter& writer) { RouteApiRequest(*core_, request, writer); });
  cluster_ = std::thread([this] { RunCluster(); });
}

FakeApiServer::~FakeApiServer() {
  {
    const std::lock_guard lock(core_->mutex);
    core_->stopping = true;
  }
  core_->changed.notify_all();
  http_->Stop();
  cluster_.join();
}

void FakeApiServer::RunCluster() {
  Housekeeping housekeeping(*core_);
  WorkloadSimulation simulation(*core_);
  std::unique_lock lock(core_->mutex);
  while (!core_->stopping) {
    const std::uint64_t version = core_->store.version();
    const auto now = std::chrono::steady_clock::now();
    auto next = housekeeping.Step(now);
    if (core_->options.simulate_workloads) {
      next = std::min(next, simulation.Step(now));
    }
    // Their own changes may call for more at once.
    if (core_->store.version() == version) {
      const auto wake = std::min(next, now + std::chrono::seconds(1));
      core_->changed.wait_until(lock, wake, [&] { return core_->stopping || core_->store.version() != version; });
    }
  }
}

std::string FakeApiServer::Kubeconfig(const std::string& token) const {
  const std::string user = token.empty() ? "{}" : "{token: \"" + token + "\"}";
  return "apiVersion: v1\nkind: Config\ncurrent-context: fake\n"
         "clusters:\n- name: fake\n  cluster: {server: \"" +
         url() + "\"}\nusers:\n- name: fake\n  user: " + user +
         "\ncontexts:\n- name: fake\n  context: {cluster: fake, user: fake}\n";
}

void FakeApiServer::Configure(const std::function<void(ApiOptions&)>& change) {
  const std::lock_guard lock(core_->mutex);
  change(core_->options);
  core_->changed.notify_all();
}

std::optional<FakeApiServer::Located> FakeApiServer::Locate(const std::string& api_version, const std::string& kind,
                                                            const std::string& namespace_name,
                                                            const std::string& name) const {
  const ResourceType* type = core_->types.FindByKind(api_version, kind);
  if (type == nullptr) {
    return std::nullopt;
  }
  return Located{type, {type->Id(), type->namespaced() ? namespace_name : "", name}};
}

Json FakeApiServer::Put(Json object) {
  const std::lock_guard lock(core_->mutex);
  if (Text(object, "kind") == "CustomResourceDefinition") {
    core_->types.AddDefinition(object);
  }
  const auto place = Locate(Text(object, "apiVersion"), Text(object, "kind"), Namespace(object), Name(object));
  if (!place) {
    return nullptr;
  }
  Json& metadata = object["metadata"];
  if (!Has(metadata, "uid")) {
    metadata["uid"] = NewUid();
  }
  if (!Has(metadata, "creationTimestamp")) {
    metadata["creationTimestamp"] = core_->Now();
  }
  if (!Has(metadata, "generation") && Has(object, "spec") && place->type->kind != "Service") {
    metadata["generation"] = 1;
  }
  const bool with_status = Has(object, "status");
  const Json status = with_status ? object["status"] : Json();
  PrepareForCreate(*place->type, object);
  ApplyDefaults(*place->type, object, ++core_->ordinal);
  ApplyAdmission(*place->type, object);
  if (with_status) {
    object["status"] = status;
  }
  return *core_->Write(place->id, std::move(object));
}

std::optional<Json> FakeApiServer::Get(const std::string& api_version, const std::string& kind,
                                       const std::string& namespace_name, const std::string& name) const {
  const std::lock_guard lock(core_->mutex);
  const auto place = Locate(api_version, kind, namespace_name, name);
  const Snapshot object = place ? core_->store.Find(place->id) : nullptr;
  return object ? std::optional<Json>(*object) : std::nullopt;
}

std::vector<Json> FakeApiServer::GetAll(const std::string& api_version, const std::string& kind,
                                        const std::string& namespace_name) const {
  const std::lock_guard lock(core_->mutex);
  std::vector<Json> all;
  if (const auto place = Locate(api_version, kind, namespace_name, "")) {
    for (const auto& [id, object] : core_->store.List(place->id.type, place->id.namespace_name)) {
      all.push_back(*object);
    }
  }
  return all;
}

bool FakeApiServer::Update(const std::string& api_version, const std::string& kind, const std::string& namespace_name,
                           const std::string& name, const std::function<void(Json&)>& change) {
  const std::lock_guard lock(core_->mutex);
  const auto place = Locate(api_version, kind, namespace_name, name);
  const Snapshot object = place ? core_->store.Find(place->id) : nullptr;
  if (!object) {
    return false;
  }
  Json next = *object;
  change(next);
  core_->Write(place->id, std::move(next));
  return true;
}

void FakeApiServer::Remove(const std::string& api_version, const std::string& kind, const std::string& namespace_name,
                           const std::string& name) {
  const std::lock_guard lock(core_->mutex);
  if (const auto place = Locate(api_version, kind, namespace_name, name)) {
    RemoveWithDependents(*core_, place->id);
  }
}

bool FakeApiServer::WaitFor(const std::string& api_version, const std::string& kind, const std::string& namespace_name,
                            const std::string& name, const std::function<bool(const Json*)>& fulfilled,
                            std::chrono::milliseconds longest) const {
  std::unique_lock lock(core_->mutex);
  return core_->changed.wait_for(lock, longest, [&] {
    const auto place = Locate(api_version, kind, namespace_name, name);
    const Snapshot object = place ? core_->store.Find(place->id) : nullptr;
    return fulfilled(object.get());
  });
}

void FakeApiServer::AddNamespace(const std::string& name, Json labels) {
  Json home = {
      {"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}, {"labels", std::move(labels)}}}};
  Put(std::move(home));
  const std::lock_guard lock(core_->mutex);
  AddNamespaceContent(*core_, name);
}

void FakeApiServer::AddBehaviour(PodBehaviour behaviour) {
  const std::lock_guard lock(core_->mutex);
  core_->options.behaviours.push_back(std::move(behaviour));
}

void FakeApiServer::AppendLog(const std::string& namespace_name, const std::string& pod, const std::string& container,
                              const std::string& text) {
  const std::lock_guard lock(core_->mutex);
  core_->logs.Append({namespace_name, pod, container}, text);
  core_->changed.notify_all();
}

void FakeApiServer::SetPreviousLog(const std::string& namespace_name, const std::string& pod,
                                   const std::string& container, const std::string& text) {
  const std::lock_guard lock(core_->mutex);
  core_->logs.SetPrevious({namespace_name, pod, container}, text);
}

void FakeApiServer::Compact() {
  const std::lock_guard lock(core_->mutex);
  core_->store.Compact();
}

void FakeApiServer::EndWatches() {
  const std::lock_guard lock(core_->mutex);
  ++core_->watch_epoch;
  core_->changed.notify_all();
}

void FakeApiServer::SendBookmarks() {
  const std::lock_guard lock(core_->mutex);
  ++core_->bookmark_epoch;
  core_->changed.notify_all();
}

std::string FakeApiServer::ResourceVersion() const {
  const std::lock_guard lock(core_->mutex);
  return std::to_string(core_->store.version());
}

void FakeApiServer::AddUser(const std::string& token, User user) {
  const std::lock_guard lock(core_->mutex);
  core_->access.AddUser(token, std::move(user));
}

void FakeApiServer::RemoveUser(const std::string& token) {
  const std::lock_guard lock(core_->mutex);
  core_->access.RemoveUser(token);
}

void FakeApiServer::AddRule(AccessRule rule) {
  const std::lock_guard lock(core_->mutex);
  core_->access.AddRule(std::move(rule));
}

std::vector<std::string> FakeApiServer::Audit() const {
  std::vector<std::string> audit;
  for (const LoggedRequest& entry : http_->Requests()) {
    audit.push_back(entry.request.method + " " + entry.request.target);
  }
  return audit;
}

}  // namespace kontrakt::fakes
