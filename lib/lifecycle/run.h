#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/text_style.h"
#include "lib/doc/json_fwd.h"
#include "lib/lifecycle/apply.h"
#include "lib/lifecycle/assert.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/delete.h"
#include "lib/lifecycle/push.h"
#include "lib/lifecycle/wait.h"
#include "lib/oci/registry.h"

namespace kontrakt {

struct RunOptions {
  ApplyOptions apply;
  WaitOptions wait;
  AssertOptions assertion;
  PushOptions push;
  bool pushes = false;  ///< --push
  DeleteOptions deletion;
  std::chrono::milliseconds cleanup_time{60'000};
  /// The exit status that an error stands for, for the report's steps.
  std::function<int(const Error&)> status_of;
  /// Told what would stay if the process ended now; empty when nothing would.
  std::function<void(std::string)> left_behind;
};

/// What a whole chain did.
struct RunReport {
  std::string run_id;
  ApplyReport applied;
  std::optional<WaitReport> waited;
  std::optional<AssertReport> asserted;
  std::optional<PushReport> pushed;
  std::optional<DeleteReport> deleted;
  std::vector<Error> errors;  ///< of steps that could not do their work, in order
  std::chrono::milliseconds duration{0};

  doc::Json ToJson() const;
  /// Fits one screen: what ran, what failed and why, what was promoted, what was kept and how to look into it.
  std::string ToText(const TextStyle& style) const;
  std::vector<std::string> Names() const;
  /// Ok when everything passed and was promoted; the worst error else, a cancelled run above all.
  Result<void> Outcome() const;
};

/// The whole chain in one process: apply, wait, assert, push where asked for, delete by policy, whatever happens in
/// between. Waits for, judges, promotes and deletes only what it applied. A stop ends the wait, still collects evidence
/// and still deletes. Fails itself only where nothing was written yet.
Result<RunReport> Run(const Context& context, const oci::Registry& registry, const RunOptions& options);

}  // namespace kontrakt
