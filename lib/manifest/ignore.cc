#include "lib/manifest/ignore.h"

#include <cstddef>
#include <utility>

#include "lib/base/strings.h"

namespace kontrakt::manifest {
namespace {

/// One `[…]` class, read from behind its bracket. Without an end it is no class but a plain bracket.
struct BracketClass {
  bool is_closed = false;
  bool matches = false;
  std::size_t length = 0;  ///< up to and with the closing bracket
};

BracketClass ReadClass(std::string_view pattern, char wanted) {
  BracketClass found;
  std::size_t at = 0;
  const bool negated = !pattern.empty() && (pattern[0] == '!' || pattern[0] == '^');
  if (negated)
    ++at;
  const std::size_t first = at;
  while (at < pattern.size()) {
    char low = pattern[at];
    if (low == ']' && at > first) {
      found.is_closed = true;
      found.matches = found.matches != negated;
      found.length = at + 1;
      return found;
    }
    if (low == '\\' && at + 1 < pattern.size())
      low = pattern[++at];
    char high = low;
    if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
      high = pattern[at + 2];
      at += 2;
    }
    if (low <= wanted && wanted <= high)
      found.matches = true;
    ++at;
  }
  return found;
}

/// Matches one pattern element (not a star) against one character; returns how long the element is, 0 for no match.
std::size_t MatchOne(std::string_view pattern, char c) {
  switch (pattern.front()) {
    case '?':
      return 1;
    case '\\':
      if (pattern.size() == 1)
        return c == '\\' ? 1 : 0;
      return pattern[1] == c ? 2 : 0;
    case '[': {
      const BracketClass found = ReadClass(pattern.substr(1), c);
      if (!found.is_closed)
        return c == '[' ? 1 : 0;
      return found.matches ? found.length + 1 : 0;
    }
    default:
      return pattern.front() == c ? 1 : 0;
  }
}

/// Trailing spaces do not count unless a backslash stands before them.
std::string_view WithoutTrailingSpaces(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) {
    std::size_t slashes = 0;
    while (slashes + 1 < line.size() && line[line.size() - 2 - slashes] == '\\')
      ++slashes;
    if (slashes % 2 == 1)
      break;
    line.remove_suffix(1);
  }
  return line;
}

}  // namespace

bool MatchesGlob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // behind the last star
  std::size_t resume = 0;                     // where its match would end next
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      resume = t;
      continue;
    }
    const std::size_t step = p < pattern.size() ? MatchOne(pattern.substr(p), text[t]) : 0;
    if (step > 0) {
      p += step;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

IgnorePatterns IgnorePatterns::Parse(std::string_view text) {
  IgnorePatterns parsed;
  if (text.starts_with("\xEF\xBB\xBF"))
    text.remove_prefix(3);
  for (const std::string& raw : Split(text, '\n')) {
    std::string_view line = raw;
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    line = WithoutTrailingSpaces(line);
    Pattern pattern;
    if (line.starts_with('#'))
      continue;
    if (line.starts_with('!')) {
      pattern.is_negated = true;
      line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
      pattern.is_for_folders = true;
      line.remove_suffix(1);
    }
    pattern.is_anchored = line.find('/') != std::string_view::npos;
    if (line.starts_with('/'))
      line.remove_prefix(1);
    if (line.empty())
      continue;
    pattern.parts = Split(line, '/');
    parsed.patterns_.push_back(std::move(pattern));
  }
  return parsed;
}

bool IgnorePatterns::Matches(const Pattern& pattern, const std::vector<std::string>& path) {
  if (!pattern.is_anchored)
    return MatchesGlob(pattern.parts.front(), path.back());
  // Parts match as characters do in a glob, with `**` as the star. At the end it stands for one part at least:
  // "a/**" is what lies in a, not a itself.
  const std::vector<std::string>& parts = pattern.parts;
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string::npos;
  std::size_t resume = 0;
  while (t < path.size()) {
    if (p < parts.size() && parts[p] == "**") {
      if (p + 1 == parts.size())
        return true;
      star = ++p;
      resume = t;
    } else if (p < parts.size() && MatchesGlob(parts[p], path[t])) {
      ++p;
      ++t;
    } else if (star != std::string::npos) {
      p = star;
      t = ++resume;
    } else {
      return false;
    }
  }
  return p == parts.size();
}

Ignoring IgnorePatterns::Decide(std::string_view path, PathKind kind) const {
  Ignoring decision = Ignoring::kUnsaid;
  if (patterns_.empty())
    return decision;
  const std::vector<std::string> parts = Split(path, '/');
  for (const Pattern& pattern : patterns_) {
    if (pattern.is_for_folders && kind != PathKind::kFolder)
      continue;
    if (Matches(pattern, parts))
      decision = pattern.is_negated ? Ignoring::kKept : Ignoring::kIgnored;
  }
  return decision;
}

}  // namespace kontrakt::manifest
