#pragma once

#include "lib/cli/option_set.h"
#include "lib/lifecycle/assert.h"

namespace kontrakt {

/// What assert judges by and the reports that it writes. Variables, --allow-no-tests and --evidence are other groups':
/// run has them from apply and wait.
struct AssertFlags {
  AssertOptions options;

  void AddTo(cli::OptionSet& set) {
    set.Add("max-restarts", "how often a target's container may restart after its first Ready", &options.max_restarts);
    set.Add("junit", "write a JUnit report", &options.junit).Value("FILE");
    set.Add("markdown", "write a report in Markdown", &options.markdown).Value("FILE");
  }
};

}  // namespace kontrakt
