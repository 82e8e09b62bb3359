#pragma once

#include "lib/cli/command.h"

namespace kontrakt {

const cli::Command& ApplyCommand();

}  // namespace kontrakt
