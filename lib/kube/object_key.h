#pragma once

#include <compare>
#include <string>

namespace kontrakt::kube {

/// group/version and kind, as in a manifest's apiVersion and kind.
struct GroupVersionKind {
  std::string group;  ///< empty for core
  std::string version;
  std::string kind;
  static GroupVersionKind Of(const std::string& api_version, const std::string& kind);
  std::string ApiVersion() const { return group.empty() ? version : group + "/" + version; }
  friend bool operator==(const GroupVersionKind&, const GroupVersionKind&) = default;
  friend auto operator<=>(const GroupVersionKind&, const GroupVersionKind&) = default;
};

enum class Scope : unsigned char { kNamespaced, kCluster };

/// A kind's place in the API: what its collection is called.
struct Resource {
  GroupVersionKind gvk;
  std::string plural;  ///< "deployments"
  Scope scope = Scope::kNamespaced;
  friend bool operator==(const Resource&, const Resource&) = default;
};

/// One object in the cluster.
struct ObjectKey {
  Resource resource;
  std::string namespace_name;  ///< empty for cluster scope
  std::string name;

  /// "deployment/web" or "deployment.apps/web" is for people: kind in lower case, group only where not built in.
  std::string ToString() const;
  /// "/api/v1/namespaces/NS/pods/NAME", each part percent-encoded. Without a name: the collection's path.
  std::string Path() const;
  friend bool operator==(const ObjectKey&, const ObjectKey&) = default;
};

}  // namespace kontrakt::kube
