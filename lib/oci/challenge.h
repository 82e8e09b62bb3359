#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontrakt::oci {

/// One challenge of a WWW-Authenticate header (RFC 9110 §11.6.1); keys and scheme in lower case.
///
/// Threads: a value.
struct Challenge {
  std::string scheme;
  std::vector<std::pair<std::string, std::string>> parameters;

  /// The value of a parameter, empty when it is missing.
  std::string Get(std::string_view key) const;
};

/// Reads all headers of one answer, several challenges in each. What is malformed is skipped, never an error: a
/// registry may add schemes that we do not know (Negotiate).
std::vector<Challenge> ParseChallenges(const std::vector<std::string>& headers);

}  // namespace kontrakt::oci
