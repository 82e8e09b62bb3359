#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/doc/json.h"

namespace kontrakt::fakes {

/// Where an object lies: type ("deployments.apps"), namespace (empty for cluster scope) and name.
struct ObjectId {
  std::string type;
  std::string namespace_name;
  std::string name;
  friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
};

/// An object as it was at one resourceVersion; never changed afterwards.
using Snapshot = std::shared_ptr<const doc::Json>;

enum class StoreChange : unsigned char { kAdded, kModified, kDeleted };

struct StoreEvent {
  std::uint64_t version = 0;
  StoreChange change = StoreChange::kAdded;
  ObjectId id;
  Snapshot object;
  Snapshot before;  ///< null for kAdded
};

/// All objects, one resourceVersion counter over all of them as in etcd, and the events since the last compaction.
///
/// Threads: guarded by its owner.
class ObjectStore {
 public:
  /// Null where there is none.
  Snapshot Find(const ObjectId& id) const;
  /// Of one type, by namespace and name; an empty namespace means all of them.
  std::vector<std::pair<ObjectId, Snapshot>> List(const std::string& type, const std::string& namespace_name) const;
  std::vector<std::pair<ObjectId, Snapshot>> All() const;
  /// Adds or replaces. Sets metadata.resourceVersion.
  Snapshot Put(const ObjectId& id, doc::Json object);
  /// The DELETED event carries the last state under a new resourceVersion, as etcd's does.
  void Remove(const ObjectId& id);

  std::uint64_t version() const { return version_; }
  /// Events up to here are forgotten.
  std::uint64_t compacted() const { return compacted_; }
  const std::deque<StoreEvent>& history() const { return history_; }
  void Compact();

 private:
  void Record(StoreEvent event);

  std::map<ObjectId, Snapshot> objects_;
  std::deque<StoreEvent> history_;
  std::uint64_t version_ = 1000;
  std::uint64_t compacted_ = 1000;
};

}  // namespace kontrakt::fakes
