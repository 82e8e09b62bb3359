#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "tests/fakes/api_core.h"

namespace kontrakt::fakes {

/// What a control plane does even where nothing runs: accounts of new namespaces, the end of deleted ones, new types of
/// CustomResourceDefinitions, deletions that waited for a finalizer.
///
/// Threads: confined to one; the caller holds core.mutex.
class Housekeeping {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Housekeeping(ApiCore& core) : core_(core) {}
  /// Does what is due; returns when something will be.
  Clock::time_point Step(Clock::time_point now);

 private:
  /// True once `delay` has passed since this was first asked for that key.
  bool IsDue(const std::string& key, std::chrono::milliseconds delay, Clock::time_point now);
  void TendNamespace(const Snapshot& home, Clock::time_point now);
  void EndNamespace(const Snapshot& home);
  void TendDefinition(const ObjectId& id, const Snapshot& definition, Clock::time_point now);

  ApiCore& core_;
  std::map<std::string, Clock::time_point> due_;
  Clock::time_point next_ = Clock::time_point::max();
};

/// The `default` ServiceAccount and the root CA's ConfigMap of a namespace. The caller holds core.mutex.
void AddNamespaceContent(ApiCore& core, const std::string& name);

}  // namespace kontrakt::fakes
