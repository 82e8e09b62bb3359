#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/base/time.h"
#include "lib/doc/json.h"
#include "lib/doc/path.h"
#include "lib/kube/watch.h"
#include "lib/lifecycle/inventory.h"
#include "lib/verdict/judge.h"

namespace kontrakt {

/// --ready-when KIND=EXPR by kind in lower case.
using ReadyWhenByKind = std::map<std::string, doc::Condition>;

/// What is known of one kontrakt's objects: fed with watch events, asked for judgements.
///
/// Threads: confined to one.
class Board {
 public:
  Board(std::string namespace_name, Inventory inventory, verdict::Patience patience, ReadyWhenByKind ready_when = {});
  Board(const Board&) = delete;  // rows point into it
  Board& operator=(const Board&) = delete;

  /// What must be watched to judge every item: its kind, the pods and ReplicaSets below it, the events about it.
  std::vector<kube::WatchSubject> Subjects() const;
  /// Takes one event of a subject of that resource.
  void See(const kube::Resource& resource, const kube::WatchEvent& event);
  /// StorageClasses by name, so that claims that wait for their first consumer are known.
  void SetStorageClasses(std::vector<doc::Json> classes);

  struct Row {
    const InventoryItem* item = nullptr;
    verdict::Judgement judgement;
    bool held_back = false;  ///< a test that has not been let start
  };
  /// Judges every item. The items live as long as the board.
  std::vector<Row> Judge(WallTime now);
  Row JudgeItem(const InventoryItem& item, WallTime now);

  const Inventory& inventory() const { return inventory_; }
  const std::string& namespace_name() const { return namespace_name_; }
  /// The object as last seen, or nullptr; deleted ones too.
  const doc::Json* Live(const InventoryItem& item) const;
  /// All pods that an item owns, at any depth, or is; oldest first.
  std::vector<const doc::Json*> PodsOf(const InventoryItem& item) const;
  /// The newest event about an item or what it owns, as "Reason: message (x3)"; empty without one.
  std::string LastEvent(const InventoryItem& item) const;
  /// Whether what the item's test pods wait for is our gate or suspension.
  bool IsHeldBack(const InventoryItem& item) const;

 private:
  struct Seen {
    doc::Json object;
    std::string kind;
    bool deleted = false;
  };
  struct ItemMemory {
    verdict::Memory memory;
    std::optional<doc::Condition> ready_when;
  };

  const Seen* Find(const InventoryItem& item) const;
  void CollectOwned(const std::string& uid, std::vector<const Seen*>& owned) const;
  verdict::Surroundings SurroundingsOf(const InventoryItem& item, const Seen* seen, WallTime now);
  bool IsClaimUsed(const std::string& claim) const;
  const doc::Json* StorageClassOf(const doc::Json& claim) const;

  std::string namespace_name_;
  Inventory inventory_;
  verdict::Patience patience_;
  std::map<const InventoryItem*, ItemMemory> memories_;
  std::map<std::string, verdict::Memory> pod_memories_;             // by uid
  std::map<std::string, Seen> seen_;                                // by uid
  std::map<std::string, std::string> uid_by_name_;                  // "Kind/ns/name"
  std::map<std::string, std::vector<std::string>> owned_by_;        // uids by owner's uid
  std::map<std::string, std::map<std::string, doc::Json>> events_;  // by involved uid, by event uid
  std::vector<doc::Json> storage_classes_;
};

/// Lets held-back tests start: empties our gate on their pods, takes the suspension off Jobs. Called again for pods
/// that appear later. Failures that pass by themselves (a pod that changed meanwhile) are left to the next call.
Result<void> LetTestsStart(const kube::Client& client, const Board& board, const Bound& bound);

/// When an event happened last, as written: of its series, its last timestamp, or when it was made.
std::string EventTime(const doc::Json& event);

/// Whether an item's judgement means that waiting for it is over, and well.
bool IsReached(const Board::Row& row);

}  // namespace kontrakt
