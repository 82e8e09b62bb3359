#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/digest.h"
#include "lib/base/result.h"

namespace kontrakt::oci {

inline constexpr std::string_view kOciIndex = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view kOciManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kDockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view kDockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

struct Platform {
  std::string os;
  std::string architecture;
  std::string variant;
  std::string ToString() const;  ///< "linux/arm64/v8"
};

struct Descriptor {
  std::string media_type;
  Digest digest;
  std::uint64_t size = 0;  ///< in bytes
  std::optional<Platform> platform;
  std::string artifact_type;
  std::string data;             ///< embedded content, decoded and verified; empty where there is none
  bool IsForeignLayer() const;  ///< non-distributable: kept in the manifest, never copied
};

/// A manifest or index, exactly as the registry sent it: the bytes are its identity and are never written anew.
///
/// Threads: a value.
struct Manifest {
  std::string bytes;
  std::string media_type;
  Digest digest;                      ///< of `bytes`
  std::vector<Descriptor> manifests;  ///< children of an index
  std::optional<Descriptor> config;
  std::vector<Descriptor> layers;
  bool is_index = false;
};

/// Whether we know how to read manifests of this media type.
bool IsManifestType(std::string_view media_type);
/// A header's media type without its parameters, in lower case.
std::string MediaTypeOf(std::string_view content_type);

/// Reads a manifest; the digest is SHA-256 unless `algorithm` says otherwise.
///
/// kInvalidInput: no JSON object, unknown or schema 1 media type, a child without digest, one that says two things
/// about its own type (a header and a body that differ, or both `manifests` and `layers`), embedded data that does not
/// match its digest.
Result<Manifest> ParseManifest(std::string bytes, std::string_view content_type, std::string_view algorithm = "sha256");

}  // namespace kontrakt::oci
