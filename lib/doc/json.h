#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/base/result.h"
#include "lib/doc/json_fwd.h"

namespace kontrakt::doc {

/// Parses one JSON value. kInvalidInput with line and column; more than 1,000 levels deep is refused. Never throws.
Result<Json> ParseJson(std::string_view text);
/// Compact, without spaces; invalid UTF-8 is replaced, never thrown on.
std::string Dump(const Json& value);
/// Indented by two spaces.
std::string DumpPretty(const Json& value);

/// The member at a path of object keys, or nullptr where any step is missing or not an object.
const Json* Find(const Json& value, std::initializer_list<std::string_view> path);
/// The string there, or `fallback` when it is missing or no string.
std::string StringAt(const Json& value, std::initializer_list<std::string_view> path, std::string_view fallback = "");
std::int64_t IntAt(const Json& value, std::initializer_list<std::string_view> path, std::int64_t fallback = 0);
bool BoolAt(const Json& value, std::initializer_list<std::string_view> path, bool fallback = false);
/// The array there, or an empty one.
const Json& ArrayAt(const Json& value, std::initializer_list<std::string_view> path);
/// The object there, or an empty one.
const Json& ObjectAt(const Json& value, std::initializer_list<std::string_view> path);

/// Text of any scalar: strings as they are, others dumped.
std::string ScalarText(const Json& value);
/// The pretty name of a value's type: "string", "number", "list", "map" …
std::string_view TypeName(const Json& value);
/// Keys sorted at every level: equal content gives equal bytes, for hashing.
std::string Canonical(const Json& value);

}  // namespace kontrakt::doc
