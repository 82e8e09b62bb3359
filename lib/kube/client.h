#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/environment.h"
#include "lib/base/result.h"
#include "lib/base/retry.h"
#include "lib/base/stop.h"
#include "lib/doc/json_fwd.h"
#include "lib/kube/kubeconfig.h"
#include "lib/kube/object_key.h"
#include "lib/kube/status.h"
#include "lib/net/transport.h"

namespace kontrakt::kube {

enum class Propagation : unsigned char { kBackground, kForeground, kOrphan };
enum class DryRun : unsigned char { kNone, kServer };
enum class Force : unsigned char { kNo, kYes };
enum class Validation : unsigned char { kStrict, kWarn, kIgnore };
enum class PatchType : unsigned char { kMerge, kJson, kStrategic };

struct ApplyOptions {
  std::string field_manager = "kontrakt";
  Force force = Force::kNo;
  Validation validation = Validation::kStrict;
  DryRun dry_run = DryRun::kNone;
};

struct DeleteOptions {
  Propagation propagation = Propagation::kBackground;
  std::optional<int> grace_period_seconds{};
  std::string uid{};               ///< precondition
  std::string resource_version{};  ///< precondition
  DryRun dry_run = DryRun::kNone;
};

struct ListOptions {
  std::string label_selector{};
  std::string field_selector{};
  bool metadata_only = false;  ///< PartialObjectMetadataList
  bool from_cache = false;     ///< resourceVersion=0: 1.5 ms instead of 97 right after a write, may be stale
  int page_size = 500;
};

struct LogOptions {
  std::string container{};
  bool previous = false;
  bool timestamps = false;
  std::optional<int> tail_lines{};
  std::optional<std::int64_t> limit_bytes{};
};

struct ClientOptions {
  ConnectionOverrides overrides{};
  Environment environment{};
  std::string user_agent = "kontrakt";
  std::string field_manager = "kontrakt";
  std::size_t in_flight = 16;  ///< requests of one SendAll at a time
  RetryPolicy retry{};         ///< of one request; fewer attempts as long as the server has never answered
  /// Sees each distinct `Warning: 299` text once. Called on the thread that sent the request.
  std::function<void(const std::string&)> on_warning{};
  /// For tests: used instead of libcurl; must outlive the client.
  net::Transport* transport = nullptr;
};

/// A Kubernetes API server as one identity.
///
/// Answers other than 2xx come back as Errors made by kube::ToError, with http_status and reason set. Reads, applies
/// and deletes with a UID precondition are repeated after transport failures; writes only by Retry-After. A 401
/// refreshes the credentials and repeats once. Credentials go over https, or to this machine's own loopback.
///
/// Threads: all methods may be called from any thread at once; they block their caller within the bound.
/// Copies share one connection pool and one discovery cache.
class Client {
 public:
  /// Reads the configuration; sends nothing.
  static Result<Client> Connect(ClientOptions options);
  /// From a ready connection and transport.
  static Result<Client> Create(Connection connection, ClientOptions options);

  const Connection& connection() const;
  /// The namespace that -n or the context says.
  const std::string& default_namespace() const;
  const std::string& field_manager() const;

  Result<doc::Json> Get(const ObjectKey& key, const Bound& bound) const;
  /// Whole objects of all pages. `resource_version` (optional) receives the list's.
  Result<std::vector<doc::Json>> List(const Resource& resource, const std::string& namespace_name,
                                      const ListOptions& options, const Bound& bound,
                                      std::string* resource_version = nullptr) const;
  Result<doc::Json> Create(const Resource& resource, const std::string& namespace_name, const doc::Json& object,
                           DryRun dry_run, const Bound& bound) const;
  Result<doc::Json> Apply(const ObjectKey& key, const doc::Json& object, const ApplyOptions& options,
                          const Bound& bound) const;
  /// Many applies (or creates: key.name empty → POST), up to in_flight at a time on one connection. Results in order.
  struct ApplyItem {
    ObjectKey key;
    const doc::Json* object;
    ApplyOptions options;
  };
  std::vector<Result<doc::Json>> ApplyAll(const std::vector<ApplyItem>& items, const Bound& bound) const;
  /// JSON merge patch (RFC 7396) or JSON patch. `subresource` "" or "status".
  Result<doc::Json> Patch(const ObjectKey& key, PatchType type, const doc::Json& patch, const std::string& subresource,
                          const Bound& bound) const;
  /// What the server answered: the object that is being deleted, or a Status. kNotFound when there is none;
  /// kConflict when a precondition fails (409, and 422 for a wrong uid).
  Result<doc::Json> Delete(const ObjectKey& key, const DeleteOptions& options, const Bound& bound) const;
  Result<void> DeleteCollection(const Resource& resource, const std::string& namespace_name,
                                const DeleteOptions& options, const ListOptions& list, const Bound& bound) const;
  /// kNotFound where there is no pod, container or previous run.
  Result<std::string> Logs(const std::string& namespace_name, const std::string& pod, const LogOptions& options,
                           const Bound& bound) const;

  /// Any request, with our credentials. The URL is a path below the server.
  Result<net::Response> Raw(net::Method method, const std::string& path_and_query, std::optional<std::string> body,
                            const std::string& content_type, const Bound& bound) const;

  /// The resource of a kind: built-in table first, then discovery (asked once, and once more when it is unknown).
  /// kInvalidInput: no such kind; the hint names a near one. kUnavailable: its API service is down.
  Result<Resource> ResourceOf(const GroupVersionKind& gvk, const Bound& bound) const;
  /// By a name as typed: "deploy", "pods", "certificates.cert-manager.io".
  Result<Resource> ResourceNamed(const std::string& name, const Bound& bound) const;
  /// Every listable resource that is namespaced, preferred version only.
  Result<std::vector<Resource>> NamespacedResources(const Bound& bound) const;
  /// Tells the cache about a kind whose CRD we just applied.
  void LearnResource(const Resource& resource) const;

  /// The server's clock, from the Date header of the last answer.
  std::optional<std::int64_t> ServerTimeSeconds() const;
  /// Requests sent so far.
  std::uint64_t RequestCount() const;

  struct Shared;
  /// For watch and log follow, which live on lanes of their own.
  const std::shared_ptr<Shared>& shared() const { return shared_; }

 private:
  explicit Client(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  std::shared_ptr<Shared> shared_;
};

/// The well-known ones, so that callers need no table look-up.
const Resource& Namespaces();
const Resource& Pods();
const Resource& Secrets();
const Resource& ServiceAccounts();
const Resource& ConfigMaps();
const Resource& Events();
const Resource& Roles();
const Resource& RoleBindings();
const Resource& CustomResourceDefinitions();

}  // namespace kontrakt::kube
