#include "cmd/push/command.h"

#include "cmd/chain/push_flags.h"
#include "cmd/chain/recorded_step.h"
#include "lib/cli/kube_flags.h"
#include "lib/cli/registry_flags.h"
#include "lib/cli/scope_flags.h"
#include "lib/cli/variable_flags.h"
#include "lib/lifecycle/push.h"

namespace kontrakt {
namespace {

struct Flags {
  cli::KubeFlags kube;
  cli::ScopeFlags scope;
  cli::RegistryFlags registry;
  cli::VariableFlags variables;
  PushFlags push;

  void AddTo(cli::OptionSet& set) {
    set.Add("dry-run", "print the plan, write nothing", &push.options.dry_run);
    set.Add("from", "promote this image without a run; needs --unverified", &push.options.from).Value("REF");
    set.Add("unverified", "no verdict is asked for, and the output says so", &push.options.unverified);
    set.Add("verdict-from-report", "believe the report where the namespace is gone", &push.options.verdict_from_report);
    push.AddTo(set);
    scope.AddTo(set);
    variables.AddTo(set);
    registry.AddTo(set);
    kube.AddTo(set);
  }
};

Result<void> Show(const Flags& flags, const PushReport& report, cli::Output& out) {
  out.Print(report);
  return flags.push.WriteFiles(report, out);
}

Result<void> Run(const Flags& flags, cli::Output& out) {
  PushOptions options = flags.push.options;
  KT_ASSIGN(const manifest::Variables variables, flags.variables.Resolve());
  options.ko_docker_repo = variables.ko_docker_repo.value_or("");
  options.timeout = out.flags().timeout.value_or(options.timeout);
  KT_ASSIGN(const oci::Registry registry, flags.registry.Connect(out));
  if (!options.from.empty()) {
    KT_ASSIGN(const PushReport report, PushUnverified(registry, options, out.progress(), out.bound()));
    return Show(flags, report, out);
  }
  KT_ASSIGN(const kube::Client client, flags.kube.Connect(out));
  return RecordedStep("push", client, flags.scope.Resolve(), out, [&](const Context& context) -> Result<void> {
    KT_ASSIGN(const PushReport report, Push(context, registry, options));
    return Show(flags, report, out);
  });
}

}  // namespace

const cli::Command& PushCommand() {
  static const auto command = cli::Command::Of<Flags>(
      "push", "Promotes exactly the images that passed, by digest.", Run,
      {.description = "All or nothing: nothing is promoted unless every kontrakt in scope passed, and only below "
                      "KO_DOCKER_REPO, --to and --allow-to. What points there already is left alone.",
       .examples = {{"kontrakt push --run-id 42 --tag stable", "tags the tested digests in their own repositories"},
                    {"kontrakt push --run-id 42 --to ghcr.io/shop/ --tag v1.2.3", "copies them to another registry"}},
       .statuses = {{6, "no pass, or a guard: nothing was promoted"}},
       .prints_names = true});
  return command;
}

}  // namespace kontrakt
