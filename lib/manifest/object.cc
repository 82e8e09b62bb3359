#include <algorithm>
#include <string_view>
#include <utility>

#include "lib/base/strings.h"
#include "lib/doc/json.h"
#include "lib/manifest/load.h"
#include "lib/manifest/pointer.h"

namespace kontrakt::manifest {
namespace {

/// The path in a complaint: what stands in quotes behind `field `, else the whole text.
std::string_view PathIn(std::string_view text) {
  constexpr std::string_view kBefore = "field \"";
  const std::size_t begin = text.find(kBefore);
  if (begin == std::string_view::npos)
    return Trim(text);
  text.remove_prefix(begin + kBefore.size());
  return text.substr(0, text.find('"'));
}

/// Walks a server's field path through an object, as far as the object goes.
class FieldWalk {
 public:
  FieldWalk(const doc::Json& value, std::string_view path) : at_(&value), path_(path) {}

  std::string Run() {
    while (at_ != nullptr && !path_.empty()) {
      if (path_.front() == '.')
        path_.remove_prefix(1);
      if (path_.empty() || !Step())
        break;
    }
    return pointer_;
  }

 private:
  bool Step() {
    if (path_.front() == '[' || path_.front() == '{')
      return StepIntoBrackets(path_.front() == '[' ? ']' : '}');
    return at_->is_object() && StepIntoMember();
  }

  void Enter(const doc::Json& value, std::string pointer) {
    at_ = &value;
    pointer_ = std::move(pointer);
  }

  /// Keys hold dots too, as in labels: the longest that fits is meant.
  bool StepIntoMember() {
    const doc::Json* best = nullptr;
    std::string_view name;
    for (const auto& [key, member] : at_->items()) {
      const bool fits = path_.starts_with(key) && (path_.size() == key.size() || path_[key.size()] == '.' ||
                                                   path_[key.size()] == '[' || path_[key.size()] == '{');
      if (!fits || key.size() < name.size() || key.empty())
        continue;
      best = &member;
      name = path_.substr(0, key.size());
    }
    if (best == nullptr)
      return false;
    path_.remove_prefix(name.size());
    Enter(*best, PointerTo(pointer_, name));
    return true;
  }

  /// `[0]`, `[name="web"]`, `[some.key]`, and `{web}` as events write it.
  bool StepIntoBrackets(char closing) {
    const std::size_t end = path_.find(closing);
    if (end == std::string_view::npos)
      return false;
    std::string_view inner = path_.substr(1, end - 1);
    path_.remove_prefix(end + 1);
    if (at_->is_object())
      return StepIntoKey(Unquoted(inner));
    if (!at_->is_array())
      return false;
    if (const doc::Json* element = ElementAt(*at_, inner)) {
      Enter(*element, PointerTo(pointer_, inner));
      return true;
    }
    const std::size_t equals = inner.find('=');
    const std::string_view key = equals == std::string_view::npos ? "name" : inner.substr(0, equals);
    const std::string_view wanted = Unquoted(equals == std::string_view::npos ? inner : inner.substr(equals + 1));
    for (std::size_t i = 0; i < at_->size(); ++i) {
      const doc::Json* found = doc::Find((*at_)[i], {key});
      if (found == nullptr || doc::ScalarText(*found) != wanted)
        continue;
      Enter((*at_)[i], PointerTo(pointer_, i));
      return true;
    }
    return false;
  }

  bool StepIntoKey(std::string_view key) {
    const doc::Json* member = doc::Find(*at_, {key});
    if (member == nullptr)
      return false;
    Enter(*member, PointerTo(pointer_, key));
    return true;
  }

  /// A list's keys are listed with commas (`[containerPort=80,protocol="TCP"]`): the first is telling enough.
  static std::string_view Unquoted(std::string_view text) {
    text = text.substr(0, text.find(','));
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
      return text.substr(1, text.size() - 2);
    return text;
  }

  const doc::Json* at_;
  std::string_view path_;
  std::string pointer_;
};

}  // namespace

FileLine Object::LocationOf(const std::string& field) const {
  return LocationAt(FieldWalk(value, PathIn(field)).Run());
}

FileLine Object::LocationAt(std::string pointer) const {
  while (!pointer.empty()) {
    const auto found =
        std::find_if(lines.begin(), lines.end(), [&](const auto& each) { return each.first == pointer; });
    if (found != lines.end())
      return {location.file, found->second, 0};
    pointer.erase(pointer.rfind('/'));
  }
  return location;
}

std::string Object::Describe() const {
  return ToLower(gvk.kind) + "/" + (name.empty() ? generate_name + "*" : name);
}

}  // namespace kontrakt::manifest
