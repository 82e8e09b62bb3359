#include "cmd/chain/recorded_step.h"

#include <utility>

#include "lib/cli/exit_status.h"

namespace kontrakt {
namespace {

/// What a step returns, once its status is recorded.
Result<void> Ended(ReportFile& report, std::size_t step, Result<void> done) {
  Result<void> recorded = report.EndStep(step, done ? 0 : cli::StatusOf(done.error()));
  return done ? std::move(recorded) : std::move(done);
}

}  // namespace

Result<void> RecordedStep(std::string_view name, const kube::Client& client, const manifest::Scope& scope,
                          cli::Output& out, const std::function<Result<void>(const Context&)>& body) {
  KT_ASSIGN(ReportFile report, ReportFile::Open(scope.report));
  KT_ASSIGN(const std::size_t step, report.BeginStep(name));
  const Context context{client, scope, out.progress(), out.redactor(), report, out.bound()};
  return Ended(report, step, body(context));
}

Result<void> RecordedStep(std::string_view name, const std::string& report, const std::function<Result<void>()>& body) {
  KT_ASSIGN(ReportFile file, ReportFile::Open(report));
  KT_ASSIGN(const std::size_t step, file.BeginStep(name));
  return Ended(file, step, body());
}

}  // namespace kontrakt
