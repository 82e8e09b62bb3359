#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kontrakt::manifest {

/// What one ignore file says about a path.
enum class Ignoring : unsigned char { kUnsaid, kIgnored, kKept };

enum class PathKind : unsigned char { kFile, kFolder };

/// The patterns of one .kontraktignore, in gitignore(5)'s syntax: comments, negation by `!`, anchoring by a slash,
/// `**`, a trailing slash for folders alone, `*`, `?`, `[a-z]`, backslash escapes. The last pattern that matches
/// decides.
///
/// Threads: immutable once parsed.
class IgnorePatterns {
 public:
  /// Never fails: a line that matches nothing is no error in gitignore either.
  static IgnorePatterns Parse(std::string_view text);

  /// `path` is relative to the folder that holds the file, its parts separated by slashes. What lies in an ignored
  /// folder is the caller's to leave out: it is not looked at.
  Ignoring Decide(std::string_view path, PathKind kind) const;
  bool empty() const { return patterns_.empty(); }

 private:
  struct Pattern {
    std::vector<std::string> parts;  ///< between slashes
    bool is_negated = false;
    bool is_anchored = false;  ///< matches the whole path; else the last part at any depth
    bool is_for_folders = false;
  };
  static bool Matches(const Pattern& pattern, const std::vector<std::string>& path);

  std::vector<Pattern> patterns_;
};

/// Whether a shell pattern without slashes matches all of `text`. Linear in text times pattern.
bool MatchesGlob(std::string_view pattern, std::string_view text);

}  // namespace kontrakt::manifest
