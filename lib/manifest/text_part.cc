#include "lib/manifest/text_part.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace kontrakt::manifest {
namespace {

/// Whether a document begins at `offset`, which is the start of a line.
bool IsMarker(std::string_view text, std::size_t offset) {
  if (text.substr(offset, 3) != "---")
    return false;
  if (offset + 3 >= text.size())
    return true;
  const char next = text[offset + 3];
  return next == ' ' || next == '\t' || next == '\r' || next == '\n';
}

}  // namespace

std::size_t FindText(std::string_view text, std::string_view wanted, std::size_t from) {
  if (from >= text.size())
    return std::string_view::npos;
  const void* found = memmem(text.data() + from, text.size() - from, wanted.data(), wanted.size());
  if (found == nullptr)
    return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::vector<TextPart> SplitIntoParts(std::string_view text) {
  if (text.starts_with('%') || FindText(text, "\n%") != std::string_view::npos)
    return {{0, text.size()}};
  std::vector<TextPart> parts;
  std::size_t begin = 0;
  for (std::size_t at = FindText(text, "\n---"); at != std::string_view::npos; at = FindText(text, "\n---", at + 1)) {
    if (!IsMarker(text, at + 1))
      continue;
    parts.push_back({begin, at + 1});
    begin = at + 1;
  }
  parts.push_back({begin, text.size()});
  return parts;
}

int LinesBefore(std::string_view text, std::size_t offset) {
  return static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

Result<std::vector<doc::Document>> ParsePart(std::string_view part, int lines_before, const std::string& file) {
  Result<std::vector<doc::Document>> parsed = doc::ParseYaml(part, file);
  if (!parsed) {
    Error error = std::move(parsed.error());
    if (error.location() && error.location()->line > 0) {
      FileLine place = *error.location();
      place.line += lines_before;
      error.SetLocation(std::move(place));
    }
    return error;
  }
  for (doc::Document& document : *parsed) {
    document.line += lines_before;
    for (doc::ScalarSpan& scalar : document.scalars)
      scalar.line += lines_before;
    for (auto& [pointer, line] : document.lines)
      line += lines_before;
  }
  return parsed;
}

FileLine PlaceOf(std::string_view part, int lines_before, std::size_t offset, const std::string& file) {
  const std::size_t line_begin = offset == 0 ? 0 : part.rfind('\n', offset - 1) + 1;  // npos + 1 is 0
  return {file, lines_before + LinesBefore(part, offset) + 1, static_cast<int>(offset - line_begin) + 1};
}

Result<void> CheckEncoding(std::string_view text, const std::string& file) {
  const std::string_view head = text.substr(0, 2);
  const bool is_wide = head == "\xFF\xFE" || head == "\xFE\xFF" || head.find('\0') != std::string_view::npos;
  if (!is_wide)
    return {};
  Result<std::vector<doc::Document>> parsed = doc::ParseYaml(text, file);
  if (!parsed)
    return std::move(parsed.error());
  return {};
}

}  // namespace kontrakt::manifest
