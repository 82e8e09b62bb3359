#include "lib/manifest/image_rules.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "lib/base/strings.h"
#include "lib/manifest/images.h"
#include "lib/oci/reference.h"

namespace kontrakt::manifest {
namespace {

constexpr std::string_view kGoScheme = "ko://";

/// Whether a rule's or a map's left side means this image: the same name, and the same tag and digest where it has
/// them.
bool Means(const std::string& old, const std::string& image) {
  if (old == image)
    return true;
  if (IsSourceReference(old) || IsSourceReference(image))
    return false;
  const WrittenImage wanted = WrittenImage::Of(old);
  const WrittenImage written = WrittenImage::Of(image);
  return wanted.name == written.name && (wanted.tag.empty() || wanted.tag == written.tag) &&
         (wanted.digest.empty() || wanted.digest == written.digest);
}

/// `image` with what the right side names: a new tag alone drops the digest, a new digest alone the tag, a name alone
/// keeps both.
std::string Changed(const std::string& image, const std::string& replacement) {
  WrittenImage changed = WrittenImage::Of(replacement);
  const WrittenImage written = IsSourceReference(image) ? WrittenImage{image, "", ""} : WrittenImage::Of(image);
  if (changed.name.empty() || changed.name == "*")
    changed.name = written.name;
  if (changed.tag.empty() && changed.digest.empty()) {
    changed.tag = written.tag;
    changed.digest = written.digest;
  }
  return changed.ToString();
}

/// The folder or package that a reference to sources names, without scheme and dots: "x/y" of "ko://x/y".
std::string SourcePath(const std::string& image, const std::string& folder) {
  namespace fs = std::filesystem;
  std::string path = image;
  if (image.starts_with(kGoScheme)) {
    path = image.substr(kGoScheme.size());
  } else {
    path = (fs::path(folder) / image).lexically_normal().string();
  }
  while (path.ends_with('/'))
    path.pop_back();
  return path;
}

std::string LastElement(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

const std::string* FindInMap(const std::string& image, const ImageRules& rules) {
  const auto get = [&](const std::string& key) -> const std::string* {
    const auto found = rules.map.find(key);
    return found == rules.map.end() ? nullptr : &found->second;
  };
  if (const std::string* exact = get(image))
    return exact;
  if (!IsSourceReference(image)) {
    const WrittenImage written = WrittenImage::Of(image);
    if (const std::string* tagged = get(WrittenImage{written.name, written.tag, ""}.ToString()))
      return tagged;
    return get(written.name);
  }
  const std::string below_root = SourcePath(image, rules.below_root);
  for (const std::string& key : {below_root, "./" + below_root, SourcePath(image, ""), LastElement(below_root)}) {
    if (const std::string* found = get(key))
      return found;
  }
  return nullptr;
}

Result<std::string> ByConvention(const std::string& image, const ImageRules& rules) {
  const std::string name = LastElement(SourcePath(image, rules.folder));
  if (name.empty() || name == "." || name == "..") {
    return InvalidInput(image + " names no folder").SetHint("--image-map or --image says which image it is");
  }
  if (!rules.ko_docker_repo || rules.ko_docker_repo->empty()) {
    return InvalidInput(image + " refers to sources, and no repository is given for their image")
        .SetHint("--repo or KO_DOCKER_REPO, --image-map, or --image gives it one");
  }
  if (!rules.source_reference || rules.source_reference->empty()) {
    return InvalidInput(image + " refers to sources, and no tag is given for their image")
        .SetHint("--source-reference or SOURCE_REFERENCE, --image-map, or --image gives it one");
  }
  if (!oci::CheckTag(*rules.source_reference)) {
    return InvalidInput(image + " refers to sources, and " + *rules.source_reference + " is no tag for their image")
        .SetHint("a tag has up to 128 letters, digits, dots, hyphens and underscores: the commit fits");
  }
  std::string repo = *rules.ko_docker_repo;
  while (repo.ends_with('/'))
    repo.pop_back();
  return repo + "/" + name + ":" + *rules.source_reference;
}

Result<std::optional<std::string>> Checked(const std::string& image, std::string replacement) {
  const Result<oci::Reference> parsed = oci::Reference::Parse(replacement);
  if (parsed)
    return std::optional(std::move(replacement));
  Error error = InvalidInput(image + " would become " + replacement + ": " + parsed.error().message());
  if (parsed.error().hint())
    error.SetHint(*parsed.error().hint());
  return error;
}

}  // namespace

WrittenImage WrittenImage::Of(std::string_view text) {
  WrittenImage image;
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    image.digest = text.substr(at + 1);
    text = text.substr(0, at);
  }
  const std::size_t colon = text.rfind(':');
  const std::size_t slash = text.rfind('/');
  // A colon before a slash is that of a port.
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
    image.tag = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  image.name = text;
  return image;
}

std::string WrittenImage::ToString() const {
  return name + (tag.empty() ? "" : ":" + tag) + (digest.empty() ? "" : "@" + digest);
}

void StartAt(const Folder& folder, ImageRules& rules) {
  std::error_code error;
  const std::filesystem::path here =
      folder.path == "-" ? std::filesystem::current_path(error) : std::filesystem::absolute(folder.path, error);
  rules.folder = error ? folder.path : here.lexically_normal().string();
  rules.below_root = folder.relative == "-" || folder.relative.starts_with('/') ? "" : folder.relative;
}

bool IsSourceReference(std::string_view image) {
  return image.starts_with(kGoScheme) || image.starts_with("./") || image.starts_with("../");
}

Result<std::pair<std::string, std::string>> ParseImageRule(const std::string& text) {
  const std::size_t equals = text.find('=');
  std::string old = text.substr(0, equals);
  std::string replacement;
  if (equals != std::string::npos) {
    replacement = text.substr(equals + 1);
  } else if (!IsSourceReference(text)) {
    const WrittenImage image = WrittenImage::Of(text);
    old = image.name;
    replacement = WrittenImage{"", image.tag, image.digest}.ToString();
  }
  if (old.empty() || replacement.empty()) {
    return Usage("'" + text + "' is no rule for images")
        .SetHint("OLD=NEW, where NEW is a repository, a repository with tag or digest, :TAG or @DIGEST");
  }
  return std::pair(std::move(old), std::move(replacement));
}

Result<std::optional<std::string>> ReplacementFor(const std::string& image, const ImageRules& rules,
                                                  std::vector<bool>& rules_used) {
  rules_used.resize(rules.set.size());
  for (std::size_t i = 0; i < rules.set.size(); ++i) {
    const auto& [old, replacement] = rules.set[i];
    if (!Means(old, image))
      continue;
    rules_used[i] = true;
    return Checked(image, Changed(image, replacement));
  }
  if (const std::string* mapped = FindInMap(image, rules))
    return Checked(image, Changed(image, *mapped));
  if (!IsSourceReference(image))
    return std::optional<std::string>();
  KT_ASSIGN(std::string conventional, ByConvention(image, rules));
  return Checked(image, std::move(conventional));
}

}  // namespace kontrakt::manifest
