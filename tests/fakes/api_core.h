#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json.h"
#include "tests/fakes/api_access.h"
#include "tests/fakes/api_options.h"
#include "tests/fakes/http_message.h"
#include "tests/fakes/object_store.h"
#include "tests/fakes/pod_logs.h"
#include "tests/fakes/resource_types.h"

namespace kontrakt::fakes {

/// A value, or the refusal that the client gets.
template <typename T>
using Answer = tl::expected<T, HttpResponse>;

/// Everything that a FakeApiServer knows; what its parts share.
///
/// Threads: every member but `changed` is guarded by `mutex`.
struct ApiCore {
  ApiOptions options;
  mutable std::mutex mutex;
  mutable std::condition_variable changed;  ///< objects, logs, epochs or `stopping`
  bool stopping = false;
  ObjectStore store;
  ResourceTypes types;
  AccessRules access;
  PodLogs logs;
  unsigned watch_epoch = 0;     ///< raised: all watches end cleanly
  unsigned bookmark_epoch = 0;  ///< raised: all watches get a bookmark
  unsigned ordinal = 0;         ///< makes addresses and generated names differ

  /// RFC 3339, in whole seconds, of the server's clock.
  std::string Now() const;
  Snapshot Write(const ObjectId& id, doc::Json object);
  void Erase(const ObjectId& id);
  /// A new Event about an object.
  void EmitEvent(const doc::Json& about, const std::string& type, const std::string& reason, const std::string& message,
                 const std::string& component);
};

std::string NewUid();
ObjectId IdOf(const ResourceType& type, const doc::Json& object);

}  // namespace kontrakt::fakes
