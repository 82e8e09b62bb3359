#include "lib/lifecycle/readiness.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "lib/kube/resource_table.h"
#include "lib/kube/watch.h"
#include "lib/lifecycle/board.h"
#include "lib/lifecycle/storage_classes.h"

namespace kontrakt {
namespace {

/// The inventory with only those items: nothing else is watched or judged.
Inventory Subset(const Inventory& inventory, const std::vector<std::size_t>& items) {
  Inventory subset;
  for (const std::size_t index : items) {
    if (inventory.items[index].waited_for)
      subset.items.push_back(inventory.items[index]);
  }
  return subset;
}

bool CountsAsReady(const Board::Row& row) {
  return row.held_back || row.judgement.state == verdict::State::kReady ||
         row.judgement.state == verdict::State::kSucceeded ||
         (row.item->role == Role::kTest && row.judgement.state == verdict::State::kFailed);
}

Error WhyNot(const Board& board, const Board::Row& row) {
  Error error = Negative(row.item->Describe() + " " + row.judgement.message);
  error.SetReason(std::string(verdict::NameOf(row.judgement.cause)));
  error.SetLocation({row.item->file, row.item->line, 0});
  if (const std::string event = board.LastEvent(*row.item); !event.empty())
    error.SetHint("last event: " + event);
  return error;
}

}  // namespace

Result<void> WaitUntilReady(const Context& context, const RunNamespace& ns, const Inventory& inventory,
                            const std::vector<std::size_t>& items, const verdict::Patience& patience) {
  Board board(ns.name, Subset(inventory, items), patience);
  const std::vector<kube::WatchSubject> subjects = board.Subjects();
  if (subjects.empty())
    return {};
  KT_TRY(GiveStorageClasses(context, board));
  kube::WatchSet watch(context.client);
  std::map<std::size_t, kube::Resource> resources;
  for (const kube::WatchSubject& subject : subjects)
    resources[watch.Add(subject)] = subject.resource;
  std::set<std::size_t> synced;
  while (true) {
    std::optional<kube::WatchEvent> event = watch.Next(std::chrono::seconds(1), context.bound);
    if (event && event->type == kube::EventType::kFailed && event->error)
      return std::move(*event->error);
    if (event && event->type == kube::EventType::kSynced)
      synced.insert(event->subject);
    if (event)
      board.See(resources[event->subject], *event);
    const std::vector<Board::Row> rows = board.Judge(NowWall());
    const auto doomed = std::find_if(rows.begin(), rows.end(), [](const Board::Row& row) {
      return !CountsAsReady(row) && verdict::IsFinal(row.judgement.state);
    });
    if (doomed != rows.end())
      return WhyNot(board, *doomed);
    const bool all_seen = synced.size() == subjects.size();
    const auto missing = std::find_if_not(rows.begin(), rows.end(), CountsAsReady);
    if (all_seen && missing == rows.end())
      return {};
    if (Result<void> in_time = context.bound.Check("objects to be ready"); !in_time) {
      if (missing == rows.end() || in_time.error().code() != ErrorCode::kTimeout)
        return in_time;
      Error error = WhyNot(board, *missing);
      return std::move(error.SetCode(ErrorCode::kTimeout));
    }
  }
}

}  // namespace kontrakt
