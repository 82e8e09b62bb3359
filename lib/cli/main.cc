#include "lib/cli/main.h"

#include <csignal>
#include <exception>
#include <memory>
#include <utility>

#include <unistd.h>

#include "lib/cli/descriptor.h"
#include "lib/cli/exit_status.h"
#include "lib/cli/help.h"
#include "lib/cli/output.h"
#include "lib/cli/stop_signals.h"
#include "lib/cli/termination_log.h"
#include "lib/cli/version_report.h"

namespace kontrakt::cli {
namespace {

Error InternalError(const std::string& what) {
  Error error = Internal("internal error: " + what);
  error.SetHint("this is a bug of Kontrakt; please report it with the command and this line");
  return error;
}

/// The one last-chance catch: nothing of ours throws, but what we stand on may.
Result<void> RunGuarded(const Command::Call& call, Output& out) {
  try {
    return call.Run(out);
  } catch (const std::exception& problem) {
    return InternalError(problem.what());
  } catch (...) {
    return InternalError("something that is no std::exception was thrown");
  }
}

void OnSignal(Output& out, int signal, bool again) {
  if (!again) {
    out.progress().Warn(signal == SIGINT ? "stopping; a second interrupt leaves at once" : "asked to end; stopping");
    return;
  }
  const std::string left = out.LeftBehind();
  out.progress().Warn(left.empty() ? "left at once" : "left at once; left behind: " + left);
  ::_exit(StatusOfSignal(signal));
}

/// Lets signals reach the output while the command runs.
class SignalsShown {
 public:
  SignalsShown(StopSignals* signals, Output& out) : signals_(signals) {
    if (signals_ != nullptr) {
      signals_->SetListener([&out](int signal, bool again) { OnSignal(out, signal, again); });
    }
  }
  ~SignalsShown() {
    if (signals_ != nullptr) {
      signals_->SetListener({});
    }
  }
  SignalsShown(const SignalsShown&) = delete;
  SignalsShown& operator=(const SignalsShown&) = delete;

 private:
  StopSignals* signals_;
};

/// Shows an error, in all places where one looks for it. Returns the exit status.
int Fail(Output& out, Error error, const Process& process) {
  if (error.code() == ErrorCode::kUsage && !error.hint()) {
    error.SetHint(out.program() + " --help shows the flags");
  }
  const int signal = process.signals == nullptr ? 0 : process.signals->received();
  const int status = signal == 0 ? StatusOf(error) : StatusOfSignal(signal);
  out.PrintError(error, status);
  WriteTerminationLog(out.flags().termination_log, out.redactor().Clean(error.ToString()));
  return status;
}

int Answer(const Command& command, const OptionSet& set, Output& out, const Process& process) {
  const bool as_json = out.flags().format == Format::kJson;
  if (out.flags().version) {
    out.Print(VersionReport(command.program()));
  } else if (as_json) {
    out.PrintJson(HelpJson(command, set));
  } else {
    out.PrintText(HelpText(command, set, out.style()));
  }
  auto finished = out.Finish();
  return finished ? 0 : Fail(out, std::move(finished.error()), process);
}

}  // namespace

int RunCommand(const Command& command, const Process& process) {
  const std::unique_ptr<Command::Call> call = command.Begin();
  OptionSet set;
  OutputSettings settings;
  call->AddTo(set);
  settings.flags.AddTo(set, command.text());
  settings.environment = process.environment;
  settings.program = command.program();
  settings.out = process.out;
  settings.err = process.err;
  settings.linked = process.linked;

  auto parsed = set.Parse(process.args, process.environment);
  if (parsed) {
    parsed = settings.flags.Check(command.text());
  }
  if (!parsed) {
    Output out(std::move(settings));
    return Fail(out, std::move(parsed.error()), process);
  }
  if (process.signals != nullptr) {
    settings.bound.stop = process.signals->token();
  }
  if (settings.flags.timeout) {
    settings.bound.deadline = Deadline::After(*settings.flags.timeout);
  }
  Output out(std::move(settings));
  if (out.flags().help || out.flags().version) {
    return Answer(command, set, out, process);
  }
  Result<void> result;
  {
    const SignalsShown shown(process.signals, out);
    result = RunGuarded(*call, out);
  }
  auto finished = out.Finish();
  if (!result) {
    return Fail(out, std::move(result.error()), process);
  }
  return finished ? 0 : Fail(out, std::move(finished.error()), process);
}

int MainOfMany(const Command& dispatcher, std::span<const LinkedCommand> linked, int argc, char** argv) {
  OpenStandardDescriptors();
  StopSignals signals;
  Process process;
  process.environment = Environment::OfProcess();
  process.linked = linked;
  process.signals = &signals;
  process.args.assign(argv + (argc > 0 ? 1 : 0), argv + argc);

  const auto find = [linked](std::string_view name) -> const Command* {
    for (const LinkedCommand& entry : linked) {
      if (entry.name == name) {
        return &entry.command();
      }
    }
    return nullptr;
  };
  constexpr std::string_view kPrefix = "kontrakt-";
  std::string_view called = argc > 0 ? argv[0] : "";
  called.remove_prefix(called.rfind('/') + 1);
  if (called.starts_with(kPrefix)) {
    if (const Command* command = find(called.substr(kPrefix.size()))) {
      return RunCommand(*command, process);
    }
  }
  if (process.args.size() == 2 && process.args.front() == "help") {
    process.args = {process.args.back(), "--help"};
  }
  if (!process.args.empty()) {
    if (const Command* command = find(process.args.front())) {
      process.args.erase(process.args.begin());
      return RunCommand(*command, process);
    }
  }
  return RunCommand(dispatcher, process);
}

int Main(const Command& command, int argc, char** argv) {
  return MainOfMany(command, {}, argc, argv);
}

}  // namespace kontrakt::cli
