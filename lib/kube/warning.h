#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kontrakt::kube {

/// The texts of a Warning header field (RFC 7234 §5.5), as kube-apiserver writes it: `299 - "text", 299 - "other"`.
/// Other codes and malformed rests are left out.
std::vector<std::string> WarningTexts(std::string_view field);

}  // namespace kontrakt::kube
