#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/base/time.h"
#include "lib/kube/client.h"
#include "lib/lifecycle/inventory.h"
#include "lib/manifest/scope.h"

namespace kontrakt {

/// The verdict as it is written: one JSON value that is bound to what it was given for.
struct Verdict {
  std::string result;  ///< "passed" or "failed"
  std::string reason;  ///< one line
  std::string attempt;
  std::string namespace_uid;
  std::string inputs;     ///< kontrakt/inputs as it was
  std::string inventory;  ///< sha256 of the annotation's text
  std::string targets;    ///< sha256 of the annotation's text

  bool passed() const { return result == "passed"; }
  std::string ToText() const;
  static Result<Verdict> Parse(std::string_view text);
};

/// One kontrakt's namespace, as the cluster has it: the only state that steps share.
struct RunNamespace {
  std::string name;
  std::string uid;
  std::string resource_version;
  bool terminating = false;
  WallTime created{};
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;

  std::string Annotation(std::string_view key) const;
  std::string Label(std::string_view key) const;
  /// Full values: the annotation of the same key where the label holds a hash.
  std::string Owner() const;
  std::string RunId() const;
  std::string KontraktName() const;
  std::string Prefix() const;
  std::string Folder() const;
  std::string Phase() const;
  std::string Attempt() const;
  std::vector<std::string> RunKontrakts() const;
  Result<Inventory> ReadInventory() const;
  Result<std::vector<Target>> ReadTargets() const;
  Result<std::vector<TestEnd>> ReadTests() const;
  Result<std::optional<Verdict>> ReadVerdict() const;
  std::optional<WallTime> Expires() const;

  /// Whether its name is the formula over its own owner, run, name and prefix, and it bears our managed-by label:
  /// only then may it ever be touched.
  bool IsOurs() const;
  /// Whether `verdict` was given for exactly what is there now; names the first difference.
  std::optional<std::string> Mismatch(const Verdict& verdict) const;

  static RunNamespace Of(const doc::Json& object);
};

/// The label selector of a run's namespaces.
std::string RunSelector(const std::string& owner, const std::string& run_id);

/// kNotFound where there is none.
Result<RunNamespace> ReadRunNamespace(const kube::Client& client, const std::string& name, const Bound& bound);

/// Writes annotations by JSON merge patch under resourceVersion; nullopt removes one. On 409 it reads again and repeats
/// as long as uid and attempt are still the same (kConflict else), so that no step takes away what another wrote.
/// Updates `ns`. kInvalidInput when all annotations together would pass 256 KiB.
using AnnotationChanges = std::map<std::string, std::optional<std::string>>;
Result<void> WriteAnnotations(const kube::Client& client, RunNamespace& ns, const AnnotationChanges& changes,
                              const Bound& bound);

/// The same where the new values depend on the present ones: `change` sees each fresh state.
Result<void> UpdateAnnotations(const kube::Client& client, RunNamespace& ns,
                               const std::function<Result<AnnotationChanges>(const RunNamespace&)>& change,
                               const Bound& bound);

/// Writes the verdict, bound to what `ns` holds at the moment of writing. A failed verdict of the same attempt is never
/// replaced by a pass (kConflict); writing the same result again changes nothing.
Result<void> WriteVerdict(const kube::Client& client, RunNamespace& ns, const std::string& result,
                          const std::string& reason, const Bound& bound);

/// Moves kontrakt/expires to at least now + timeout + 1 h; no write when it is there already.
Result<void> ExtendExpiry(const kube::Client& client, RunNamespace& ns, std::chrono::milliseconds timeout,
                          const Bound& bound);

/// The namespaces of a run that are in scope, one per kontrakt; see Scope. Without -f and --only: all of the run.
/// kUsage without run id (the hint lists live runs by labels). A kontrakt that has no namespace has `ns` empty.
struct ScopedNamespace {
  std::string kontrakt;
  std::string namespace_name;
  std::optional<RunNamespace> ns;
};
Result<std::vector<ScopedNamespace>> FindRunNamespaces(const kube::Client& client, const manifest::Scope& scope,
                                                       const Bound& bound);

/// The run id from scope, or from the report that an earlier step of the chain wrote. kUsage when neither says.
Result<std::string> RequireRunId(const kube::Client& client, const manifest::Scope& scope, const Bound& bound);

}  // namespace kontrakt
