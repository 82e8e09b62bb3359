#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/digest.h"
#include "lib/base/result.h"
#include "lib/base/stop.h"

namespace kontrakt::oci {

/// A blob on its way from a download to an upload: bounded, nothing on disk, hashed as it passes. The last piece is
/// handed on only once the digest is right, so that damaged content never becomes a whole upload.
///
/// Threads: any. Push and Pull run on a transport's thread and never block: HasRoom and HasNews are its back pressure.
class Pipe {
 public:
  /// `capacity` in bytes; one piece more may lie in it.
  Pipe(Digest digest, std::uint64_t size, std::size_t capacity);

  const Digest& digest() const { return digest_; }
  std::uint64_t size() const { return size_; }

  bool HasRoom() const;
  /// Takes a piece. kInvalidInput (kDigestMismatch) when the content is not what was asked for; the error of Fail.
  Result<void> Push(std::string_view piece);

  /// Whether Pull has something to give: bytes, the end, or an error.
  bool HasNews() const;
  /// At most that many bytes, empty at the end. The error of Fail.
  Result<std::string> Pull(std::size_t at_most);

  /// Ends both sides. The first error stays.
  void Fail(Error error);
  std::optional<Error> error() const;
  /// Waits until HasNews. The error of Fail, or kCancelled, kTimeout by the bound.
  Result<void> WaitForNews(const Bound& bound);
  /// Whether all has been pushed and the digest was right.
  bool IsWhole() const;

 private:
  Result<void> CheckLocked(std::string_view piece);
  bool HasNewsLocked() const;
  Error FailLocked(Error error);

  const Digest digest_;
  const std::uint64_t size_;
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable_any news_;
  Hasher hasher_;
  std::deque<std::string> pieces_;
  std::size_t held_ = 0;
  std::size_t front_offset_ = 0;
  std::uint64_t received_ = 0;
  bool whole_ = false;
  std::optional<Error> error_;
};

}  // namespace kontrakt::oci
