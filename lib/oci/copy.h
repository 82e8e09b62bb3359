#pragma once

#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/oci/registry.h"
#include "lib/oci/session.h"

namespace kontrakt::oci {

/// Makes all that `source` names exist in `destination`, children before parents, all but the manifest itself.
/// `in_flight` is how many blobs are streamed at a time. Dedupes blobs across platforms and across copies of a session.
Result<CopiedContent> CopyContent(const Registry& registry, Session& session, const Reference& source,
                                  const Repository& destination, std::size_t in_flight, const Bound& bound);

}  // namespace kontrakt::oci
