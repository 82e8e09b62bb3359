#include "lib/cli/log_line.h"

#include <cctype>

namespace kontrakt::cli {
namespace {

/// Whether "##", letters or none, and "[" stand at `at`.
bool IsHashCommand(std::string_view text, std::size_t at) {
  if (!text.substr(at).starts_with("##")) {
    return false;
  }
  at += 2;
  while (at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0) {
    ++at;
  }
  return at < text.size() && text[at] == '[';
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t';
}

}  // namespace

std::string BreakCiCommands(std::string_view text) {
  std::string safe;
  bool at_line_start = true;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool is_colon_command = at_line_start && text.substr(at).starts_with("::");
    safe += c;
    if (is_colon_command || IsHashCommand(text, at)) {
      safe += ' ';
    }
    at_line_start = c == '\n' || (at_line_start && IsBlank(c));
  }
  return safe;
}

std::string LogLine(std::string_view source, std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) {
    line.remove_suffix(1);
  }
  return std::string(source) + " | " + BreakCiCommands(line);
}

}  // namespace kontrakt::cli
