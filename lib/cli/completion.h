#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/cli/programs.h"
#include "lib/doc/json.h"

namespace kontrakt::cli {

class Output;

enum class Shell : unsigned char { kBash, kZsh, kFish };
constexpr std::array<std::pair<std::string_view, Shell>, 3> ValueNames(Shell) {
  return {{{"bash", Shell::kBash}, {"zsh", Shell::kZsh}, {"fish", Shell::kFish}}};
}

/// A command as completion knows it: `help` is what `--help -o json` says, null for a program that does not say it.
struct CompletedCommand {
  std::string name;
  doc::Json help;
};

/// A script that completes `kontrakt NAME …` and `kontrakt-NAME …`: commands, flags, and the values of flags that have
/// a fixed set; files and folders elsewhere.
std::string CompletionScript(Shell shell, const std::vector<CompletedCommand>& commands);

/// Asks each of our own commands among `programs` for its declarations. Others are known by name alone: a foreign
/// program is not started to see what it says.
Result<std::vector<CompletedCommand>> AskForHelp(const std::vector<Program>& programs, const Output& out);

}  // namespace kontrakt::cli
