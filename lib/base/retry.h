#pragma once

#include <chrono>
#include <random>

namespace kontrakt {

/// Exponential back-off with full jitter between half and whole of each step.
struct RetryPolicy {
  int attempts = 8;  ///< in all, the first included
  std::chrono::milliseconds first{200};
  std::chrono::milliseconds longest{5000};
  double factor = 2.0;
};

/// Yields the pauses of one policy. Threads: confined to one.
class Backoff {
 public:
  explicit Backoff(RetryPolicy policy, unsigned seed = std::random_device{}());
  /// Whether another attempt is allowed after `attempts()` of them.
  bool HasNext() const { return attempts_ < policy_.attempts; }
  int attempts() const { return attempts_; }
  /// Counts the attempt that just failed and returns the pause before the next.
  std::chrono::milliseconds Next();
  void Reset() { attempts_ = 1; }

 private:
  RetryPolicy policy_;
  std::minstd_rand random_;
  int attempts_ = 1;
};

}  // namespace kontrakt
