#pragma once

#include "lib/cli/option_set.h"
#include "lib/cli/output.h"
#include "lib/lifecycle/wait.h"

namespace kontrakt {

constexpr std::array<std::pair<std::string_view, Logs>, 3> ValueNames(Logs) {
  return {{{"none", Logs::kNone}, {"tests", Logs::kTests}, {"all", Logs::kAll}}};
}

/// How patiently kontrakts are waited for, and what is shown and kept meanwhile.
struct WaitFlags {
  WaitOptions options;

  void AddTo(cli::OptionSet& set);
  WaitOptions Resolve(const cli::Output& out) const;
};

}  // namespace kontrakt
