#pragma once

#include <string>
#include <string_view>

#include "lib/base/digest.h"
#include "lib/base/result.h"

namespace kontrakt::oci {

/// A registry and a path in it, normalised: hosts are lower case, Docker Hub's aliases become "docker.io", its one-part
/// names get "library/".
///
/// Threads: a value.
struct Repository {
  std::string registry;  ///< "docker.io", "localhost:5000", "ghcr.io"
  std::string path;      ///< "library/nginx"

  /// By distribution/reference's grammar, without tag and digest. kInvalidInput says which part is wrong.
  static Result<Repository> Parse(std::string_view text);
  std::string ToString() const { return registry + "/" + path; }
  /// Whether this lies at or below `prefix` ("host", "host/path"), by whole path components. A prefix without a host
  /// is a path on Docker Hub; nothing lies below an empty one.
  bool IsBelow(std::string_view prefix) const;
  friend bool operator==(const Repository&, const Repository&) = default;
  friend auto operator<=>(const Repository&, const Repository&) = default;
};

/// `[domain/]path[:tag][@digest]`.
///
/// Threads: a value.
struct Reference {
  Repository repository;
  std::string tag;  ///< empty when there is none
  Digest digest;    ///< empty when there is none

  /// kInvalidInput says which part is wrong, and what would be right where that can be told.
  static Result<Reference> Parse(std::string_view text);
  /// "host/path:tag@digest", as it is valid in a pod.
  std::string ToString() const;
  /// The tag or digest to ask a registry for: the digest wins; "latest" when there is neither.
  std::string Identifier() const;
  friend bool operator==(const Reference&, const Reference&) = default;
};

/// kInvalidInput unless `tag` is of the form [A-Za-z0-9_][A-Za-z0-9._-]{0,127}.
Result<void> CheckTag(std::string_view tag);

/// "docker.io" for each of Docker Hub's names; any other host in lower case.
std::string CanonicalRegistry(std::string_view host);

}  // namespace kontrakt::oci
