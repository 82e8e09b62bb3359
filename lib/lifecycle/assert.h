#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/text_style.h"
#include "lib/doc/json_fwd.h"
#include "lib/lifecycle/checks.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/evidence.h"
#include "lib/manifest/variables.h"
#include "lib/oci/registry.h"

namespace kontrakt {

struct AssertOptions {
  manifest::Variables variables;  ///< for assertion files
  bool allow_no_tests = false;
  int max_restarts = 0;
  EvidenceOptions evidence;
  std::string junit;  ///< files to write
  std::string markdown;
  std::chrono::milliseconds timeout{600'000};
};

struct AssertedKontrakt {
  std::string name;
  std::string namespace_name;
  CheckResult result = CheckResult::kUndecided;
  std::string reason;     ///< one line, empty when passed
  bool standing = false;  ///< the verdict was there before
  std::vector<Check> checks;
  std::string evidence;  ///< folder with what was collected, empty without
  std::string verdict;   ///< annotation kontrakt/verdict as it is now, empty without
  std::chrono::milliseconds duration{0};
};

struct AssertReport {
  std::vector<AssertedKontrakt> kontrakts;

  doc::Json ToJson() const;
  std::string ToText(const TextStyle& style) const;
  std::vector<std::string> Names() const;  ///< of the kontrakts that passed
  /// JUnit's XML: one testsuite a kontrakt, one testcase a check; what is lost or undecided is an error, not a failure.
  std::string ToJunit() const;
  /// GitHub's Markdown, for a job summary or a comment.
  std::string ToMarkdown() const;
  /// The worst of all: failed, undecided, lost, else passed.
  CheckResult Overall() const;
  /// Ok when all passed; kNegative (failed), kUnavailable (lost) or kTimeout (undecided) of the worst.
  Result<void> Outcome() const;
};

/// Gives the verdict of every kontrakt in scope and writes it to its namespace: product "assert". A verdict of the
/// present attempt stands. Waits, by watch, until all is decided or the bound's deadline; then what keeps only an
/// assertion file from holding has failed, everything else is undecided and no verdict is written.
///
/// Fails with kUsage (no run named), kNotFound (no namespace of the run, no assertion files), kConflict (other files
/// than were applied), kInvalidInput (assertion files), kDenied, kUnavailable (cluster, registry), kCancelled.
Result<AssertReport> Assert(const Context& context, const oci::Registry& registry, const AssertOptions& options);

}  // namespace kontrakt
