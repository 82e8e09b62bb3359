#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/fakes/api_core.h"

namespace kontrakt::fakes {

// What the simulated controllers share. The caller holds core.mutex.

struct Owned {
  ObjectId id;
  Snapshot object;
};
/// Objects of one type whose controller is `owner`.
std::vector<Owned> OwnedBy(const ApiCore& core, const doc::Json& owner, const std::string& type);

/// A pod of `spec.template`; an empty name means generateName.
doc::Json PodFromTemplate(const doc::Json& owner, const std::string& name);
/// Creates it, past no admission but the server's own, owned by `owner`. A refusal's message is also made an Event.
std::optional<std::string> CreateOwned(ApiCore& core, const doc::Json& owner, const std::string& type,
                                       doc::Json object);
void DeleteOwned(ApiCore& core, const ObjectId& id);

struct PodCounts {
  std::int64_t all = 0;  ///< neither ended nor being deleted
  std::int64_t ready = 0;
};
PodCounts CountPods(const std::vector<Owned>& pods);

/// Stores `next` where it differs from `before`.
void WriteIfChanged(ApiCore& core, const ObjectId& id, const doc::Json& before, doc::Json next);

}  // namespace kontrakt::fakes
