#include "lib/lifecycle/run.h"

#include <algorithm>
#include <utility>

#include "lib/base/strings.h"

namespace kontrakt {
namespace {

constexpr std::chrono::seconds kLastLook{5};  ///< for the verdict of what ended, when the deadline ended the wait

/// One chain at work; each step is recorded in the report file with its start and status.
class Chain {
 public:
  Chain(const Context& context, const oci::Registry& registry, const RunOptions& options)
      : outer_(context), registry_(registry), options_(options), scope_(context.scope) {}

  Result<RunReport> Run() {
    const auto began = std::chrono::steady_clock::now();
    KT_TRY(ApplyStep());
    if (!applied_names_.empty()) {
      WaitStep();
      AssertStep();
      PushStep();
    }
    DeleteStep();
    report_.duration = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    return std::move(report_);
  }

 private:
  Context ContextFor(const Bound& bound) const {
    return {outer_.client, scope_, outer_.progress, outer_.redactor, outer_.report, bound};
  }

  /// Runs one step and records it; what it could not do is an error of the run, not its end.
  template <typename Report, typename Body>
  void Step(const char* name, std::optional<Report>& slot, const Bound& bound, Body body) {
    const Context context = ContextFor(bound);
    Result<std::size_t> step = outer_.report.BeginStep(name);
    Result<Report> report = body(context);
    Result<void> outcome = report ? report->Outcome() : Result<void>(report.error());
    if (step) {
      Result<void> recorded = outer_.report.EndStep(*step, outcome ? 0 : options_.status_of(outcome.error()));
      if (!recorded)
        report_.errors.push_back(std::move(recorded.error()));
    } else {
      report_.errors.push_back(std::move(step.error()));
    }
    if (report) {
      slot = std::move(*report);
    } else {
      report_.errors.push_back(WithContext(std::move(report.error()), name));
    }
  }

  Result<void> ApplyStep() {
    KT_ASSIGN(const std::size_t step, outer_.report.BeginStep("apply"));
    Result<ApplyReport> applied = Apply(ContextFor(outer_.bound), registry_, options_.apply);
    Result<void> outcome = applied ? applied->Outcome() : Result<void>(applied.error());
    KT_TRY(outer_.report.EndStep(step, outcome ? 0 : options_.status_of(outcome.error())));
    if (!applied)
      return std::move(applied.error());
    report_.applied = std::move(*applied);
    report_.run_id = report_.applied.run_id;
    std::vector<std::string> all;
    for (const AppliedKontrakt& kontrakt : report_.applied.kontrakts) {
      all.push_back(kontrakt.name);
      if (!kontrakt.error)
        applied_names_.push_back(kontrakt.name);
    }
    scope_.run_id = report_.run_id;
    scope_.files.clear();
    scope_.recursive = false;
    scope_.name.clear();
    scope_.only = applied_names_;
    all_names_ = std::move(all);
    options_.left_behind("namespaces of run " + report_.run_id + "; remove them with: kontrakt delete --run-id " +
                         report_.run_id);
    return {};
  }

  void WaitStep() {
    Step("wait", report_.waited, outer_.bound, [&](const Context& context) { return Wait(context, options_.wait); });
  }

  /// After a stop there is nothing to judge; after a deadline a look without waiting still tells what is known.
  void AssertStep() {
    if (outer_.bound.stop.stop_requested())
      return;
    Bound bound = outer_.bound;
    if (bound.deadline.Remaining() < kLastLook)
      bound.deadline = Deadline::After(kLastLook);
    Step("assert", report_.asserted, bound,
         [&](const Context& context) { return Assert(context, registry_, options_.assertion); });
  }

  void PushStep() {
    if (!options_.pushes || !report_.asserted || outer_.bound.stop.stop_requested())
      return;
    const bool all_passed = report_.asserted->Outcome().ok() && applied_names_.size() == all_names_.size();
    if (!all_passed && !options_.push.per_kontrakt) {
      outer_.progress.Note("", "nothing is promoted: not every kontrakt passed", Mood::kBad);
      return;
    }
    // Promotion is short and must not be cut off by a deadline that was meant for tests.
    const Bound bound{outer_.bound.stop, Deadline::After(options_.push.timeout)};
    Result<std::size_t> step = outer_.report.BeginStep("push");
    Result<PushReport> pushed = Push(ContextFor(bound), registry_, options_.push);
    if (step) {
      Result<void> recorded = outer_.report.EndStep(*step, pushed ? 0 : options_.status_of(pushed.error()));
      if (!recorded)
        report_.errors.push_back(std::move(recorded.error()));
    }
    if (pushed) {
      report_.pushed = std::move(*pushed);
    } else {
      report_.errors.push_back(WithContext(std::move(pushed.error()), "push"));
    }
  }

  void DeleteStep() {
    scope_.only = all_names_;
    DeleteOptions options = options_.deletion;
    options.wait = true;
    // What was promoted or not is decided; a push that failed is a failure to look into, too.
    if (options.keep == Keep::kOnFailure && !report_.errors.empty())
      options.keep = Keep::kAlways;
    // Clean-up has time of its own and goes on after the first signal.
    const Bound bound{std::stop_token(), Deadline::After(options_.cleanup_time)};
    Step("delete", report_.deleted, bound, [&](const Context& context) { return Delete(context, options); });
    const bool left = !report_.deleted || !report_.deleted->Outcome().ok();
    if (!left)
      options_.left_behind("");
  }

  const Context& outer_;
  const oci::Registry& registry_;
  const RunOptions& options_;
  manifest::Scope scope_;
  std::vector<std::string> applied_names_;
  std::vector<std::string> all_names_;
  RunReport report_;
};

}  // namespace

Result<RunReport> Run(const Context& context, const oci::Registry& registry, const RunOptions& options) {
  return Chain(context, registry, options).Run();
}

}  // namespace kontrakt
