#include "lib/cli/line_progress.h"

#include "lib/base/time.h"
#include "lib/cli/descriptor.h"
#include "lib/cli/log_line.h"
#include "lib/doc/json.h"

namespace kontrakt::cli {
namespace {

/// Further lines of one message are indented, so that none is taken for a message of its own.
std::string Indented(std::string_view text) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '\n') {
      result += "  ";
    }
  }
  return result;
}

}  // namespace

std::string LineProgress::Cleaned(std::string_view text) const {
  return BreakCiCommands(redactor_.Clean(text));
}

void LineProgress::Note(std::string_view about, std::string_view text, Mood mood) {
  if (settings_.verbosity == Verbosity::kQuiet) {
    return;
  }
  if (settings_.format == LogFormat::kJson) {
    return EmitJson(mood == Mood::kBad ? "warning" : "info", "about", about, text);
  }
  const TextStyle& style = settings_.style;
  const std::string body = style.In(mood, Indented(Cleaned(text)));
  Emit(about.empty() ? body + "\n" : style.Bold(Cleaned(about)) + ": " + body + "\n");
}

void LineProgress::Detail(std::string_view text) {
  if (settings_.verbosity != Verbosity::kVerbose) {
    return;
  }
  if (settings_.format == LogFormat::kJson) {
    return EmitJson("debug", "about", "", text);
  }
  Emit(settings_.style.Dim(Indented(Cleaned(text))) + "\n");
}

void LineProgress::Warn(std::string_view text) {
  if (settings_.format == LogFormat::kJson) {
    return EmitJson("warning", "about", "", text);
  }
  Emit(settings_.style.In(Mood::kWaiting, "warning:") + " " + Indented(Cleaned(text)) + "\n");
}

void LineProgress::Log(std::string_view source, std::string_view line) {
  if (settings_.verbosity == Verbosity::kQuiet) {
    return;
  }
  if (settings_.format == LogFormat::kJson) {
    return EmitJson("log", "source", source, line.substr(0, line.find_last_not_of("\r\n") + 1));
  }
  Emit(LogLine(settings_.style.Dim(redactor_.Clean(source)), redactor_.Clean(line)) + "\n");
}

void LineProgress::EmitJson(std::string_view level, std::string_view key, std::string_view about,
                            std::string_view text) {
  doc::Json entry = {{"time", FormatRfc3339(NowWall())}, {"level", level}};
  if (!about.empty()) {
    entry[std::string(key)] = Cleaned(about);
  }
  entry["message"] = Cleaned(text);
  Emit(doc::Dump(entry) + "\n");
}

void LineProgress::Emit(const std::string& lines) {
  const std::lock_guard lock(mutex_);
  // Nobody can be told that standard error is gone.
  (void)WriteAll(settings_.descriptor, lines);
}

}  // namespace kontrakt::cli
