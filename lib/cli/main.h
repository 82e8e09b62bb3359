#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/environment.h"
#include "lib/cli/command.h"

namespace kontrakt::cli {

class StopSignals;

/// A command that is linked into this very executable.
struct LinkedCommand {
  std::string_view name;
  const Command& (*command)();
};

/// What a process was given.
struct Process {
  std::vector<std::string> args;  ///< without argv[0]
  Environment environment;
  int out = 1;
  int err = 2;
  std::span<const LinkedCommand> linked;
  StopSignals* signals = nullptr;  ///< null: nothing stops it
};

/// A whole main: signals, flags, help, version, the command, its errors, the exit status.
int Main(const Command& command, int argc, char** argv);

/// The same for one executable that stands for several commands: the one that it was called under, or that its first
/// argument names ("help NAME" too); else `dispatcher`.
int MainOfMany(const Command& dispatcher, std::span<const LinkedCommand> linked, int argc, char** argv);

/// What Main does once the process is set up. Returns the exit status.
int RunCommand(const Command& command, const Process& process);

}  // namespace kontrakt::cli
