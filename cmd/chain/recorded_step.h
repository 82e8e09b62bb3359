#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/cli/output.h"
#include "lib/kube/client.h"
#include "lib/lifecycle/context.h"
#include "lib/manifest/scope.h"

namespace kontrakt {

/// Runs one step of the chain with the --report open: its start is written before anything else, its exit status
/// whatever happens, so that a kill in between shows.
Result<void> RecordedStep(std::string_view name, const kube::Client& client, const manifest::Scope& scope,
                          cli::Output& out, const std::function<Result<void>(const Context&)>& body);
/// The same for a step that needs no cluster; `report` is the file's path, empty for none.
Result<void> RecordedStep(std::string_view name, const std::string& report, const std::function<Result<void>()>& body);

}  // namespace kontrakt
