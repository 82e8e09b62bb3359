#include <utility>

#include "lib/base/file.h"
#include "lib/base/strings.h"
#include "lib/doc/json.h"
#include "lib/manifest/images.h"
#include "lib/oci/reference.h"

namespace kontrakt::manifest {
namespace {

using ImageMap = std::map<std::string, std::string>;

Error Malformed(const std::string& path, int line, std::string what) {
  return InvalidInput(std::move(what))
      .SetLocation({path, line, 0})
      .SetHint("an image map is a JSON object, lines NAME=REPO@DIGEST, or a report of ours");
}

Result<void> CheckImage(const std::string& path, int line, const std::string& image) {
  const Result<oci::Reference> parsed = oci::Reference::Parse(image);
  if (parsed)
    return {};
  return Malformed(path, line, "'" + image + "' is no image: " + parsed.error().message());
}

/// What was tested under a run: each target's repository stands for its pinned image.
Result<ImageMap> ReadReport(const std::string& path, const doc::Json& report) {
  ImageMap map;
  for (const doc::Json& kontrakt : doc::ArrayAt(report, {"kontrakts"})) {
    for (const doc::Json& image : doc::ArrayAt(kontrakt, {"images"})) {
      const std::string repository = doc::StringAt(image, {"repository"});
      const std::string tag = doc::StringAt(image, {"tag"});
      const std::string digest = doc::StringAt(image, {"digest"});
      if (repository.empty() || digest.empty())
        continue;
      std::string pinned = repository + (tag.empty() ? "" : ":" + tag) + "@" + digest;
      KT_TRY(CheckImage(path, 0, pinned));
      const auto [entry, is_new] = map.emplace(repository, pinned);
      if (!is_new && entry->second != pinned) {
        return Malformed(path, 0, repository + " has two images: " + entry->second + " and " + pinned);
      }
    }
  }
  return map;
}

Result<ImageMap> ReadJson(const std::string& path, const std::string& text) {
  Result<doc::Json> parsed = doc::ParseJson(text);
  if (!parsed)
    return WithContext(std::move(parsed.error()), path);
  if (doc::StringAt(*parsed, {"kind"}) == "Report" && doc::Find(*parsed, {"kontrakts"}) != nullptr) {
    return ReadReport(path, *parsed);
  }
  ImageMap map;
  for (const auto& [name, image] : parsed->items()) {
    if (!image.is_string())
      return Malformed(path, 0, "'" + name + "' has no image but a " + std::string(doc::TypeName(image)));
    KT_TRY(CheckImage(path, 0, image.get<std::string>()));
    map[name] = image.get<std::string>();
  }
  return map;
}

Result<ImageMap> ReadLines(const std::string& path, const std::string& text) {
  ImageMap map;
  int number = 0;
  for (const std::string& raw : Split(text, '\n')) {
    ++number;
    const std::string line(Trim(raw));
    if (line.empty() || line.starts_with('#'))
      continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || equals == 0)
      return Malformed(path, number, "'" + line + "' is not NAME=IMAGE");
    const std::string name(Trim(line.substr(0, equals)));
    const std::string image(Trim(line.substr(equals + 1)));
    KT_TRY(CheckImage(path, number, image));
    const auto [entry, is_new] = map.emplace(name, image);
    if (!is_new && entry->second != image)
      return Malformed(path, number, name + " has two images");
  }
  return map;
}

}  // namespace

Result<ImageMap> ReadImageMap(const std::string& path) {
  KT_ASSIGN_CONTEXT(const std::string text, ReadFile(path), "reading the image map");
  return Trim(text).starts_with('{') ? ReadJson(path, text) : ReadLines(path, text);
}

}  // namespace kontrakt::manifest
