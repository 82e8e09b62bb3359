#include "cmd/chain/chain_status.h"

#include <algorithm>
#include <vector>

#include "lib/cli/exit_status.h"
#include "lib/doc/json.h"

namespace kontrakt {
namespace {

constexpr int kUnavailableStatus = 7;

/// The code whose status that is; statuses of other programs count as our own trouble.
ErrorCode CodeOf(int status) {
  for (const ErrorCode code :
       {ErrorCode::kNegative, ErrorCode::kUsage, ErrorCode::kInvalidInput, ErrorCode::kNotFound, ErrorCode::kDenied,
        ErrorCode::kConflict, ErrorCode::kUnavailable, ErrorCode::kTimeout, ErrorCode::kCancelled}) {
    if (cli::StatusOf(code) == status) {
      return code;
    }
  }
  return status == cli::StatusOfSignal(15) ? ErrorCode::kCancelled : ErrorCode::kInternal;
}

std::vector<int> StatusesOf(const doc::Json& report) {
  std::vector<int> statuses;
  for (const doc::Json& step : doc::ArrayAt(report, {"steps"})) {
    if (doc::StringAt(step, {"name"}) == "delete") {
      continue;
    }
    statuses.push_back(static_cast<int>(doc::IntAt(step, {"status"}, kUnavailableStatus)));
  }
  return statuses;
}

}  // namespace

Result<void> ChainStatus(const DeleteReport& deleted, const doc::Json& report) {
  bool all_passed = !deleted.namespaces.empty();
  for (const DeletedNamespace& ns : deleted.namespaces) {
    if (ns.verdict == "failed") {
      return Negative("kontrakt " + ns.kontrakt + " failed");
    }
    all_passed = all_passed && ns.verdict == "passed";
  }
  const std::vector<int> statuses = StatusesOf(report);
  if (all_passed) {
    const int worst = cli::WorstOf(statuses);
    if (worst == 0) {
      return {};
    }
    return Error(CodeOf(worst), "passed, but a step of the chain ended with status " + std::to_string(worst));
  }
  const auto first = std::find_if(statuses.begin(), statuses.end(), [](int status) { return status != 0; });
  if (first != statuses.end()) {
    return Error(CodeOf(*first), "no verdict: a step of the chain ended with status " + std::to_string(*first));
  }
  return TimedOut("no verdict was given before the deletion");
}

}  // namespace kontrakt
