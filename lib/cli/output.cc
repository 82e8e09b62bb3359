#include "lib/cli/output.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include "lib/base/strings.h"
#include "lib/base/time.h"
#include "lib/cli/descriptor.h"
#include "lib/cli/line_progress.h"
#include "lib/cli/live_progress.h"
#include "lib/cli/log_line.h"
#include "lib/doc/yaml.h"

namespace kontrakt::cli {
namespace {

TextStyle StyleFor(int descriptor, const Environment& environment) {
  if (!IsTerminal(descriptor) || environment.Get("TERM").value_or("") == "dumb") {
    return {};
  }
  std::string locale;
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    locale = locale.empty() ? ToLower(environment.Get(variable).value_or("")) : locale;
  }
  const bool unicode = locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  return {environment.Get("NO_COLOR") ? TextStyle::Color::kNo : TextStyle::Color::kYes,
          unicode ? TextStyle::Signs::kUnicode : TextStyle::Signs::kAscii, SizeOfTerminal(descriptor).columns};
}

std::unique_ptr<Progress> ProgressFor(const OutputSettings& settings, bool live, const Redactor& redactor) {
  ProgressSettings progress;
  progress.descriptor = settings.err;
  progress.style = StyleFor(settings.err, settings.environment);
  progress.format = settings.flags.log_format;
  if (settings.flags.quiet) {
    progress.verbosity = Verbosity::kQuiet;
  } else if (settings.flags.verbose) {
    progress.verbosity = Verbosity::kVerbose;
  }
  if (live && progress.format == LogFormat::kText) {
    return std::make_unique<LiveProgress>(progress, redactor);
  }
  return std::make_unique<LineProgress>(progress, redactor);
}

bool IsLiveTerminal(const OutputSettings& settings) {
  return IsTerminal(settings.err) && settings.environment.Get("TERM").value_or("") != "dumb";
}

doc::Json RedactedCopy(const doc::Json& value, const Redactor& redactor) {
  if (value.is_string()) {
    return redactor.Redact(value.get_ref<const std::string&>());
  }
  doc::Json copy = value;
  if (copy.is_structured()) {
    for (auto& child : copy) {
      child = RedactedCopy(child, redactor);
    }
  }
  return copy;
}

}  // namespace

Output::Output(OutputSettings settings)
    : settings_(std::move(settings)),
      style_(StyleFor(settings_.out, settings_.environment)),
      interactive_(IsLiveTerminal(settings_)),
      progress_(ProgressFor(settings_, interactive_, redactor_)),
      value_files_(static_cast<std::size_t>(settings_.flags.result_limit)) {}

Output::~Output() = default;

std::string Output::Shown(std::string_view text) const {
  // Our own colours stay; a colour that somebody else's text brings along does no harm. All other control characters
  // go.
  std::string shown;
  std::size_t plain_from = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = style_.colored() ? ColorSequenceAt(text.substr(at)) : 0;
    if (length == 0) {
      ++at;
      continue;
    }
    shown += redactor_.Clean(text.substr(plain_from, at - plain_from));
    shown += text.substr(at, length);
    at += length;
    plain_from = at;
  }
  shown += redactor_.Clean(text.substr(plain_from));
  return BreakCiCommands(shown);
}

void Output::PrintText(std::string_view text) {
  std::string shown = Shown(text);
  if (!shown.empty() && shown.back() != '\n') {
    shown += '\n';
  }
  Write(shown);
}

void Output::PrintJson(const doc::Json& value) {
  const doc::Json redacted = RedactedCopy(value, redactor_);
  if (settings_.flags.format == Format::kYaml) {
    std::string text = doc::ToYaml(redacted);
    Write(text.ends_with('\n') ? text : text + "\n");
  } else {
    Write(doc::DumpPretty(redacted) + "\n");
  }
}

void Output::PrintNames(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += redactor_.Clean(name) + "\n";
  }
  Write(text);
}

void Output::Write(std::string_view bytes) {
  if (write_error_ || reader_gone_) {
    return;
  }
  const int problem = WriteAll(settings_.out, bytes);
  if (problem == EPIPE) {
    reader_gone_ = true;
  } else if (problem != 0) {
    write_error_ = Unavailable("writing standard output: " + std::generic_category().message(problem));
  }
}

Result<void> Output::ReserveValueFile(const std::string& flag, const std::string& path, std::size_t size) {
  return path.empty() ? Result<void>() : value_files_.Reserve(flag, path, size);
}

Result<void> Output::WriteValueFile(const std::string& flag, const std::string& path, std::string_view text) {
  return path.empty() ? Result<void>() : value_files_.Write(flag, path, text);
}

void Output::SetLeftBehind(std::string text) {
  const std::lock_guard lock(left_mutex_);
  left_behind_ = std::move(text);
}

std::string Output::LeftBehind() const {
  const std::lock_guard lock(left_mutex_);
  return left_behind_;
}

void Output::PrintError(const Error& error, int status) {
  progress_.reset();  // the error stands below everything else, the live picture is gone
  const std::string message = BreakCiCommands(redactor_.Clean(error.ToString()));
  const std::string hint = error.hint() ? BreakCiCommands(redactor_.Clean(*error.hint())) : "";
  std::string lines;
  if (settings_.flags.log_format == LogFormat::kJson) {
    doc::Json entry = {{"time", FormatRfc3339(NowWall())}, {"level", "error"},
                       {"program", settings_.program},     {"message", message},
                       {"code", NameOf(error.code())},     {"status", status}};
    if (!hint.empty()) {
      entry["hint"] = hint;
    }
    if (!error.reason().empty()) {
      entry["reason"] = redactor_.Clean(error.reason());
    }
    lines = doc::Dump(entry) + "\n";
  } else {
    const TextStyle style = StyleFor(settings_.err, settings_.environment);
    lines = settings_.program + ": " + style.Bad("error:") + " " + message + "\n";
    if (!hint.empty()) {
      lines += style.Bold("hint:") + " " + hint + "\n";
    }
  }
  (void)WriteAll(settings_.err, lines);
}

Result<void> Output::Finish() {
  progress_.reset();
  if (write_error_) {
    return *write_error_;
  }
  return {};
}

}  // namespace kontrakt::cli
