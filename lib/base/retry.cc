#include "lib/base/retry.h"

#include <algorithm>
#include <cmath>

namespace kontrakt {

Backoff::Backoff(RetryPolicy policy, unsigned seed) : policy_(policy), random_(seed) {}

std::chrono::milliseconds Backoff::Next() {
  const double longest = static_cast<double>(policy_.longest.count());
  const double step = std::min(longest, static_cast<double>(policy_.first.count()) *
                                            std::pow(policy_.factor, static_cast<double>(attempts_ - 1)));
  ++attempts_;
  const double jittered = std::uniform_real_distribution<double>(step / 2, std::max(step, step / 2 + 1e-9))(random_);
  return std::chrono::milliseconds(std::llround(jittered));
}

}  // namespace kontrakt
