#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "lib/base/error.h"

namespace kontrakt::cli {

/// A status of the table in docs/errors.md, and what it means to a pipeline's author.
struct StatusMeaning {
  int status;
  std::string_view meaning;
};

/// The whole table, in order of number. Never 9, 64, 65 or 125 to 127: Tekton, Argo, shells and container runtimes use
/// those themselves.
const std::vector<StatusMeaning>& ExitStatuses();

/// The status of an error. kCancelled is 130 unless the signal was SIGTERM; see StatusOfSignal.
int StatusOf(ErrorCode code);
inline int StatusOf(const Error& error) {
  return StatusOf(error.code());
}

/// 128 and the signal: 130 for SIGINT; 143 for SIGTERM and for SIGHUP, which we treat alike.
int StatusOfSignal(int signal);

/// The one that counts of several: 130 and 143, 70, 2, 3, 5, 4, 6, 1, 8, 7, then 0. Any other number is worse than 7
/// and better than 8. Zero for none.
int WorstOf(const std::vector<int>& statuses);

}  // namespace kontrakt::cli
