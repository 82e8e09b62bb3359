#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "lib/base/result.h"

namespace kontrakt {

/// The whole content of a regular file. kNotFound, kDenied, or kInvalidInput (not a regular file, such as a FIFO
/// or a folder, which would block or make no sense; larger than `limit` bytes). Messages name the path.
Result<std::string> ReadFile(const std::string& path, std::size_t limit = std::size_t{64} << 20);
/// All of standard input, bounded.
Result<std::string> ReadStandardInput(std::size_t limit = std::size_t{64} << 20);

/// Replaces `path` in one step: a reader sees the old or the new content, never half. Keeps the mode of an existing
/// file, follows a symlink to the file it names, leaves nothing beside it on failure. What is no regular file (a pipe)
/// is written to. kDenied, kNotFound (folder), kInvalidInput (it is a folder) or kUnavailable (disk full).
Result<void> WriteFileAtomic(const std::string& path, std::string_view content);

/// Writes exactly `content`, by O_TRUNC on the path itself (a Tekton result file must not be renamed over).
Result<void> WriteFileInPlace(const std::string& path, std::string_view content);

/// An advisory lock beside `path` ("<path>.lock"), held until destruction. kConflict when another holder has it.
class FileLock {
 public:
  static Result<FileLock> Acquire(const std::string& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  FileLock(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  int descriptor_ = -1;
  std::string path_;
};

}  // namespace kontrakt
