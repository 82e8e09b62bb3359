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
  std::uint64_t size = 0;
  std::optional<Platform> platform;
  std::string artifact_type;
  bool IsForeignLayer() const;  ///< non-distributable: kept in the manifest, never copied
};

/// A manifest or index, exactly as the registry sent it: the bytes are its identity and are never written anew.
struct Manifest {
  std::string bytes;
  std::string media_type;
  Digest digest;                       ///< of `bytes`
  std::vector<Descriptor> manifests;   ///< children of an index
  std::optional<Descriptor> config;
  std::vector<Descriptor> layers;
  bool is_index = false;
};

/// kInvalidInput: no JSON object, unknown or schema 1 media type, a child without digest.
Result<Manifest> ParseManifest(std::string bytes, std::string_view content_type);

}  // namespace kontrakt::oci
