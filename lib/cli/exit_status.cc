#include "lib/cli/exit_status.h"

#include <algorithm>
#include <array>
#include <csignal>

namespace kontrakt::cli {
namespace {

constexpr int kInterrupted = 128 + SIGINT;
constexpr int kTerminated = 128 + SIGTERM;

// Worst first. 7 comes last: it is the one that trying again may heal.
constexpr std::array kWorstFirst = {kInterrupted, kTerminated, 70, 2, 3, 5, 4, 6, 1, 8};

/// Smaller is worse.
std::size_t RankOf(int status) {
  const auto* const found = std::find(kWorstFirst.begin(), kWorstFirst.end(), status);
  const auto rank = static_cast<std::size_t>(found - kWorstFirst.begin());
  if (found != kWorstFirst.end()) {
    return rank;
  }
  constexpr std::size_t kUnknown = kWorstFirst.size();
  if (status == 0) {
    return kUnknown + 2;
  }
  return status == StatusOf(ErrorCode::kUnavailable) ? kUnknown + 1 : kUnknown;
}

}  // namespace

const std::vector<StatusMeaning>& ExitStatuses() {
  static const std::vector<StatusMeaning> statuses = {
      {0, "done"},
      {1, "the tool worked and the answer is no"},
      {2, "wrong flags"},
      {3, "malformed manifest, reference or kubeconfig"},
      {4, "object, tag, namespace or file not found"},
      {5, "access denied (401, 403)"},
      {6, "conflict, or a guard refused"},
      {7, "network, server or infrastructure failed: safe to retry"},
      {8, "the deadline passed"},
      {70, "a bug of ours"},
      {kInterrupted, "stopped by SIGINT"},
      {kTerminated, "stopped by SIGTERM"},
  };
  return statuses;
}

int StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNegative:
      return 1;
    case ErrorCode::kUsage:
      return 2;
    case ErrorCode::kInvalidInput:
      return 3;
    case ErrorCode::kNotFound:
      return 4;
    case ErrorCode::kDenied:
      return 5;
    case ErrorCode::kConflict:
      return 6;
    case ErrorCode::kUnavailable:
    case ErrorCode::kExpired:
      return 7;
    case ErrorCode::kTimeout:
      return 8;
    case ErrorCode::kInternal:
      return 70;
    case ErrorCode::kCancelled:
      return kInterrupted;
  }
  return 70;
}

int StatusOfSignal(int signal) {
  return signal == SIGINT ? kInterrupted : kTerminated;
}

int WorstOf(const std::vector<int>& statuses) {
  int worst = 0;
  for (const int status : statuses) {
    if (RankOf(status) < RankOf(worst)) {
      worst = status;
    }
  }
  return worst;
}

}  // namespace kontrakt::cli
