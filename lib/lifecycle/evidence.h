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

/// The last lines of one container's log, for messages. Previous run where the present one has said nothing.
std::vector<std::string> LastLogLines(const Context& context, const std::string& namespace_name, const std::string& pod,
                                      const std::string& container, int lines);

/// Learns every Secret value of the namespace, so that nothing shown or stored holds one.
Result<void> LearnSecrets(const Context& context, const std::string& namespace_name);

/// Collects a kontrakt's evidence below `folder`/<kontrakt>/: logs of every container (previous and init too, bounded),
/// events, objects, the namespace; all masked, without managedFields and last-applied. Goes on after single failures
/// and names them in a file. Within `bound`, which is short when a signal came.
Result<void> CollectEvidence(const Context& context, const RunNamespace& ns, const EvidenceOptions& options,
                             const Bound& bound);

}  // namespace kontrakt
