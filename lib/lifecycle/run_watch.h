#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/base/progress.h"
#include "lib/base/result.h"
#include "lib/base/time.h"
#include "lib/kube/watch.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/run_namespace.h"

namespace kontrakt {

/// What is followed of one kontrakt, from a namespace that may not be there yet to its end.
class KontraktBoard {
 public:
  virtual ~KontraktBoard() = default;
  /// Takes the Namespace as it is now; begins anew when it is another attempt. True when subjects are to be (re)added.
  virtual Result<bool> SeeNamespace(RunNamespace ns) = 0;
  virtual void NamespaceGone() = 0;
  /// What must be watched, and then the numbers that the watch gave those.
  virtual std::vector<kube::WatchSubject> Subjects() const = 0;
  virtual void SetSubjects(const std::vector<std::size_t>& subjects) = 0;
  virtual void See(const kube::Resource& resource, const kube::WatchEvent& event) = 0;
  virtual void Synced(std::size_t subject) = 0;
  /// When it should be looked at again although nothing happens.
  virtual std::optional<WallTime> NextStep() const = 0;
  virtual void AppendLive(std::vector<LiveRow>& rows) const = 0;
};

/// Follows all kontrakts of a run at once, on one set of watches: their Namespaces by label, and in each what its board
/// asks for.
///
/// Threads: confined to one. The boards must outlive it.
class RunWatch {
 public:
  RunWatch(const Context& context, std::string run_id);

  void Add(const std::string& kontrakt, KontraktBoard& board);
  /// Called with each Namespace of the run before its board sees it; may add boards.
  void OnNamespace(std::function<void(const RunNamespace&)> listener) { on_namespace_ = std::move(listener); }
  /// A namespace of the run, new or changed; one of another run, or without a board, is somebody else's.
  Result<void> SeeNamespace(RunNamespace ns);
  /// Begins to follow the run's Namespaces.
  void Begin();

  /// Waits for what happens next, until a board's next step at most, and takes all that is already there: one look at
  /// the whole costs less than one at each event. The boards that something happened to; none when time has passed.
  Result<std::set<KontraktBoard*>> Next();
  /// Gives progress the live picture, some times a second at most.
  void ShowLive();

 private:
  struct Origin {
    std::string kontrakt;
    kube::Resource resource;
  };
  std::chrono::milliseconds UntilNextStep() const;
  Result<void> Take(kube::WatchEvent event, std::set<KontraktBoard*>& touched);
  Result<void> TakeNamespace(const kube::WatchEvent& event);

  const Context& context_;
  std::string run_id_;
  kube::WatchSet watch_;
  std::optional<std::size_t> namespaces_;
  std::function<void(const RunNamespace&)> on_namespace_;
  std::map<std::string, KontraktBoard*> boards_;
  std::map<std::string, std::vector<std::size_t>> subjects_of_;
  std::map<std::size_t, Origin> origins_;
  std::chrono::steady_clock::time_point next_live_{};
};

}  // namespace kontrakt
