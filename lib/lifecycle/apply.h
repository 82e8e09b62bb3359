#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/text_style.h"
#include "lib/doc/json_fwd.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/run_namespace.h"
#include "lib/manifest/variables.h"
#include "lib/oci/registry.h"
#include "lib/verdict/judgement.h"

namespace kontrakt {

enum class TestRights : unsigned char { kOwner, kFull };
enum class ChainDryRun : unsigned char { kNone, kClient, kServer };

struct ApplyOptions {
  manifest::Variables variables;              ///< name, run and namespace are filled in per kontrakt
  std::vector<std::string> namespace_labels;  ///< key=value
  std::string namespace_template;             ///< file with a Namespace, NetworkPolicies, quotas …
  std::vector<std::string> secrets;           ///< NAME=FILE or namespace/name
  std::vector<std::string> pull_secrets;      ///< name, namespace/name or FILE
  bool pull_secret_from_docker_config = false;
  bool allow_pushing_pull_secret = false;
  bool allow_cluster_scoped = false;
  bool allow_privileged_namespace = false;
  bool allow_exposed = false;
  bool allow_no_tests = false;
  std::vector<std::string> ingress_domains;
  TestRights test_rights = TestRights::kOwner;
  bool tests_at_once = false;
  bool force_conflicts = false;
  bool guard = true;
  int jobs = 4;
  ChainDryRun dry_run = ChainDryRun::kNone;
  std::string report_url;
  verdict::Patience patience;                  ///< for waves that wait
  std::chrono::milliseconds timeout{600'000};  ///< of the step: how far kontrakt/expires moves
};

enum class ApplyOutcome : unsigned char { kApplied, kUnchanged, kContinued, kAlreadyPassed, kPlanned };
std::string_view NameOf(ApplyOutcome outcome);

struct AppliedObject {
  InventoryItem item;
  std::string result;  ///< "created", "applied", "unchanged", "found", "planned"
};

struct AppliedKontrakt {
  std::string name;
  std::string folder;
  std::string namespace_name;
  std::string namespace_uid;
  std::string attempt;
  ApplyOutcome outcome = ApplyOutcome::kApplied;
  std::vector<AppliedObject> objects;
  std::vector<Target> targets;
  std::vector<std::string> notes;
  std::optional<Error> error;  ///< why this one could not be applied
  std::chrono::milliseconds duration{0};
};

struct ApplyReport {
  std::string run_id;
  std::vector<AppliedKontrakt> kontrakts;

  doc::Json ToJson() const;
  std::string ToText(const TextStyle& style) const;
  std::vector<std::string> Names() const;  ///< the namespaces
  /// The error of the worst kontrakt, ok when there is none.
  Result<void> Outcome() const;
};

/// Puts each kontrakt in scope into its namespace: product "apply". Everything that files, discovery and the registry
/// can tell is told before the first write, of all files together.
///
/// Fails with kInvalidInput (manifests), kDenied (rights), kConflict (a namespace of another folder or owner, an
/// outside object that differs, refused rights and exposure), kNotFound (images), kUnavailable, kTimeout. Kontrakts
/// that failed on their own are in the report; the others are applied all the same.
Result<ApplyReport> Apply(const Context& context, const oci::Registry& registry, const ApplyOptions& options);

}  // namespace kontrakt
