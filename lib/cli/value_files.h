#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace kontrakt::cli {

/// The small files through which a step hands single values to a pipeline, such as --images-file.
///
/// Tekton keeps all results of a step in one message that holds 4,096 bytes and silently loses what is longer; so the
/// sum of those below /tekton/ is checked, best before anything irreversible happens.
///
/// Threads: confined to one.
class ValueFiles {
 public:
  explicit ValueFiles(std::size_t limit, std::string results_root = "/tekton/")
      : limit_(limit), results_root_(std::move(results_root)) {}

  /// Counts a file that will be written. kUsage when the sum passes the limit; the message says what takes how much.
  Result<void> Reserve(const std::string& flag, const std::string& path, std::size_t size);
  /// Reserves, then writes exactly `text`.
  Result<void> Write(const std::string& flag, const std::string& path, std::string_view text);

 private:
  std::size_t limit_;
  std::string results_root_;
  std::map<std::string, std::pair<std::string, std::size_t>> sizes_;  // path → flag, bytes
};

}  // namespace kontrakt::cli
