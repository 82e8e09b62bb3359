#pragma once

#include <memory>
#include <optional>
#include <string>

#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/oci/pipe.h"
#include "lib/oci/session.h"

namespace kontrakt::oci {

/// The address of an upload that a registry has opened: resolved against the URL that was asked, its query kept.
/// kInvalidInput where there is none; kDenied where it would send the content unencrypted.
Result<net::Url> ResolveUploadLocation(const net::Response& response, Session& session, const Repository& repository);

/// Opens an upload: POST, 202.
Result<net::Url> StartUpload(Session& session, const Repository& repository, const Bound& bound);

/// What a registry made of a mount. A refusal of any kind is no error: the blob is then copied.
struct MountAnswer {
  bool mounted = false;
  std::optional<net::Url> location;  ///< of the upload that some registries open instead
};
Result<MountAnswer> TryMount(Session& session, const Repository& source, const Repository& destination,
                             const Digest& digest, const Bound& bound);

/// Ends an upload in one PUT of all bytes: the most portable way.
Result<void> FinishUpload(Session& session, const Repository& repository, const net::Url& location,
                          std::string_view bytes, const Digest& digest, const Bound& bound);
/// The same from a pipe, whose pace it follows.
Result<void> FinishUpload(Session& session, const Repository& repository, const net::Url& location,
                          const std::shared_ptr<Pipe>& pipe, const Bound& bound);

/// Gives an upload up. Failures are of no interest: registries forget uploads by themselves.
void CancelUpload(Session& session, const Repository& repository, const net::Url& location, const Bound& bound);

/// Whether a registry holds a blob: HEAD.
Result<bool> IsBlobPresent(Session& session, const Repository& repository, const Digest& digest, const Bound& bound);

/// Whether another attempt with a new upload may succeed: a lost connection, content damaged on the way, an upload that
/// the registry has forgotten.
bool IsWorthAnotherUpload(const Error& error);

}  // namespace kontrakt::oci
