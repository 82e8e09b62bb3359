#pragma once

#include <chrono>
#include <stop_token>

#include "lib/base/deadline.h"
#include "lib/base/result.h"

namespace kontrakt {

/// What bounds a piece of work from outside: a request to stop and a deadline.
///
/// Threads: a value; the token may be stopped from any thread.
struct Bound {
  std::stop_token stop;
  Deadline deadline;

  /// kCancelled when stopped, kTimeout ("waiting for X took longer than allowed") when past the deadline, else ok.
  Result<void> Check(const std::string& what) const;
  /// The same stop token under the earlier of both deadlines.
  Bound Until(const Deadline& other) const { return {stop, Deadline::Earlier(deadline, other)}; }
};

/// Sleeps until `duration` has passed, the bound's deadline is reached or a stop is requested.
/// Returns true when the whole duration passed.
bool SleepFor(std::chrono::milliseconds duration, const Bound& bound);

}  // namespace kontrakt
