#include "lib/lifecycle/run_watch.h"

#include <algorithm>
#include <utility>

namespace kontrakt {
namespace {

constexpr std::chrono::milliseconds kLiveEvery{250};
constexpr std::chrono::milliseconds kLongestPause{1000};
constexpr int kEventsAtOnce = 256;

}  // namespace

RunWatch::RunWatch(const Context& context, std::string run_id)
    : context_(context), run_id_(std::move(run_id)), watch_(context.client) {}

void RunWatch::Add(const std::string& kontrakt, KontraktBoard& board) {
  boards_[kontrakt] = &board;
}

void RunWatch::Begin() {
  namespaces_ = watch_.Add({.resource = kube::Namespaces(),
                            .namespace_name = "",
                            .label_selector = RunSelector(context_.scope.owner, run_id_),
                            .field_selector = "",
                            .metadata_only = true});
}

Result<void> RunWatch::SeeNamespace(RunNamespace ns) {
  if (!ns.IsOurs() || ns.RunId() != run_id_ || ns.Owner() != context_.scope.owner)
    return {};
  if (on_namespace_)
    on_namespace_(ns);
  const std::string name = ns.KontraktName();
  const auto board = boards_.find(name);
  if (board == boards_.end())
    return {};
  KT_ASSIGN(const bool begun, board->second->SeeNamespace(std::move(ns)));
  if (!begun)
    return {};
  std::vector<std::size_t>& subjects = subjects_of_[name];
  for (const std::size_t subject : subjects) {
    watch_.Remove(subject);
    origins_.erase(subject);
  }
  subjects.clear();
  for (kube::WatchSubject& wanted : board->second->Subjects()) {
    const kube::Resource resource = wanted.resource;
    const std::size_t subject = watch_.Add(std::move(wanted));
    origins_[subject] = {name, resource};
    subjects.push_back(subject);
  }
  board->second->SetSubjects(subjects);
  return {};
}

Result<void> RunWatch::TakeNamespace(const kube::WatchEvent& event) {
  if (event.type == kube::EventType::kUpserted)
    return SeeNamespace(RunNamespace::Of(event.object));
  const auto board = boards_.find(RunNamespace::Of(event.object).KontraktName());
  if (event.type == kube::EventType::kDeleted && board != boards_.end())
    board->second->NamespaceGone();
  return {};
}

Result<void> RunWatch::Take(kube::WatchEvent event, std::set<KontraktBoard*>& touched) {
  if (event.type == kube::EventType::kFailed && event.error)
    return WithContext(std::move(*event.error), "watching the run");
  if (event.subject == namespaces_)
    return TakeNamespace(event);
  const auto origin = origins_.find(event.subject);
  if (origin == origins_.end())
    return {};
  KontraktBoard& board = *boards_.at(origin->second.kontrakt);
  if (event.type == kube::EventType::kSynced) {
    board.Synced(event.subject);
  } else {
    board.See(origin->second.resource, event);
  }
  touched.insert(&board);
  return {};
}

std::chrono::milliseconds RunWatch::UntilNextStep() const {
  std::chrono::milliseconds longest = kLongestPause;
  const WallTime now = NowWall();
  for (const auto& [name, board] : boards_) {
    if (const auto next = board->NextStep())
      longest = std::min(longest, std::max(std::chrono::milliseconds(1), *next - now));
  }
  return longest;
}

Result<std::set<KontraktBoard*>> RunWatch::Next() {
  std::set<KontraktBoard*> touched;
  std::optional<kube::WatchEvent> event = watch_.Next(UntilNextStep(), context_.bound);
  for (int taken = 0; event; ++taken) {
    KT_TRY(Take(std::move(*event), touched));
    event = taken < kEventsAtOnce ? watch_.Next(std::chrono::milliseconds(0), context_.bound) : std::nullopt;
  }
  return touched;
}

void RunWatch::ShowLive() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_live_)
    return;
  next_live_ = now + kLiveEvery;
  std::vector<LiveRow> rows;
  for (const auto& [name, board] : boards_)
    board->AppendLive(rows);
  context_.progress.Live(rows);
}

}  // namespace kontrakt
