#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace kontrakt {

/// Takes secrets out of everything that is shown or stored.
///
/// Masks every value added (raw, base64 at any alignment, URL-encoded and as JSON writes it; of a value of several
/// lines also each line; what is under 6 bytes is not masked, it would eat ordinary text), JSON Web Tokens, bearer and
/// basic Authorization values and passwords inside URLs. Takes time in proportion to the text, however many secrets
/// there are.
///
/// Threads: any.
class Redactor {
 public:
  void AddSecret(std::string_view value);
  /// `text` with each secret replaced by "***".
  std::string Redact(std::string_view text) const;
  /// Redact, then without control characters but line feed and tab (a terminal must not obey a server), without escape
  /// sequences and marks that reorder text, and with U+FFFD for what is no UTF-8.
  std::string Clean(std::string_view text) const;

 private:
  struct Range {
    std::size_t begin;
    std::size_t end;
  };
  void AddPattern(std::string pattern);
  void FindSecrets(std::string_view text, std::vector<Range>& found) const;

  mutable std::mutex mutex_;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Texts = std::unordered_set<std::string, TextHash, std::equal_to<>>;
  /// By their first bytes, then by length, the longest first; `known_` says at once that first bytes have none.
  std::unordered_map<std::uint32_t, std::map<std::size_t, Texts, std::greater<>>> patterns_;
  std::bitset<65536> known_;
};

/// A URL without user info, query and fragment, fit for messages and reports.
std::string RedactUrl(std::string_view url);
/// Whether an environment variable or key of that name usually holds a secret (PASSWORD, TOKEN, SECRET, *_KEY …).
bool IsSecretName(std::string_view name);

/// Without control characters, escape sequences and reordering marks, as Redactor::Clean, but without masking anything.
std::string StripControl(std::string_view text);

}  // namespace kontrakt
