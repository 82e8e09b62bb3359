#pragma once

#include <optional>

#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/oci/manifest.h"
#include "lib/oci/session.h"

namespace kontrakt::oci {

/// Downloads a blob and uploads it as it arrives, through a pipe of bounded size; content embedded in the descriptor is
/// not downloaded. Begins anew, with a new upload, while that may help.
///
/// `location` is an upload that is open already, used by the first attempt. Errors are the last attempt's.
///
/// Threads: any; blocks the caller and uses one thread of its own for the download.
Result<void> TransferBlob(Session& session, const Repository& source, const Descriptor& blob,
                          const Repository& destination, std::optional<net::Url> location, const Bound& bound);

/// Uploads bytes that are at hand, with the same patience.
Result<void> UploadBytes(Session& session, const Repository& repository, std::string_view bytes, const Digest& digest,
                         std::optional<net::Url> location, const Bound& bound);

}  // namespace kontrakt::oci
