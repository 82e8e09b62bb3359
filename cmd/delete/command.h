#pragma once

#include "lib/cli/command.h"

namespace kontrakt {

const cli::Command& DeleteCommand();

}  // namespace kontrakt
