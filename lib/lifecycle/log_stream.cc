#include "lib/lifecycle/log_stream.h"

#include <algorithm>
#include <utility>

#include "lib/doc/json.h"

namespace kontrakt {

LogStream::LogStream(const Context& context, std::string kontrakt, Logs logs)
    : context_(context), kontrakt_(std::move(kontrakt)), logs_(logs) {}

LogStream::~LogStream() = default;

void LogStream::Update(const Board& board) {
  if (logs_ == Logs::kNone)
    return;
  for (const InventoryItem& item : board.inventory().items) {
    if (logs_ == Logs::kTests && item.role != Role::kTest)
      continue;
    for (const doc::Json* pod : board.PodsOf(item))
      UpdatePod(board.namespace_name(), *pod);
  }
}

void LogStream::UpdatePod(const std::string& namespace_name, const doc::Json& pod) {
  const std::string name = doc::StringAt(pod, {"metadata", "name"});
  const doc::Json& statuses = doc::ArrayAt(pod, {"status", "containerStatuses"});
  for (const doc::Json& status : statuses) {
    const std::string container = doc::StringAt(status, {"name"});
    const bool running = doc::Find(status, {"state", "running"}) != nullptr;
    const bool ended = doc::Find(status, {"state", "terminated"}) != nullptr;
    if (!running && !ended)
      continue;
    auto& follower = followers_[doc::StringAt(pod, {"metadata", "uid"}) + "/" + container];
    if (!follower) {
      std::string source = kontrakt_ + "/" + name;
      if (statuses.size() > 1)
        source += "/" + container;
      follower = std::make_unique<kube::LogFollower>(
          context_.client, kube::LogFollower::Target{namespace_name, name, container},
          [&progress = context_.progress, source](std::string_view line) { progress.Log(source, line); });
    }
    if (ended)
      follower->ContainerEnded();
  }
}

void LogStream::Drain(std::chrono::milliseconds longest, const Bound& bound) {
  const Bound limited = bound.Until(Deadline::After(longest));
  const auto done = [&] {
    return std::all_of(followers_.begin(), followers_.end(), [](const auto& entry) { return entry.second->IsDone(); });
  };
  while (!done() && SleepFor(std::chrono::milliseconds(5), limited)) {
  }
}

}  // namespace kontrakt
