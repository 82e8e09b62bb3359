#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "lib/cli/line_progress.h"

namespace kontrakt::cli {

/// Progress on a terminal: lines above, and below them a picture of what is going on, drawn anew as it changes but not
/// more than ten times a second.
///
/// Threads: any; draws on a thread of its own, which its destruction ends with the picture erased.
class LiveProgress : public LineProgress {
 public:
  LiveProgress(ProgressSettings settings, const Redactor& redactor) : LineProgress(settings, redactor) {}
  ~LiveProgress() override;

  void Live(const std::vector<LiveRow>& rows) override;

 protected:
  void Emit(const std::string& lines) override;

 private:
  void DrawUntil(const std::stop_token& stop);
  std::string Erasure() const;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<LiveRow> rows_;
  bool is_stale_ = false;
  std::size_t drawn_lines_ = 0;
  std::jthread painter_;
};

/// The picture as lines that fit a terminal of this size: a tree with aligned states, ages and details. What is done
/// gives way first when there are more rows than lines; the last line then counts what is not shown.
std::vector<std::string> DrawRows(const std::vector<LiveRow>& rows, const TextStyle& style, std::size_t columns,
                                  std::size_t lines);

}  // namespace kontrakt::cli
