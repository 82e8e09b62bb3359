#include "lib/cli/value_files.h"

#include <filesystem>

#include "lib/base/file.h"

namespace kontrakt::cli {

Result<void> ValueFiles::Reserve(const std::string& flag, const std::string& path, std::size_t size) {
  const std::string normal = std::filesystem::path(path).lexically_normal().string();
  if (!normal.starts_with(results_root_)) {
    return {};
  }
  sizes_[normal] = {flag, size};
  std::size_t sum = 0;
  std::string parts;
  for (const auto& [file, entry] : sizes_) {
    sum += entry.second;
    parts += (parts.empty() ? "--" : ", --") + entry.first + " " + std::to_string(entry.second);
  }
  if (sum <= limit_) {
    return {};
  }
  Error error = Usage("results of " + std::to_string(sum) + " bytes (" + parts + ") do not fit the " +
                      std::to_string(limit_) + " that Tekton keeps of a step");
  error.SetHint("leave out a file and read the value from --report, or write it to a workspace instead of " + path);
  return error;
}

Result<void> ValueFiles::Write(const std::string& flag, const std::string& path, std::string_view text) {
  KT_TRY(Reserve(flag, path, text.size()));
  KT_TRY_CONTEXT(WriteFileInPlace(path, text), "writing --" + flag);
  return {};
}

}  // namespace kontrakt::cli
