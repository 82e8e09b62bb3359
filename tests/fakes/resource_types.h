#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/doc/json_fwd.h"

namespace kontrakt::fakes {

enum class TypeScope : unsigned char { kNamespaced, kCluster };

/// One resource type that the fake serves.
struct ResourceType {
  std::string group;
  std::vector<std::string> versions;  ///< preferred first
  std::string plural;
  std::string kind;
  std::string singular;
  std::vector<std::string> short_names;
  TypeScope scope = TypeScope::kNamespaced;
  bool has_status = true;
  bool builtin = true;  ///< false: defined by a CustomResourceDefinition

  bool namespaced() const { return scope == TypeScope::kNamespaced; }
  /// "pods" or "deployments.apps".
  std::string Id() const { return group.empty() ? plural : plural + "." + group; }
  /// "v1" or "apps/v1".
  std::string ApiVersion(const std::string& version) const { return group.empty() ? version : group + "/" + version; }
  std::string PreferredApiVersion() const { return ApiVersion(versions.front()); }
  bool Serves(std::string_view version) const;
};

/// The types served now: the usual built-ins of 1.34 and what definitions added.
///
/// Threads: guarded by its owner.
class ResourceTypes {
 public:
  ResourceTypes();
  const ResourceType* Find(std::string_view group, std::string_view version, std::string_view plural) const;
  /// By "pods" or "deployments.apps".
  const ResourceType* FindById(std::string_view id) const;
  const ResourceType* FindByKind(std::string_view api_version, std::string_view kind) const;
  const std::vector<ResourceType>& all() const { return types_; }
  /// Serves what an apiextensions.k8s.io/v1 CustomResourceDefinition defines, replacing an earlier one.
  void AddDefinition(const doc::Json& definition);
  void RemoveDefinition(const std::string& id);

 private:
  std::vector<ResourceType> types_;
};

}  // namespace kontrakt::fakes
