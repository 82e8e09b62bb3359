#pragma once

#include <string>

#include "lib/base/result.h"
#include "lib/doc/json.h"
#include "tests/fakes/field_sets.h"
#include "tests/fakes/http_message.h"
#include "tests/fakes/resource_types.h"

namespace kontrakt::fakes {

/// Who writes, for metadata.managedFields.
struct Writer {
  std::string manager;
  std::string api_version;
  std::string subresource;
  std::string time;  ///< RFC 3339
  bool force = false;
};

/// Server-side apply (Kubernetes 1.34) of `config` onto `live` (null: create). Fields that this manager applied before
/// and no longer says, and that nobody else owns, go. 409 with FieldManagerConflict causes where another manager owns a
/// field with another value, unless forced. Applying the same again gives an object that equals `live`.
tl::expected<doc::Json, HttpResponse> ApplyPatch(const ResourceType& type, const doc::Json* live,
                                                 const doc::Json& config, const Writer& writer);

/// Records in `after` that `writer` changed what differs from `before` (null: everything), as create, update and the
/// other patches do.
void RecordUpdate(const doc::Json* before, doc::Json& after, const Writer& writer, Schema schema);

}  // namespace kontrakt::fakes
