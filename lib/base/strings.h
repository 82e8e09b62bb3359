#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kontrakt {

std::string_view Trim(std::string_view text);
std::vector<std::string> Split(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& parts, std::string_view separator);
std::string ToLower(std::string_view text);
/// Levenshtein distance, for "did you mean".
std::size_t EditDistance(std::string_view a, std::string_view b);
/// The candidate nearest to `word` within a third of its length, or empty.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);
/// Percent-encodes all but RFC 3986 unreserved characters.
std::string PercentEncode(std::string_view text);
/// Kinds of name checked at the edge: DNS-1123 label (RFC 1123, Kubernetes names), label value.
bool IsDnsLabel(std::string_view text);
bool IsLabelValue(std::string_view text);

}  // namespace kontrakt
