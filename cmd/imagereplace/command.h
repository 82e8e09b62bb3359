#pragma once

#include "lib/cli/command.h"

namespace kontrakt {

/// kontrakt-imagereplace.
const cli::Command& ImagereplaceCommand();

}  // namespace kontrakt
