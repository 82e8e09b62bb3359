#include "cmd/apply/command.h"

#include "cmd/chain/apply_flags.h"
#include "cmd/chain/recorded_step.h"
#include "lib/cli/kube_flags.h"
#include "lib/cli/registry_flags.h"
#include "lib/cli/scope_flags.h"
#include "lib/lifecycle/apply.h"

namespace kontrakt {
namespace {

struct Flags {
  cli::KubeFlags kube;
  cli::ScopeFlags scope;
  cli::RegistryFlags registry;
  ApplyFlags apply;
  std::string namespace_file;
  std::string images_file;

  void AddTo(cli::OptionSet& set) {
    set.Add("dry-run", "plan only: client sends nothing, server lets the API server check", &apply.options.dry_run);
    set.Add("namespace-file", "write the namespaces' names, one a line", &namespace_file).ResultFile();
    set.Add("images-file", "write the pinned images under test, one a line", &images_file).ResultFile();
    scope.AddTo(set);
    apply.AddTo(set);
    registry.AddTo(set);
    kube.AddTo(set);
  }
};

Result<void> WriteFiles(const Flags& flags, const ApplyReport& report, cli::Output& out) {
  std::string namespaces;
  std::string images;
  for (const AppliedKontrakt& kontrakt : report.kontrakts) {
    namespaces += (namespaces.empty() ? "" : "\n") + kontrakt.namespace_name;
    for (const Target& target : kontrakt.targets) {
      images += (images.empty() ? "" : "\n") + target.Image();
    }
  }
  KT_TRY(out.WriteValueFile("namespace-file", flags.namespace_file, namespaces));
  return out.WriteValueFile("images-file", flags.images_file, images);
}

Result<void> Run(const Flags& flags, cli::Output& out) {
  KT_ASSIGN(const ApplyOptions options, flags.apply.Resolve(out));
  KT_ASSIGN(const kube::Client client, flags.kube.Connect(out));
  KT_ASSIGN(const oci::Registry registry, flags.registry.Connect(out));
  return RecordedStep("apply", client, flags.scope.Resolve(), out, [&](const Context& context) -> Result<void> {
    KT_ASSIGN(const ApplyReport report, Apply(context, registry, options));
    out.Print(report);
    KT_TRY(WriteFiles(flags, report, out));
    return report.Outcome();
  });
}

}  // namespace

const cli::Command& ApplyCommand() {
  static const auto command = cli::Command::Of<Flags>(
      "apply", "Puts kontrakts into temporary namespaces, their images pinned by digest.", Run,
      {.description = "Everything that files, discovery and the registry can tell is told before the first write. The "
                      "same inputs again go on with what is there; other inputs, or a failure, begin a new attempt.",
       .examples = {{"kontrakt apply -f kontrakt", "applies one kontrakt and prints its run id"},
                    {"kontrakt apply -R -f . --run-id 42", "applies every kontrakt below this folder"}},
       .prints_names = true});
  return command;
}

}  // namespace kontrakt
