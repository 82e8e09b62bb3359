#include "lib/oci/manifest.h"

#include <array>

#include <fmt/format.h>

#include "lib/base/base64.h"
#include "lib/base/strings.h"
#include "lib/doc/json.h"

namespace kontrakt::oci {
namespace {

using doc::Json;

/// More children or layers than any real image has; a hostile index must not make us send a million requests.
constexpr std::size_t kMostDescriptors = 10'000;

constexpr std::array<std::string_view, 4> kForeignLayerTypes = {
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
};

Result<void> ReadEmbedded(const Json& value, Descriptor& descriptor) {
  const std::string encoded = doc::StringAt(value, {"data"});
  if (encoded.empty()) {
    return {};
  }
  KT_ASSIGN_CONTEXT(std::string data, Base64Decode(encoded), "embedded data of " + descriptor.digest.ToString());
  Hasher hasher(descriptor.digest.algorithm());
  hasher.Update(data);
  if (data.size() != descriptor.size || hasher.Finish() != descriptor.digest) {
    return InvalidInput("embedded data does not match its digest " + descriptor.digest.ToString());
  }
  descriptor.data = std::move(data);
  return {};
}

Result<Descriptor> ReadDescriptor(const Json& value, const std::string& where) {
  if (!value.is_object()) {
    return InvalidInput(where + " is no descriptor");
  }
  Descriptor descriptor;
  KT_ASSIGN_CONTEXT(descriptor.digest, Digest::Parse(doc::StringAt(value, {"digest"})), where);
  const Json* size = doc::Find(value, {"size"});
  const bool is_size =
      size != nullptr && size->is_number_integer() && (size->is_number_unsigned() || size->get<std::int64_t>() >= 0);
  if (!is_size) {
    return InvalidInput(where + " has no size");
  }
  descriptor.size = size->get<std::uint64_t>();
  descriptor.media_type = doc::StringAt(value, {"mediaType"});
  descriptor.artifact_type = doc::StringAt(value, {"artifactType"});
  if (doc::Find(value, {"platform"}) != nullptr) {
    descriptor.platform =
        Platform{doc::StringAt(value, {"platform", "os"}), doc::StringAt(value, {"platform", "architecture"}),
                 doc::StringAt(value, {"platform", "variant"})};
  }
  KT_TRY_CONTEXT(ReadEmbedded(value, descriptor), where);
  return descriptor;
}

Result<std::vector<Descriptor>> ReadDescriptors(const Json& value, const std::string& key) {
  const Json* list = doc::Find(value, {key});
  std::vector<Descriptor> descriptors;
  if (list == nullptr || list->is_null()) {
    return descriptors;
  }
  if (!list->is_array()) {
    return InvalidInput(fmt::format("manifest field {} is no list", key));
  }
  if (list->size() > kMostDescriptors) {
    return InvalidInput(fmt::format("manifest lists {} {}, more than {}", list->size(), key, kMostDescriptors));
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    KT_ASSIGN(Descriptor descriptor, ReadDescriptor((*list)[i], fmt::format("{}[{}]", key, i)));
    descriptors.push_back(std::move(descriptor));
  }
  return descriptors;
}

bool IsIndexType(std::string_view media_type) {
  return media_type == kOciIndex || media_type == kDockerList;
}

Error SchemaOne() {
  return InvalidInput("manifest is of the old schema 1")
      .SetHint("build or push the image with a current tool; schema 1 names no configuration by digest");
}

/// Decides the media type from what the header and the body say.
Result<std::string> DecideMediaType(const Json& value, const std::string& header_type) {
  const std::string body_type = MediaTypeOf(doc::StringAt(value, {"mediaType"}));
  const bool old_type = header_type.find("manifest.v1+") != std::string::npos && !IsManifestType(header_type);
  if (old_type || doc::IntAt(value, {"schemaVersion"}, 2) == 1) {
    return SchemaOne();
  }
  if (!body_type.empty()) {
    if (!IsManifestType(body_type)) {
      return InvalidInput(fmt::format("manifest has the unknown media type {}", body_type));
    }
    if (IsManifestType(header_type) && header_type != body_type) {
      return InvalidInput(fmt::format("manifest says it is {}, its registry says {}", body_type, header_type));
    }
    return body_type;
  }
  if (IsManifestType(header_type)) {
    return header_type;
  }
  // OCI manifests may leave mediaType out.
  if (doc::Find(value, {"manifests"}) != nullptr) {
    return std::string(kOciIndex);
  }
  if (doc::Find(value, {"layers"}) != nullptr && doc::Find(value, {"config"}) != nullptr) {
    return std::string(kOciManifest);
  }
  return InvalidInput(header_type.empty() ? "answer is no manifest"
                                          : fmt::format("answer is no manifest but {}", header_type));
}

}  // namespace

std::string Platform::ToString() const {
  std::string text = os + "/" + architecture;
  return variant.empty() ? text : text + "/" + variant;
}

bool Descriptor::IsForeignLayer() const {
  for (std::string_view type : kForeignLayerTypes) {
    if (media_type == type) {
      return true;
    }
  }
  return false;
}

bool IsManifestType(std::string_view media_type) {
  return IsIndexType(media_type) || media_type == kOciManifest || media_type == kDockerManifest;
}

std::string MediaTypeOf(std::string_view content_type) {
  return ToLower(Trim(content_type.substr(0, content_type.find(';'))));
}

Result<Manifest> ParseManifest(std::string bytes, std::string_view content_type, std::string_view algorithm) {
  const std::string header_type = MediaTypeOf(content_type);
  Result<Json> parsed = doc::ParseJson(bytes);
  if (!parsed || !parsed->is_object()) {
    const std::string what = header_type.empty() ? "" : " but " + header_type;
    return InvalidInput(fmt::format("answer is no JSON object{}", header_type == "application/json" ? "" : what));
  }
  const Json& value = *parsed;
  Manifest manifest;
  KT_ASSIGN(manifest.media_type, DecideMediaType(value, header_type));
  manifest.is_index = IsIndexType(manifest.media_type);
  const bool has_children = !doc::ArrayAt(value, {"manifests"}).empty();
  const bool has_layers = !doc::ArrayAt(value, {"layers"}).empty() || doc::Find(value, {"config"}) != nullptr;
  if (has_children && has_layers) {
    return InvalidInput("manifest has both manifests and layers");
  }
  if (manifest.is_index) {
    KT_ASSIGN(manifest.manifests, ReadDescriptors(value, "manifests"));
  } else {
    if (const Json* config = doc::Find(value, {"config"}); config != nullptr) {
      KT_ASSIGN(manifest.config, ReadDescriptor(*config, "config"));
    } else {
      return InvalidInput("manifest has no config");
    }
    KT_ASSIGN(manifest.layers, ReadDescriptors(value, "layers"));
  }
  Hasher hasher(algorithm);
  hasher.Update(bytes);
  manifest.digest = hasher.Finish();
  manifest.bytes = std::move(bytes);
  return manifest;
}

}  // namespace kontrakt::oci
