#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/doc/json_fwd.h"

namespace kontrakt::manifest {

/// `pointer` and one more token, escaped as RFC 6901 says.
std::string PointerTo(std::string_view pointer, std::string_view token);
std::string PointerTo(std::string_view pointer, std::size_t index);

/// The tokens of a JSON pointer, unescaped; none for "".
std::vector<std::string> TokensOf(std::string_view pointer);

/// What a pointer names, nullptr where it leads nowhere.
const doc::Json* At(const doc::Json& value, std::string_view pointer);

/// The element of a list at an index given as text, nullptr where there is none.
const doc::Json* ElementAt(const doc::Json& list, std::string_view index);

}  // namespace kontrakt::manifest
