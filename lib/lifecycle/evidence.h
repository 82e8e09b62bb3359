#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/run_namespace.h"

namespace kontrakt {

struct EvidenceOptions {
  std::string folder;                  ///< --evidence DIR; empty: nothing is written to disk
  int log_lines = 200;                 ///< a container
  std::int64_t log_bytes = 64 * 1024;  ///< a container
};

/// The last lines of one container's log, masked, for messages; the previous run's where the present one has said
/// nothing. Empty where there is no log. Takes five seconds at most, also when the context's own time is over.
std::vector<std::string> LastLogLines(const Context& context, const std::string& namespace_name, const std::string& pod,
                                      const std::string& container, int lines);

/// Learns every Secret value of the namespace and every literal of its pods' environment that looks like one, so that
/// nothing shown or stored holds one. kDenied where Secrets may not be listed; the pods' are learned all the same.
Result<void> LearnSecrets(const Context& context, const std::string& namespace_name);
Result<void> LearnSecrets(const Context& context, const std::string& namespace_name, const Bound& bound);

/// Collects a kontrakt's evidence below `folder`/<kontrakt>/: logs/<pod>/<container>[.previous].log of every container
/// (init ones too, bounded), events.txt and events.json, objects/<kind>-<name>.yaml of the inventory, the pods and what
/// is owned by them, namespace.yaml; all masked, without managedFields and last-applied. Goes on after single failures
/// and names them in problems.txt. Within `bound`, which is short when a signal came.
///
/// Fails only when the folder can't be written to (SystemError's codes). Without a folder it does nothing.
Result<void> CollectEvidence(const Context& context, const RunNamespace& ns, const EvidenceOptions& options,
                             const Bound& bound);

}  // namespace kontrakt
