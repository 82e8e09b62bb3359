#pragma once

#include <string>
#include <string_view>

#include "lib/base/digest.h"
#include "lib/base/result.h"

namespace kontrakt::oci {

/// A registry and a path in it, normalised: Docker Hub's aliases become "docker.io", its one-part names get "library/".
struct Repository {
  std::string registry;  ///< "docker.io", "localhost:5000", "ghcr.io"
  std::string path;      ///< "library/nginx"

  /// By distribution/reference's grammar, without tag and digest. kInvalidInput says which part is wrong.
  static Result<Repository> Parse(std::string_view text);
  std::string ToString() const { return registry + "/" + path; }
  /// Whether this lies at or below `prefix` ("host/path"), by whole path components.
  bool IsBelow(std::string_view prefix) const;
  friend bool operator==(const Repository&, const Repository&) = default;
  friend auto operator<=>(const Repository&, const Repository&) = default;
};

/// `[domain/]path[:tag][@digest]`.
struct Reference {
  Repository repository;
  std::string tag;  ///< empty when there is none
  Digest digest;    ///< empty when there is none

  static Result<Reference> Parse(std::string_view text);
  /// "host/path:tag@digest", as it is valid in a pod.
  std::string ToString() const;
  /// The tag or digest to ask a registry for: the digest wins; "latest" when there is neither.
  std::string Identifier() const;
  friend bool operator==(const Reference&, const Reference&) = default;
};

Result<void> CheckTag(std::string_view tag);

}  // namespace kontrakt::oci
