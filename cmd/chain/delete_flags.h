#pragma once

#include "lib/cli/option_set.h"
#include "lib/cli/output.h"
#include "lib/lifecycle/delete.h"

namespace kontrakt {

constexpr std::array<std::pair<std::string_view, Keep>, 3> ValueNames(Keep) {
  return {{{"never", Keep::kNever}, {"on-failure", Keep::kOnFailure}, {"always", Keep::kAlways}}};
}

/// What stays after a run, and how gently pods end.
struct KeepFlags {
  DeleteOptions options;

  void AddTo(cli::OptionSet& set) {
    set.Add("keep", "which namespaces stay; anything but passed is a failure", &options.keep);
    set.Add("keep-for", "when what is kept expires", &options.keep_for);
    set.Add("grace-period", "how long pods get to end", &options.grace_period);
  }
};

}  // namespace kontrakt
