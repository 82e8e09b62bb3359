#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/fakes/api_core.h"

namespace kontrakt::fakes {

/// One request that writes: where, as whom, how.
struct WriteContext {
  const ResourceType* type = nullptr;
  std::string version;
  std::string namespace_name;
  std::string name;
  std::string subresource;
  std::string manager;
  std::string user;
  std::string validation = "Warn";  ///< fieldValidation; the server's default for requests that do not say
  bool dry_run = false;
  bool force = false;
  std::vector<std::string> warnings;  ///< for `Warning: 299` headers

  ObjectId id() const { return {type->Id(), type->namespaced() ? namespace_name : "", name}; }
};

struct WriteResult {
  int status = 200;
  doc::Json object;
};

// The caller holds core.mutex.

/// POST.
Answer<WriteResult> CreateObject(ApiCore& core, WriteContext& context, doc::Json object);
/// PUT.
Answer<WriteResult> ReplaceObject(ApiCore& core, WriteContext& context, doc::Json object);
/// PATCH of the four content types.
Answer<WriteResult> PatchObject(ApiCore& core, WriteContext& context, const std::string& content_type,
                                const doc::Json& patch);

struct DeleteRequest {
  std::string uid;
  std::string resource_version;
  std::string propagation;  ///< Background, Foreground, Orphan or empty
  std::optional<int> grace_seconds;
};
DeleteRequest ParseDeleteOptions(const HttpRequest& request);

/// DELETE; the answer is the object or a Status, as the kind has it.
Answer<doc::Json> DeleteObject(ApiCore& core, WriteContext& context, const DeleteRequest& request);
/// Takes an object out of the store at once, and what it owned with it.
void RemoveWithDependents(ApiCore& core, const ObjectId& id);
/// Finishes what deletions wait for: foreground deletions whose dependents are gone.
void FinishForegroundDeletions(ApiCore& core);

}  // namespace kontrakt::fakes
