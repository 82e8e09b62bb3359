#include "cmd/chain/recorded_step.h"

#include <utility>

#include "lib/cli/exit_status.h"

namespace kontrakt {

Result<void> RecordedStep(std::string_view name, const kube::Client& client, const manifest::Scope& scope,
                          cli::Output& out, const std::function<Result<void>(const Context&)>& body) {
  KT_ASSIGN(ReportFile report, ReportFile::Open(scope.report));
  KT_ASSIGN(const std::size_t step, report.BeginStep(name));
  const Context context{client, scope, out.progress(), out.redactor(), report, out.bound()};
  Result<void> done = body(context);
  Result<void> recorded = report.EndStep(step, done ? 0 : cli::StatusOf(done.error()));
  if (done && !recorded) {
    return recorded;
  }
  return done;
}

}  // namespace kontrakt
