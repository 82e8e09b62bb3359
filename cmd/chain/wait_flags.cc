#include "cmd/chain/wait_flags.h"

namespace kontrakt {

void WaitFlags::AddTo(cli::OptionSet& set) {
  set.Add("keep-waiting", "collect every cause instead of ending at the first", &options.keep_waiting);
  set.Add("ready-when", "when objects of a kind are ready, as a JSONPath condition", &options.ready_when)
      .Value("KIND=EXPR");
  set.Add("logs", "whose logs are shown while they run", &options.logs);
  set.Add("evidence", "where logs, events and objects go when it does not pass", &options.evidence.folder).Value("DIR");
  const auto patience = set.Group("Patience with trouble that may pass");
  set.Add("crash-loop-after", "crashes before a container's first Ready", &options.patience.crash_loop_after);
  set.Add("config-grace", "for missing Secrets and ConfigMaps", &options.patience.config);
  set.Add("image-grace", "for registries that answer badly", &options.patience.image_hiccup);
  set.Add("schedule-grace", "for pods that fit on no node", &options.patience.unschedulable);
  set.Add("refusal-grace", "for pods that quota or admission refuses", &options.patience.refused);
}

WaitOptions WaitFlags::Resolve(const cli::Output& out) const {
  WaitOptions resolved = options;
  resolved.timeout = out.flags().timeout.value_or(resolved.timeout);
  return resolved;
}

}  // namespace kontrakt
