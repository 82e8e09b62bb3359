#pragma once

#include <string>

#include "lib/base/text_style.h"
#include "lib/cli/command.h"
#include "lib/doc/json_fwd.h"

namespace kontrakt::cli {

/// What --help shows: summary, usage, examples, flags by group, environment, exit statuses.
std::string HelpText(const Command& command, const OptionSet& set, const TextStyle& style);

/// The same declarations as one JSON value; documents, completion and generated tasks are made from it.
///
/// {name, program, summary, description, usage, arguments: [{name, help, list}], flags: [{name, short, help, group,
/// type, value, choices, default, environment, list, hidden, resultFile}], examples: [{line, meaning}], exitStatuses:
/// [{status, meaning}]}. Members without content are left out.
doc::Json HelpJson(const Command& command, const OptionSet& set);

/// The same for a command that is not being called.
doc::Json HelpJsonOf(const Command& command);

}  // namespace kontrakt::cli
