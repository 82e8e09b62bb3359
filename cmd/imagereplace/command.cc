#include "cmd/imagereplace/command.h"

#include "cmd/chain/recorded_step.h"
#include "lib/cli/image_flags.h"
#include "lib/cli/output.h"
#include "lib/cli/registry_flags.h"
#include "lib/cli/scope_flags.h"
#include "lib/cli/variable_flags.h"
#include "lib/lifecycle/imagereplace.h"

namespace kontrakt {
namespace {

struct Flags {
  cli::ScopeFlags scope;
  cli::VariableFlags variables;
  cli::ImageFlags images;
  cli::RegistryFlags registry;
  bool in_place = false;
  bool check = false;
  bool resolve = false;

  void AddTo(cli::OptionSet& set) {
    set.Add("in-place", "change the files instead of printing them", &in_place).Short('i');
    set.Add("check", "change nothing, print a diff, exit with 1 if something would change", &check);
    set.Add("resolve", "pin tags to the digests that the registry has for them", &resolve);
    scope.AddTo(set);
    variables.AddTo(set);
    images.AddTo(set);
    registry.AddTo(set);
  }
};

Result<ReplaceMode> ModeOf(const Flags& flags) {
  if (flags.check && flags.in_place)
    return Usage("--check changes nothing, --in-place does: give one of them");
  if (flags.check)
    return ReplaceMode::kCheck;
  return flags.in_place ? ReplaceMode::kInPlace : ReplaceMode::kPrint;
}

Result<ImagereplaceOptions> OptionsOf(const Flags& flags, cli::Output& out) {
  ImagereplaceOptions options;
  KT_ASSIGN(options.mode, ModeOf(flags));
  KT_ASSIGN(options.variables, flags.variables.Resolve());
  KT_ASSIGN(options.images, flags.images.Resolve(options.variables));
  if (flags.resolve) {
    KT_ASSIGN(const oci::Registry registry, flags.registry.Connect(out));
    options.images.resolve = ResolveWith(registry, out.bound());
  }
  return options;
}

Result<void> Run(const Flags& flags, cli::Output& out) {
  KT_ASSIGN(const ImagereplaceOptions options, OptionsOf(flags, out));
  return RecordedStep("imagereplace", flags.scope.scope.report, [&]() -> Result<void> {
    KT_ASSIGN(const ImagereplaceReport report, Imagereplace(flags.scope.Resolve(), options, out.progress()));
    out.flags().format == cli::Format::kText ? out.Write(report.ToText(out.style())) : out.Print(report);
    return report.Outcome();
  });
}

}  // namespace

const cli::Command& ImagereplaceCommand() {
  static const auto command = cli::Command::Of<Flags>(
      "imagereplace", "Substitutes variables and images in manifests, byte for byte.", Run,
      {.description = "Only the scalars that hold a variable or an image change; comments, quotes and line ends stay. "
                      "No file is changed unless all are fine.",
       .examples = {{"kontrakt imagereplace -i -R -f .", "changes the files of all kontrakts below this folder"},
                    {"kontrakt imagereplace -f kontrakt --set replicas=2", "prints one kontrakt's documents"},
                    {"kontrakt imagereplace -f kontrakt --image nginx=:1.29 --check", "shows what would change"}},
       .statuses = {{1, "--check found something that would change"}},
       .prints_names = true});
  return command;
}

}  // namespace kontrakt
