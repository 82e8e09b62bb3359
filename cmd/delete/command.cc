#include "cmd/delete/command.h"

#include "cmd/chain/chain_status.h"
#include "cmd/chain/delete_flags.h"
#include "cmd/chain/recorded_step.h"
#include "lib/cli/kube_flags.h"
#include "lib/cli/scope_flags.h"
#include "lib/lifecycle/delete.h"

namespace kontrakt {
namespace {

struct Flags {
  cli::KubeFlags kube;
  cli::ScopeFlags scope;
  KeepFlags keep;
  bool exit_with_verdict = false;

  void AddTo(cli::OptionSet& set) {
    DeleteOptions& options = keep.options;
    keep.AddTo(set);
    set.Add("wait", "return when everything is gone; default on a terminal", &options.wait);
    set.Add("expired", "every run past its expiry instead", &options.expired);
    set.Add("all", "every run, with --older-than", &options.all);
    set.Add("older-than", "with --all: only runs of that age", &options.older_than);
    set.Add("dry-run", "say what would be deleted", &options.dry_run);
    set.Add("exit-with-verdict", "end as the chain did: needs its --report", &exit_with_verdict);
    scope.AddTo(set);
    kube.AddTo(set);
  }
};

Result<void> Run(const Flags& flags, cli::Output& out) {
  DeleteOptions options = flags.keep.options;
  options.wait = options.wait.value_or(out.IsInteractive());
  const manifest::Scope scope = flags.scope.Resolve();
  if (flags.exit_with_verdict && scope.report.empty()) {
    return Usage("--exit-with-verdict needs the chain's --report");
  }
  KT_ASSIGN(const kube::Client client, flags.kube.Connect(out));
  return RecordedStep("delete", client, scope, out, [&](const Context& context) -> Result<void> {
    KT_ASSIGN(const DeleteReport report, Delete(context, options));
    out.Print(report);
    if (flags.exit_with_verdict) {
      KT_TRY(ChainStatus(report, context.report.json()));
    }
    return report.Outcome();
  });
}

}  // namespace

const cli::Command& DeleteCommand() {
  static const auto command = cli::Command::Of<Flags>(
      "delete", "Removes a run: its namespaces and what it left outside them.", Run,
      {.description = "Custom resources go first, while their operators still run; then the namespace, and its pods "
                      "with a short grace. Nothing there is fine. Only namespaces that kontrakt made are ever touched.",
       .examples = {{"kontrakt delete --run-id 42", "removes all of a run"},
                    {"kontrakt delete --run-id 42 --keep on-failure", "keeps what did not pass, for a day"},
                    {"kontrakt delete --expired", "sweeps what killed pipelines left behind"}},
       .timeout = std::chrono::minutes(2),
       .prints_names = true});
  return command;
}

}  // namespace kontrakt
