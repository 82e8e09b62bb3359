#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/check.h"
#include "lib/base/environment.h"
#include "lib/base/progress.h"
#include "lib/base/redact.h"
#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/base/text_style.h"
#include "lib/cli/output_flags.h"
#include "lib/cli/value_files.h"
#include "lib/doc/json.h"

namespace kontrakt::cli {

struct LinkedCommand;

/// Where a command's output goes and what bounds its work.
struct OutputSettings {
  OutputFlags flags;
  Bound bound;
  Environment environment;
  std::string program;                    ///< "kontrakt-apply"
  int out = 1;                            ///< file descriptor of results
  int err = 2;                            ///< file descriptor of everything else
  std::span<const LinkedCommand> linked;  ///< commands in this very executable
};

/// What a command's body gets: the bounds of its work, and the only ways to show something.
///
/// Results go to standard output, everything else to standard error. All that is shown is redacted and, where it is for
/// a person, without control characters.
///
/// Threads: any, but Print and Write belong to one thread.
class Output {
 public:
  explicit Output(OutputSettings settings);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// The stop token of SIGINT and SIGTERM, and the deadline of --timeout.
  const Bound& bound() const { return settings_.bound; }
  const Environment& environment() const { return settings_.environment; }
  const std::string& program() const { return settings_.program; }
  const OutputFlags& flags() const { return settings_.flags; }
  Redactor& redactor() { return redactor_; }
  Progress& progress() { return *progress_; }
  std::span<const LinkedCommand> linked() const { return settings_.linked; }
  /// How text on standard output may look.
  const TextStyle& style() const { return style_; }
  /// Whether a person watches: standard error is a terminal.
  bool IsInteractive() const { return interactive_; }

  /// Prints a result as -o says. A report offers `doc::Json ToJson() const`, `std::string ToText(const TextStyle&)
  /// const` and, where the command declares prints_names, `std::vector<std::string> Names() const`.
  template <typename Report>
  void Print(const Report& report) {
    switch (settings_.flags.format) {
      case Format::kText:
        return PrintText(report.ToText(style_));
      case Format::kName:
        if constexpr (requires { report.Names(); }) {
          return PrintNames(report.Names());
        } else {
          constexpr bool kReportHasNames = false;  // though the command declares prints_names
          KT_CHECK(kReportHasNames);
          return;
        }
      case Format::kJson:
      case Format::kYaml:
        return PrintJson(report.ToJson());
    }
  }
  /// Text for a person, coloured by style() at most.
  void PrintText(std::string_view text);
  /// A value as -o json or -o yaml says.
  void PrintJson(const doc::Json& value);
  void PrintNames(const std::vector<std::string>& names);
  /// Exactly these bytes, as manifests need it: nothing is redacted.
  void Write(std::string_view bytes);

  /// Counts a value file that will be written later, before anything irreversible happens. Nothing for an empty path.
  /// kUsage when Tekton's limit on results is passed.
  Result<void> ReserveValueFile(const std::string& flag, const std::string& path, std::size_t size);
  /// Writes exactly `text`. Nothing for an empty path.
  Result<void> WriteValueFile(const std::string& flag, const std::string& path, std::string_view text);

  /// One line on what would be left behind if we ended now; a second SIGINT shows it. Empty: nothing.
  void SetLeftBehind(std::string text);
  std::string LeftBehind() const;

  /// Shows an error as "program: error: …" and "hint: …".
  void PrintError(const Error& error, int status);
  /// Ends the live picture. The first error of writing to standard output; a reader that went away is none.
  Result<void> Finish();

 private:
  std::string Shown(std::string_view text) const;

  OutputSettings settings_;
  Redactor redactor_;
  TextStyle style_;
  bool interactive_ = false;
  std::unique_ptr<Progress> progress_;
  ValueFiles value_files_;
  std::optional<Error> write_error_;
  bool reader_gone_ = false;
  mutable std::mutex left_mutex_;
  std::string left_behind_;
};

}  // namespace kontrakt::cli
