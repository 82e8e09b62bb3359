#include "lib/base/deadline.h"

#include <algorithm>

namespace kontrakt {

std::chrono::milliseconds Deadline::Remaining(std::chrono::milliseconds longest) const {
  if (!when_)
    return longest;
  const Clock::duration left = *when_ - Clock::now();
  if (left <= Clock::duration::zero())
    return std::chrono::milliseconds::zero();
  if (left >= longest)
    return longest;
  // Rounded up: a wait of the time left must not end just before the deadline and spin.
  return std::min(std::chrono::ceil<std::chrono::milliseconds>(left), longest);
}

Deadline Deadline::Earlier(const Deadline& a, const Deadline& b) {
  if (a.IsNever())
    return b;
  if (b.IsNever())
    return a;
  return *a.when_ <= *b.when_ ? a : b;
}

}  // namespace kontrakt
