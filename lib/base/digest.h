#pragma once

#include <compare>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "lib/base/result.h"

namespace kontrakt {

/// A content digest, "sha256:<64 hex>" or "sha512:<128 hex>". Always valid once made; empty when default-constructed.
///
/// Threads: a value.
class Digest {
 public:
  Digest() = default;
  /// kInvalidInput unless the text is of a known algorithm with exactly its length in lower-case hex.
  static Result<Digest> Parse(std::string_view text);
  /// SHA-256 of `bytes`.
  static Digest Of(std::string_view bytes);

  bool empty() const { return text_.empty(); }
  const std::string& ToString() const { return text_; }
  std::string_view algorithm() const;
  std::string_view hex() const;
  friend bool operator==(const Digest&, const Digest&) = default;
  friend auto operator<=>(const Digest&, const Digest&) = default;

 private:
  friend class Hasher;
  explicit Digest(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Hashes a stream.
///
/// Threads: confined to one.
class Hasher {
 public:
  /// `algorithm` is "sha256" or "sha512"; anything else is a broken invariant.
  explicit Hasher(std::string_view algorithm = "sha256");
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  void Update(std::string_view bytes);
  /// May be called once.
  Digest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The raw 32 bytes of SHA-256.
std::string Sha256Raw(std::string_view bytes);
/// Lower-case hex of any bytes.
std::string HexEncode(std::string_view bytes);

}  // namespace kontrakt
