#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json_fwd.h"
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

struct AssertedField {
  std::string path;
  std::string wanted;
  std::string found;
};

/// One thing that was checked.
struct Check {
  std::string name;    ///< "test pod/smoke", "target deployment/web container app", "page.assert.yaml:3 service/web"
  std::string kind;    ///< "test", "target", "assertion", "restarts", "tests-exist"
  std::string result;  ///< "passed", "failed", "lost", "undecided", "note"
  std::string cause;
  std::string message;
  std::vector<AssertedField> fields;
  std::vector<std::string> last_log_lines;
  std::chrono::seconds duration{0};
  FileLine location;
};

struct AssertedKontrakt {
  std::string name;
  std::string namespace_name;
  std::string result;  ///< "passed", "failed", "lost" or "undecided"
  std::string reason;
  std::vector<Check> checks;
  std::chrono::milliseconds duration{0};
};

struct AssertReport {
  std::vector<AssertedKontrakt> kontrakts;
  doc::Json ToJson() const;
  std::string ToText() const;
  std::vector<std::string> Names() const;
  std::string ToJunit() const;
  std::string ToMarkdown() const;
  /// Ok when all passed; kNegative, kUnavailable (lost) or kTimeout (undecided) of the worst.
  Result<void> Outcome() const;
};

/// Gives the verdict of every kontrakt in scope: product "assert"; writes it to the namespace.
Result<AssertReport> Assert(const Context& context, const oci::Registry& registry, const AssertOptions& options);

}  // namespace kontrakt
