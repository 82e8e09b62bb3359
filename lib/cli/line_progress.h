#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/progress.h"
#include "lib/base/redact.h"
#include "lib/base/text_style.h"
#include "lib/cli/output_flags.h"

namespace kontrakt::cli {

enum class Verbosity : std::uint8_t { kQuiet, kNormal, kVerbose };

/// How progress is written: where to, how it looks, how much.
struct ProgressSettings {
  int descriptor = 2;
  TextStyle style;
  Verbosity verbosity = Verbosity::kNormal;
  LogFormat format = LogFormat::kText;
};

/// Progress as lines that stay: for pipes, files and CI. Ignores the live picture.
///
/// As text: "about: text", "warning: text", "name/pod | log line". As JSON: one object a line with time, level and
/// message. Everything is cleaned of secrets, control characters and CI commands.
///
/// Threads: any.
class LineProgress : public Progress {
 public:
  LineProgress(ProgressSettings settings, const Redactor& redactor) : settings_(settings), redactor_(redactor) {}

  void Note(std::string_view about, std::string_view text, Mood mood) override;
  void Detail(std::string_view text) override;
  void Warn(std::string_view text) override;
  void Log(std::string_view source, std::string_view line) override;
  void Live(const std::vector<LiveRow>&) override {}

 protected:
  /// Writes whole lines; where more is on the screen, it makes room.
  virtual void Emit(const std::string& lines);
  std::string Cleaned(std::string_view text) const;
  const ProgressSettings& settings() const { return settings_; }

 private:
  void EmitJson(std::string_view level, std::string_view key, std::string_view about, std::string_view text);

  const ProgressSettings settings_;
  const Redactor& redactor_;
  std::mutex mutex_;
};

}  // namespace kontrakt::cli
