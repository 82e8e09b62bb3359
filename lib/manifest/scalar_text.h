#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace kontrakt::manifest {

/// `text` as a double-quoted YAML scalar that is JSON too.
std::string DoubleQuoted(std::string_view text);
/// `text` as it stands within double quotes.
std::string EscapedInDoubleQuotes(std::string_view text);
/// `text` as it stands within single quotes. It must not hold control characters.
std::string EscapedInSingleQuotes(std::string_view text);

/// Whether `text` holds a line feed or another control character, a tab aside.
bool HasControlCharacters(std::string_view text);

/// Whether `value` may become part of a plain scalar without changing where it ends: letters, digits and what image
/// references and names are made of. Says nothing of how the whole is typed.
bool IsHarmlessInPlain(std::string_view value);

/// Whether `plain`, put where a plain scalar stood, in block or flow context, is read as the string that it shows.
bool IsStringWhenPlain(std::string_view plain);

/// `value` as it is written where a plain scalar is wholly one --set variable: numbers, booleans, null, quoted strings
/// and flow collections as they are, everything else as a string.
std::string TypedAsYaml(std::string_view value);

/// Whether `text` is UTF-8 that YAML can hold.
bool IsPrintableUtf8(std::string_view text);

}  // namespace kontrakt::manifest
