#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/text_style.h"
#include "lib/doc/json_fwd.h"
#include "lib/lifecycle/context.h"

namespace kontrakt {

enum class Keep : unsigned char { kNever, kOnFailure, kAlways };

struct DeleteOptions {
  Keep keep = Keep::kNever;
  std::chrono::milliseconds keep_for{std::chrono::hours(24)};  ///< what is kept gets this expiry
  std::chrono::milliseconds grace_period{1000};                ///< of pods
  std::optional<bool> wait;                                    ///< default: on a terminal and in run
  bool expired = false;                                        ///< every run past its expiry instead of the scope
  bool all = false;                                            ///< with older_than
  std::optional<std::chrono::milliseconds> older_than;
  bool exit_with_verdict = false;
  bool dry_run = false;
};

struct DeletedNamespace {
  std::string kontrakt;
  std::string namespace_name;
  std::string result;                   ///< "deleted", "deleting", "kept", "absent", "refused", "failed", "planned"
  std::string reason;                   ///< why it was kept or refused
  ErrorCode code = ErrorCode::kDenied;  ///< of "refused" and "failed"
  std::string verdict;                  ///< "passed", "failed" or empty
  std::vector<std::string> blocked_by;  ///< "3 certificates.cert-manager.io with finalizer x"
  std::vector<std::string> finalizers_removed;
  std::chrono::milliseconds duration{0};
};

struct DeletedOutside {
  std::string object;
  std::string result;  ///< "deleted", "released" (another run still uses it), "absent", "refused"
  std::string reason;
};

struct DeleteReport {
  std::vector<DeletedNamespace> namespaces;
  std::vector<DeletedOutside> outside;
  doc::Json ToJson() const;
  std::string ToText(const TextStyle& style) const;
  std::vector<std::string> Names() const;
  /// kDenied where something may not be deleted, kTimeout where it is not gone yet though waited for.
  Result<void> Outcome() const;
};

/// Removes the namespaces in scope, or every expired run, and what the runs left outside them: product "delete".
Result<DeleteReport> Delete(const Context& context, const DeleteOptions& options);

}  // namespace kontrakt
