#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/doc/json.h"

namespace kontrakt::fakes {

using doc::Json;

/// Members of JSON objects, with a fallback where they are missing or of another type.
inline std::string Text(const Json& value, std::string_view key, std::string_view fallback = "") {
  if (value.is_object()) {
    if (const auto found = value.find(key); found != value.end() && found->is_string()) {
      return found->get<std::string>();
    }
  }
  return std::string(fallback);
}

inline std::int64_t Number(const Json& value, std::string_view key, std::int64_t fallback) {
  if (value.is_object()) {
    if (const auto found = value.find(key); found != value.end() && found->is_number()) {
      return found->get<std::int64_t>();
    }
  }
  return fallback;
}

inline bool Flag(const Json& value, std::string_view key, bool fallback = false) {
  if (value.is_object()) {
    if (const auto found = value.find(key); found != value.end() && found->is_boolean()) {
      return found->get<bool>();
    }
  }
  return fallback;
}

/// The object there, or an empty one.
inline const Json& Object(const Json& value, std::string_view key) {
  static const Json empty = Json::object();
  if (value.is_object()) {
    if (const auto found = value.find(key); found != value.end() && found->is_object()) {
      return *found;
    }
  }
  return empty;
}

/// The array there, or an empty one.
inline const Json& Array(const Json& value, std::string_view key) {
  static const Json empty = Json::array();
  if (value.is_object()) {
    if (const auto found = value.find(key); found != value.end() && found->is_array()) {
      return *found;
    }
  }
  return empty;
}

inline bool Has(const Json& value, std::string_view key) {
  return value.is_object() && value.find(key) != value.end();
}

/// Equality that knows no order of keys; the type's own == does.
inline bool Same(const Json& a, const Json& b) {
  if (a.is_object() && b.is_object()) {
    if (a.size() != b.size()) {
      return false;
    }
    for (const auto& [key, value] : a.items()) {
      const auto other = b.find(key);
      if (other == b.end() || !Same(value, *other)) {
        return false;
      }
    }
    return true;
  }
  if (a.is_array() && b.is_array()) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Json& x, const Json& y) { return Same(x, y); });
  }
  return a == b;
}

inline const Json& Metadata(const Json& object) {
  return Object(object, "metadata");
}
inline std::string Name(const Json& object) {
  return Text(Metadata(object), "name");
}
inline std::string Namespace(const Json& object) {
  return Text(Metadata(object), "namespace");
}
inline std::string Uid(const Json& object) {
  return Text(Metadata(object), "uid");
}

}  // namespace kontrakt::fakes
