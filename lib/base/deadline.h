#pragma once

#include <chrono>
#include <optional>

namespace kontrakt {

/// A moment after which waiting is pointless. Default-constructed: never.
///
/// Threads: a value.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  Deadline() = default;
  static Deadline Never() { return {}; }
  static Deadline After(Clock::duration duration) { return Deadline(Clock::now() + duration); }
  static Deadline At(Clock::time_point when) { return Deadline(when); }

  bool IsNever() const { return !when_; }
  bool HasPassed() const { return when_ && Clock::now() >= *when_; }
  std::optional<Clock::time_point> when() const { return when_; }
  /// Time left, zero once passed, `longest` when the deadline is never or further away than that.
  std::chrono::milliseconds Remaining(std::chrono::milliseconds longest = std::chrono::hours(24)) const;
  /// The earlier of both.
  static Deadline Earlier(const Deadline& a, const Deadline& b);

 private:
  explicit Deadline(Clock::time_point when) : when_(when) {}
  std::optional<Clock::time_point> when_;
};

}  // namespace kontrakt
