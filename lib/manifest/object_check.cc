#include "lib/manifest/object_check.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "lib/doc/json.h"
#include "lib/manifest/pointer.h"

namespace kontrakt::manifest {
namespace {

/// Collects the objects of one document.
class ObjectReader {
 public:
  ObjectReader(const doc::Document& document, const std::string& file, ObjectUse use, std::vector<Error>& problems)
      : document_(document), file_(file), use_(use), problems_(problems) {}

  void Read(const doc::Json& value, const std::string& pointer) {
    if (!value.is_object()) {
      return Refuse(pointer, InvalidInput("this is no object but a " + std::string(doc::TypeName(value))));
    }
    const std::size_t known = problems_.size();
    const std::optional<std::string> kind = Text(value, pointer, {"kind"});
    if (kind && kind->ends_with("List") && doc::Find(value, {"items"}) != nullptr) {
      return ReadItems(value, pointer);
    }
    const std::optional<std::string> api_version = Text(value, pointer, {"apiVersion"});
    CheckPresent(value, pointer, api_version, kind, known);
    Object object;
    object.name = Text(value, pointer, {"metadata", "name"}).value_or("");
    object.generate_name = Text(value, pointer, {"metadata", "generateName"}).value_or("");
    object.namespace_name = Text(value, pointer, {"metadata", "namespace"}).value_or("");
    CheckName(pointer, "name", object.name);
    CheckName(pointer, "namespace", object.namespace_name);
    if (problems_.size() > known)
      return;
    if (use_ == ObjectUse::kApply && object.name.empty() && object.generate_name.empty()) {
      return Refuse(pointer, InvalidInput("a " + *kind + " without metadata.name")
                                 .SetHint("metadata.name or metadata.generateName is required"));
    }
    object.value = value;
    object.gvk = kube::GroupVersionKind::Of(*api_version, *kind);
    object.location = Place(pointer);
    for (const auto& [field, line] : document_.lines) {
      if (field.size() > pointer.size() && field.starts_with(pointer) && field[pointer.size()] == '/') {
        object.lines.emplace_back(field.substr(pointer.size()), line);
      }
    }
    objects_.push_back(std::move(object));
  }

  std::vector<Object> Take() { return std::move(objects_); }

 private:
  /// A List's items stand on their own; one that is wrong does not hide the others.
  void ReadItems(const doc::Json& list, const std::string& pointer) {
    const doc::Json& items = *doc::Find(list, {"items"});
    const std::string below = PointerTo(pointer, "items");
    if (items.is_null())
      return;
    if (!items.is_array())
      return Refuse(below, InvalidInput("items is no list but a " + std::string(doc::TypeName(items))));
    for (std::size_t i = 0; i < items.size(); ++i)
      Read(items[i], PointerTo(below, i));
  }

  FileLine Place(const std::string& pointer) const {
    int line = document_.line;
    if (!pointer.empty()) {
      // The element of a list begins with its first field.
      const auto first = std::find_if(document_.lines.begin(), document_.lines.end(), [&](const auto& each) {
        return each.first.starts_with(pointer) &&
               (each.first.size() == pointer.size() || each.first[pointer.size()] == '/');
      });
      line = first != document_.lines.end() ? first->second : document_.LineOf(pointer);
    }
    return {file_, line, 0};
  }

  void Refuse(const std::string& pointer, Error error) {
    problems_.push_back(std::move(error.SetLocation(Place(pointer))));
  }

  /// The text at a path; another type there is a problem, absence is not.
  std::optional<std::string> Text(const doc::Json& value, std::string pointer, std::vector<std::string_view> path) {
    const doc::Json* at = &value;
    std::string shown;
    for (const std::string_view key : path) {
      if (!at->is_object())
        return std::nullopt;
      at = doc::Find(*at, {key});
      if (at == nullptr || at->is_null())
        return std::nullopt;
      pointer = PointerTo(pointer, key);
      shown += (shown.empty() ? "" : ".") + std::string(key);
    }
    if (at->is_string())
      return at->get<std::string>();
    Error error = InvalidInput(shown + " is no text but a " + std::string(doc::TypeName(*at)));
    if (at->is_primitive())
      error.SetHint("quotes make it one: \"" + doc::ScalarText(*at) + "\"");
    Refuse(pointer, std::move(error));
    return std::nullopt;
  }

  void CheckPresent(const doc::Json& value, const std::string& pointer, const std::optional<std::string>& api_version,
                    const std::optional<std::string>& kind, std::size_t known) {
    if (problems_.size() > known)
      return;  // present, and of another type
    const bool has_kind = kind && !kind->empty();
    const bool has_version = api_version && !api_version->empty();
    if (!has_version && !has_kind) {
      return Refuse(pointer, InvalidInput("apiVersion and kind are missing")
                                 .SetHint("what is no manifest can be left out by .kontraktignore"));
    }
    if (!has_version)
      return Refuse(pointer, InvalidInput("a " + *kind + " without apiVersion"));
    if (!has_kind)
      return Refuse(pointer, InvalidInput("an object of " + *api_version + " without kind"));
    if (std::count(api_version->begin(), api_version->end(), '/') > 1 || api_version->starts_with('/') ||
        api_version->ends_with('/')) {
      return Refuse(PointerTo(pointer, "apiVersion"),
                    InvalidInput("apiVersion " + *api_version + " is neither version nor group/version"));
    }
    const doc::Json* metadata = doc::Find(value, {"metadata"});
    if (metadata != nullptr && !metadata->is_object() && !metadata->is_null()) {
      Refuse(PointerTo(pointer, "metadata"),
             InvalidInput("metadata is no map but a " + std::string(doc::TypeName(*metadata))));
    }
  }

  /// The rule of Kubernetes' path segments: what would lead elsewhere in a URL names nothing.
  void CheckName(const std::string& pointer, const std::string& what, const std::string& name) {
    if (name != "." && name != ".." && name.find_first_of("/%") == std::string::npos)
      return;
    Refuse(PointerTo(PointerTo(pointer, "metadata"), what),
           InvalidInput("metadata." + what + " " + name + " can't be part of a URL")
               .SetHint("it may not be . or .. and may not hold / or %"));
  }

  const doc::Document& document_;
  const std::string& file_;
  ObjectUse use_;
  std::vector<Error>& problems_;
  std::vector<Object> objects_;
};

}  // namespace

std::vector<Object> ObjectsOf(const doc::Document& document, const std::string& file, ObjectUse use,
                              std::vector<Error>& problems) {
  ObjectReader reader(document, file, use, problems);
  reader.Read(document.value, "");
  return reader.Take();
}

}  // namespace kontrakt::manifest
