#include "cmd/assert/command.h"

#include "cmd/chain/assert_flags.h"
#include "cmd/chain/recorded_step.h"
#include "lib/cli/kube_flags.h"
#include "lib/cli/registry_flags.h"
#include "lib/cli/scope_flags.h"
#include "lib/cli/variable_flags.h"

namespace kontrakt {
namespace {

constexpr std::size_t kLongestVerdict = std::string_view("undecided").size();

struct Flags {
  cli::KubeFlags kube;
  cli::ScopeFlags scope;
  cli::VariableFlags variables;
  cli::RegistryFlags registry;
  AssertFlags assert;
  std::string verdict_file;

  void AddTo(cli::OptionSet& set) {
    AssertOptions& options = assert.options;
    set.Add("allow-no-tests", "a kontrakt without tests may pass", &options.allow_no_tests);
    assert.AddTo(set);
    set.Add("evidence", "where logs, events and objects go when it does not pass", &options.evidence.folder)
        .Value("DIR");
    set.Add("verdict-file", "write passed, failed, lost or undecided", &verdict_file).ResultFile();
    scope.AddTo(set);
    variables.AddTo(set);
    registry.AddTo(set);
    kube.AddTo(set);
  }
};

Result<void> Run(const Flags& flags, cli::Output& out) {
  AssertOptions options = flags.assert.options;
  options.timeout = out.flags().timeout.value_or(options.timeout);
  KT_ASSIGN(options.variables, flags.variables.Resolve());
  KT_TRY(out.ReserveValueFile("verdict-file", flags.verdict_file, kLongestVerdict));
  KT_ASSIGN(const kube::Client client, flags.kube.Connect(out));
  KT_ASSIGN(const oci::Registry registry, flags.registry.Connect(out));
  return RecordedStep("assert", client, flags.scope.Resolve(), out, [&](const Context& context) -> Result<void> {
    KT_ASSIGN(const AssertReport report, Assert(context, registry, options));
    out.Print(report);
    KT_TRY(out.WriteValueFile("verdict-file", flags.verdict_file, NameOf(report.Overall())));
    return report.Outcome();
  });
}

}  // namespace

const cli::Command& AssertCommand() {
  static const auto command = cli::Command::Of<Flags>(
      "assert", "Gives the verdict: passed or failed, and why.", Run,
      {.description = "Passed: every test succeeded, every target is what was pinned and did not crash, and every "
                      "assertion file holds. The verdict is written to the namespace; a failed one stands until the "
                      "next attempt.",
       .examples = {{"kontrakt assert --run-id 42", "judges all kontrakts of a run"},
                    {"kontrakt assert --run-id 42 --evidence out --junit out/junit.xml",
                     "also keeps logs and events of what failed, and a report for CI"}},
       .statuses = {{0, "all passed"},
                    {1, "one failed"},
                    {7, "a test or target was lost to eviction or a node, or a server did not answer; run it again"},
                    {8, "undecided at the deadline"}},
       .prints_names = true});
  return command;
}

}  // namespace kontrakt
