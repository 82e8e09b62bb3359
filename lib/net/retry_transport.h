#pragma once

#include <functional>
#include <memory>

#include "lib/base/retry.h"
#include "lib/net/transport.h"

namespace kontrakt::net {

/// Decides by code alone whether an answer or a failure deserves another attempt.
///
/// 429 and 5xx with Retry-After: any method. 429, 502, 503, 504 without: requests marked retryable. Failures below
/// HTTP of kind kUnavailable: requests marked retryable, or of any kind when the connection was never made.
struct RetryRules {
  RetryPolicy policy;
  std::chrono::milliseconds longest_retry_after{30'000};
  /// Extra statuses (such as 408, 500) that a retryable request may repeat on.
  std::vector<int> also;
};

/// Repeats requests by those rules, with jittered back-off and Retry-After. Gives up at the policy's end and hands on
/// the last answer. Requests with a source or a sink are passed through untouched.
///
/// Threads: see Transport. `inner` must outlive it.
std::unique_ptr<Transport> MakeRetryTransport(Transport& inner, RetryRules rules);

}  // namespace kontrakt::net
