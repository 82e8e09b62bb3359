#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace kontrakt {

/// Takes secrets out of everything that is shown or stored.
///
/// Masks every value added (raw, base64 and URL-encoded; values under 6 bytes are not masked, they would eat
/// ordinary text), JSON Web Tokens, bearer and basic Authorization values and passwords inside URLs.
///
/// Threads: any.
class Redactor {
 public:
  void AddSecret(std::string_view value);
  /// `text` with each secret replaced by "***".
  std::string Redact(std::string_view text) const;
  /// Redact, then without control characters but line feed and tab (a terminal must not obey a server).
  std::string Clean(std::string_view text) const;

 private:
  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> secrets_;
};

/// A URL without user info and query, fit for messages and reports.
std::string RedactUrl(std::string_view url);
/// Whether an environment variable or key of that name usually holds a secret (PASSWORD, TOKEN, SECRET, *_KEY …).
bool IsSecretName(std::string_view name);

}  // namespace kontrakt
