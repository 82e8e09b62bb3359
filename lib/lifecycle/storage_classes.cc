#include "lib/lifecycle/storage_classes.h"

#include <algorithm>
#include <utility>

#include "lib/kube/resource_table.h"

namespace kontrakt {

Result<void> GiveStorageClasses(const Context& context, Board& board) {
  const auto& items = board.inventory().items;
  const bool claims = std::any_of(items.begin(), items.end(), [](const InventoryItem& item) {
    return item.key.resource.gvk.kind == "PersistentVolumeClaim" || item.key.resource.gvk.kind == "StatefulSet";
  });
  if (!claims)
    return {};
  const kube::Resource resource = *kube::BuiltinResource({"storage.k8s.io", "v1", "StorageClass"});
  kube::ListOptions options;
  options.from_cache = true;
  Result<std::vector<doc::Json>> classes = context.client.List(resource, "", options, context.bound);
  if (!classes && classes.error().code() == ErrorCode::kDenied)
    return {};
  KT_ASSIGN(std::vector<doc::Json> found, std::move(classes));
  board.SetStorageClasses(std::move(found));
  return {};
}

}  // namespace kontrakt
