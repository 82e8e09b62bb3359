#include "lib/base/stop.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace kontrakt {

Result<void> Bound::Check(const std::string& what) const {
  if (stop.stop_requested())
    return Cancelled("stopped while waiting for " + what);
  if (deadline.HasPassed())
    return TimedOut("waiting for " + what + " took longer than allowed");
  return {};
}

bool SleepFor(std::chrono::milliseconds duration, const Bound& bound) {
  const Deadline whole = Deadline::After(duration);
  const Deadline::Clock::time_point end = *Deadline::Earlier(whole, bound.deadline).when();
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_until(lock, bound.stop, end, [] { return false; });
  return !bound.stop.stop_requested() && whole.HasPassed();
}

}  // namespace kontrakt
