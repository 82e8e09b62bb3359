#pragma once

#include "lib/cli/command.h"

namespace kontrakt {

/// `kontrakt`: lists, explains and starts the other commands.
const cli::Command& KontraktCommand();

}  // namespace kontrakt
