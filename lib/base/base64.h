#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace kontrakt {

/// RFC 4648 §4, padded.
std::string Base64Encode(std::string_view bytes);
/// Accepts standard and URL-safe alphabets, padded or not, and ignores white space. Else kInvalidInput.
Result<std::string> Base64Decode(std::string_view text);
/// RFC 4648 §6 base32 in lower case without padding (a–z, 2–7): safe in DNS labels.
std::string Base32Lower(std::string_view bytes);

}  // namespace kontrakt
