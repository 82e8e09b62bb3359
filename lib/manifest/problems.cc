#include <algorithm>
#include <array>
#include <utility>

#include "lib/base/check.h"
#include "lib/manifest/load.h"

namespace kontrakt::manifest {
namespace {

/// Worst first, as the exit statuses of several kontrakts count.
constexpr std::array kWorstFirst = {ErrorCode::kCancelled,    ErrorCode::kInternal,   ErrorCode::kUsage,
                                    ErrorCode::kInvalidInput, ErrorCode::kDenied,     ErrorCode::kNotFound,
                                    ErrorCode::kConflict,     ErrorCode::kNegative,   ErrorCode::kTimeout,
                                    ErrorCode::kExpired,      ErrorCode::kUnavailable};

std::ptrdiff_t Rank(ErrorCode code) {
  return std::find(kWorstFirst.begin(), kWorstFirst.end(), code) - kWorstFirst.begin();
}

}  // namespace

Error Combine(std::vector<Error> errors) {
  KT_CHECK(!errors.empty());
  const Error& first = errors.front();
  if (errors.size() == 1)
    return first;
  std::string message = first.message() + "\nand " + std::to_string(errors.size() - 1) + " more:";
  ErrorCode worst = first.code();
  std::optional<std::string> hint = first.hint();
  for (auto each = errors.begin() + 1; each != errors.end(); ++each) {
    message += "\n  " + each->ToString();
    if (Rank(each->code()) < Rank(worst))
      worst = each->code();
    if (!hint)
      hint = each->hint();
  }
  Error combined(worst, std::move(message));
  for (auto context = first.context().rbegin(); context != first.context().rend(); ++context) {
    combined.AddContext(*context);
  }
  if (first.location())
    combined.SetLocation(*first.location());
  if (hint)
    combined.SetHint(*hint);
  return combined;
}

}  // namespace kontrakt::manifest
