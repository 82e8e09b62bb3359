#include "tests/fakes/object_store.h"

#include <utility>

namespace kontrakt::fakes {
namespace {

constexpr std::size_t kHistory = 100'000;

}  // namespace

Snapshot ObjectStore::Find(const ObjectId& id) const {
  const auto found = objects_.find(id);
  return found == objects_.end() ? nullptr : found->second;
}

std::vector<std::pair<ObjectId, Snapshot>> ObjectStore::List(const std::string& type,
                                                             const std::string& namespace_name) const {
  std::vector<std::pair<ObjectId, Snapshot>> list;
  for (auto it = objects_.lower_bound({type, namespace_name, ""}); it != objects_.end(); ++it) {
    if (it->first.type != type || (!namespace_name.empty() && it->first.namespace_name != namespace_name)) {
      break;
    }
    list.emplace_back(it->first, it->second);
  }
  return list;
}

std::vector<std::pair<ObjectId, Snapshot>> ObjectStore::All() const {
  return {objects_.begin(), objects_.end()};
}

Snapshot ObjectStore::Put(const ObjectId& id, doc::Json object) {
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  auto snapshot = std::make_shared<const doc::Json>(std::move(object));
  Snapshot& place = objects_[id];
  Record({version_, place ? StoreChange::kModified : StoreChange::kAdded, id, snapshot, place});
  place = snapshot;
  return snapshot;
}

void ObjectStore::Remove(const ObjectId& id) {
  const auto found = objects_.find(id);
  if (found == objects_.end()) {
    return;
  }
  doc::Json last = *found->second;
  last["metadata"]["resourceVersion"] = std::to_string(++version_);
  Record({version_, StoreChange::kDeleted, id, std::make_shared<const doc::Json>(std::move(last)), found->second});
  objects_.erase(found);
}

void ObjectStore::Record(StoreEvent event) {
  history_.push_back(std::move(event));
  if (history_.size() > kHistory) {
    compacted_ = history_.front().version;
    history_.pop_front();
  }
}

void ObjectStore::Compact() {
  history_.clear();
  compacted_ = version_;
}

}  // namespace kontrakt::fakes
