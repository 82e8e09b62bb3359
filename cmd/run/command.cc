#include "cmd/run/command.h"

#include "cmd/chain/apply_flags.h"
#include "cmd/chain/assert_flags.h"
#include "cmd/chain/delete_flags.h"
#include "cmd/chain/push_flags.h"
#include "cmd/chain/wait_flags.h"
#include "lib/cli/exit_status.h"
#include "lib/cli/kube_flags.h"
#include "lib/cli/registry_flags.h"
#include "lib/cli/scope_flags.h"
#include "lib/lifecycle/run.h"

namespace kontrakt {
namespace {
struct Flags {
  cli::KubeFlags kube;
  cli::ScopeFlags scope;
  cli::RegistryFlags registry;
  ApplyFlags apply;
  WaitFlags wait;
  AssertFlags assertion;
  PushFlags push;
  KeepFlags keep;
  bool pushes = false;
  void AddTo(cli::OptionSet& set) {
    set.Add("push", "promote what passed; --tag, --to and annotations say where, never whether", &pushes);
    keep.AddTo(set);
    scope.AddTo(set);
    apply.AddTo(set);
    wait.AddTo(set);
    assertion.AddTo(set);
    push.AddTo(set);
    registry.AddTo(set);
    kube.AddTo(set);
  }
};

Result<RunOptions> OptionsOf(const Flags& flags, cli::Output& out) {
  RunOptions options;
  KT_ASSIGN(options.apply, flags.apply.Resolve(out));
  options.wait = flags.wait.Resolve(out);
  options.assertion = flags.assertion.options;
  options.assertion.variables = options.apply.variables;
  options.assertion.allow_no_tests = options.apply.allow_no_tests;
  options.assertion.evidence = options.wait.evidence;
  options.push = flags.push.options;
  options.push.ko_docker_repo = options.apply.variables.ko_docker_repo.value_or("");
  options.pushes = flags.pushes;
  options.deletion = flags.keep.options;
  options.status_of = [](const Error& error) { return cli::StatusOf(error); };
  options.left_behind = [&out](std::string text) { out.SetLeftBehind(std::move(text)); };
  return options;
}

Result<void> Execute(const Flags& flags, cli::Output& out) {
  KT_ASSIGN(const RunOptions options, OptionsOf(flags, out));
  const manifest::Scope scope = flags.scope.Resolve();
  KT_ASSIGN(const kube::Client client, flags.kube.Connect(out));
  KT_ASSIGN(const oci::Registry registry, flags.registry.Connect(out));
  KT_ASSIGN(ReportFile file, ReportFile::Open(scope.report));
  KT_ASSIGN(const RunReport report,
            Run({client, scope, out.progress(), out.redactor(), file, out.bound()}, registry, options));
  out.Print(report);
  KT_TRY(flags.push.WriteFiles(report.pushed.value_or(PushReport()), out));
  return report.Outcome();
}

}  // namespace

const cli::Command& RunCommand() {
  static const auto command = cli::Command::Of<Flags>(
      "run", "Runs the whole chain, with clean-up whatever happens.", Execute,
      {.examples = {{"kontrakt run -R -f .", "runs every kontrakt below this folder"},
                    {"kontrakt run -f kontrakt --push --tag stable", "promotes the tested digest"}},
       .prints_names = true});
  return command;
}

}  // namespace kontrakt
