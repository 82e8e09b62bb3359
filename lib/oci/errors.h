#pragma once

#include <string>
#include <string_view>

#include "lib/base/error.h"
#include "lib/net/http.h"

namespace kontrakt::oci {

/// A reason of our own beside the registries' codes: content that does not have the digest it was asked by.
inline constexpr std::string_view kDigestMismatch = "DIGEST_MISMATCH";

/// The error that an answer other than 2xx stands for: its code by status, the registry's own code as reason, its first
/// message in the text. `who` answered: "registry ghcr.io", "token server auth.docker.io".
///
/// 401 and 403 are kDenied; 404 kNotFound; 409, 412 and whatever says that a tag is immutable kConflict; 408, 429 and
/// 5xx kUnavailable; the rest kInvalidInput.
Error ErrorOf(const net::Response& response, std::string_view who);

/// kInvalidInput with reason kDigestMismatch.
Error DigestMismatch(std::string_view what, std::string_view wanted, std::string_view found);

}  // namespace kontrakt::oci
