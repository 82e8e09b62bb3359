#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lib/base/result.h"

namespace kontrakt::cli {

/// What the command line's grammar has to know about a flag.
struct OptionSyntax {
  std::string name;         ///< two letters at least
  char letter = 0;          ///< of the short form, 0 for none
  bool takes_value = true;  ///< false: a switch, whose value may only follow '='
  bool is_hidden = false;   ///< not proposed for a typo
};

struct ParsedArguments {
  /// Name and value of each flag in order; a bare switch has the value "true".
  std::vector<std::pair<std::string, std::string>> options;
  /// The rest: what has no dash, and all after "--".
  std::vector<std::string> words;
};

enum class Words : unsigned char {
  kAnywhere,  ///< flags and words may mix
  kEndFlags,  ///< the first word ends the flags
};

/// Splits a command line as kubectl does: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-n=value`, switches
/// joined (`-Rv`), `--` before words that start with a dash; a lone `-` is a word. Values are not judged.
///
/// kUsage: an unknown flag (the hint names the nearest), a flag without its value.
Result<ParsedArguments> ParseArguments(const std::vector<OptionSyntax>& syntax, const std::vector<std::string>& args,
                                       Words words = Words::kAnywhere);

/// The parser's version, for --version.
std::string ArgumentParserVersion();

}  // namespace kontrakt::cli
