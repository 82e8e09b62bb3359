#include <algorithm>

#include "lib/base/duration.h"
#include "lib/base/redact.h"
#include "lib/lifecycle/assert.h"

namespace kontrakt {
namespace {

std::size_t LongestBacktickRun(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

/// Text from the cluster on one line, as code: nothing in it is markup, a mention or a link then. Fit for a table's
/// cell, where a bar would end it even in code (GFM §4.10).
std::string Code(std::string_view text) {
  std::string line = StripControl(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::string escaped;
  for (const char c : line)
    escaped += c == '|' ? "\\|" : std::string(1, c);
  if (escaped.empty())
    return "";
  const std::string fence(LongestBacktickRun(escaped) + 1, '`');
  const bool touches = escaped.front() == '`' || escaped.back() == '`';
  return fence + (touches ? " " : "") + escaped + (touches ? " " : "") + fence;
}

std::string CodeBlock(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines)
    text += StripControl(line) + "\n";
  const std::string fence(std::max<std::size_t>(3, LongestBacktickRun(text) + 1), '`');
  return fence + "text\n" + text + fence + "\n";
}

std::string Sign(CheckResult result) {
  switch (result) {
    case CheckResult::kPassed:
      return "✅";
    case CheckResult::kFailed:
      return "❌";
    case CheckResult::kLost:
    case CheckResult::kUndecided:
      return "⏳";
    case CheckResult::kNote:
      return "ℹ️";
  }
  return "";
}

std::string CheckToMarkdown(const Check& check) {
  std::string text = "- " + Sign(check.result) + " " + Code(check.name);
  if (!check.cause.empty())
    text += " **" + check.cause + "**";
  if (!check.message.empty())
    text += ": " + Code(check.message);
  if (check.exit_code)
    text += ", exit code " + std::to_string(*check.exit_code);
  text += "\n";
  if (!check.fields.empty()) {
    text += "\n  | field | wanted | found |\n  |---|---|---|\n";
    for (const AssertedField& field : check.fields)
      text += "  | " + Code(field.path) + " | " + Code(field.wanted) + " | " + Code(field.found) + " |\n";
    text += "\n";
  }
  return text;
}

std::string KontraktToMarkdown(const AssertedKontrakt& kontrakt) {
  std::string text;
  for (const Check& check : kontrakt.checks) {
    if (check.result == CheckResult::kPassed)
      continue;
    text += CheckToMarkdown(check);
    if (!check.last_log_lines.empty())
      text += "\n<details><summary>last log lines</summary>\n\n" + CodeBlock(check.last_log_lines) + "\n</details>\n\n";
  }
  if (!kontrakt.evidence.empty())
    text += "\nEvidence: " + Code(kontrakt.evidence) + "\n";
  if (text.empty())
    return "";
  return "\n### " + Sign(kontrakt.result) + " " + Code(kontrakt.name) + "\n\n" + text;
}

}  // namespace

std::string AssertReport::ToMarkdown() const {
  const auto passed = std::count_if(kontrakts.begin(), kontrakts.end(),
                                    [](const AssertedKontrakt& k) { return k.result == CheckResult::kPassed; });
  std::string text =
      "## Kontrakt: " + std::to_string(passed) + " of " + std::to_string(kontrakts.size()) + " passed\n\n";
  text += "| kontrakt | result | reason | time |\n|---|---|---|---|\n";
  for (const AssertedKontrakt& kontrakt : kontrakts) {
    text += "| " + Code(kontrakt.name) + " | " + Sign(kontrakt.result) + " " + std::string(NameOf(kontrakt.result)) +
            " | " + Code(kontrakt.reason) + " | " + FormatDuration(kontrakt.duration) + " |\n";
  }
  for (const AssertedKontrakt& kontrakt : kontrakts)
    text += KontraktToMarkdown(kontrakt);
  return text;
}

}  // namespace kontrakt
