#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/doc/json.h"
#include "lib/kube/object_key.h"
#include "lib/net/http.h"

namespace kontrakt::kube {

/// One resource type as a server describes it.
struct ApiResource {
  Resource resource;
  std::string singular;
  std::vector<std::string> short_names;
  std::vector<std::string> verbs;
  bool preferred = false;  ///< of its group's preferred version, or only in another

  bool Has(std::string_view verb) const;
};

/// All that a server offers at one moment.
struct ApiCatalogue {
  std::vector<ApiResource> resources;
  std::set<std::string> stale;  ///< group/versions whose API service does not answer
};

/// The Accept header for /api and /apis: aggregated discovery where the server has it (v2 from Kubernetes 1.30, v2beta1
/// from 1.26).
inline constexpr char kDiscoveryAccept[] =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// What a server offers, asked lazily and kept: two requests with aggregated discovery, one a group and version
/// without.
///
/// Threads: any; one asks at a time.
class Discovery {
 public:
  /// Sends GETs for several paths at once, with that Accept header. Results in order, whatever their status.
  using Fetch = std::function<std::vector<Result<net::Response>>(const std::vector<std::string>& paths,
                                                                 const std::string& accept, const Bound& bound)>;

  explicit Discovery(Fetch fetch) : fetch_(std::move(fetch)) {}

  /// Asks the server once, and once more when the kind is unknown to what was asked before.
  /// kInvalidInput: no such kind (the hint names a near one); kUnavailable: its API service is down.
  Result<Resource> Find(const GroupVersionKind& gvk, const Bound& bound);
  /// By plural, singular, short name or kind, with an optional ".group" or ".version.group".
  Result<Resource> Named(const std::string& name, const Bound& bound);
  /// Namespaced and listable, preferred version only.
  Result<std::vector<Resource>> NamespacedResources(const Bound& bound);
  void Learn(const Resource& resource);

 private:
  /// The answers for /api and /apis.
  struct Roots {
    doc::Json core;
    doc::Json groups;
  };

  Result<void> Load(const Bound& bound);
  Result<ApiCatalogue> Fetched(const Bound& bound) const;
  Result<Roots> FetchRoots(const std::string& accept, const Bound& bound) const;
  Result<ApiCatalogue> FetchLegacy(const Roots& roots, const Bound& bound) const;
  Error UnknownKind(const GroupVersionKind& gvk) const;

  const Fetch fetch_;
  std::mutex mutex_;
  bool loaded_ = false;
  ApiCatalogue catalogue_;
  std::vector<Resource> learned_;
};

}  // namespace kontrakt::kube
