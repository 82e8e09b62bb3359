#include "cmd/wait/command.h"

#include "cmd/chain/recorded_step.h"
#include "cmd/chain/wait_flags.h"
#include "lib/cli/kube_flags.h"
#include "lib/cli/scope_flags.h"
#include "lib/lifecycle/object_wait.h"
#include "lib/lifecycle/wait.h"

namespace kontrakt {
namespace {

struct Flags {
  cli::KubeFlags kube;
  cli::ScopeFlags scope;
  WaitFlags wait;
  ObjectWaitOptions by_hand;

  void AddTo(cli::OptionSet& set) {
    set.Positional("[KIND/NAME...]", "objects to wait for by hand, as in kubectl", &by_hand.objects);
    set.Add("for", "by hand: ready, create, delete, condition=TYPE[=STATUS] or jsonpath=EXPR", &by_hand.conditions)
        .Value("WHAT");
    set.Add("selector", "by hand: objects with these labels", &by_hand.label_selector).Short('l').Value("LABELS");
    set.Add("expect-min", "by hand: how many objects at least", &by_hand.expect_min);
    scope.AddTo(set);
    wait.AddTo(set);
    kube.AddTo(set);
  }
};

Result<void> WaitByHand(const Flags& flags, const Context& context, cli::Output& out) {
  ObjectWaitOptions options = flags.by_hand;
  options.patience = flags.wait.options.patience;
  options.namespace_name = context.scope.namespace_name;
  KT_ASSIGN(const WaitReport report, WaitForObjects(context, options));
  out.Print(report);
  return report.Outcome();
}

Result<void> Run(const Flags& flags, cli::Output& out) {
  KT_ASSIGN(const kube::Client client, flags.kube.Connect(out));
  return RecordedStep("wait", client, flags.scope.Resolve(), out, [&](const Context& context) -> Result<void> {
    if (!flags.by_hand.objects.empty()) {
      return WaitByHand(flags, context, out);
    }
    KT_ASSIGN(const WaitReport report, Wait(context, flags.wait.Resolve(out)));
    out.Print(report);
    return report.Outcome();
  });
}

}  // namespace

const cli::Command& WaitCommand() {
  static const auto command = cli::Command::Of<Flags>(
      "wait", "Waits until every test has ended and all else is ready, or can't be any more.", Run,
      {.description = "Lets the tests start once everything else is ready, and ends as soon as a cause is certain, "
                      "with that cause. A test that failed has reached its end: assert gives the verdict.",
       .examples = {{"kontrakt wait --run-id 42", "waits for all kontrakts of a run"},
                    {"kontrakt wait -n shop deploy/web --for=ready", "waits for one Deployment by hand"}},
       .statuses = {{0, "every test has ended, passed or failed; all else is ready"},
                    {1, "something can't become ready, or a test can't run"},
                    {7, "a test or target was lost to eviction or a node; run it again"}},
       .prints_names = true});
  return command;
}

}  // namespace kontrakt
