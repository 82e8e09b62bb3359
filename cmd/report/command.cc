#include "cmd/report/command.h"

#include "lib/base/file.h"
#include "lib/cli/output.h"
#include "lib/lifecycle/report.h"
#include "lib/lifecycle/report_text.h"

namespace kontrakt {
namespace {

struct Flags {
  std::vector<std::string> files;
  std::string merge;

  void AddTo(cli::OptionSet& set) {
    set.Positional("FILE...", "reports that --report wrote", &files);
    set.Add("merge", "join them into this file", &merge).Value("FILE");
  }
};

Result<void> Run(const Flags& flags, cli::Output& out) {
  if (flags.files.empty()) {
    return Usage("no report is named");
  }
  std::vector<doc::Json> reports;
  for (const std::string& path : flags.files) {
    KT_ASSIGN(std::string text, ReadFile(path));
    KT_ASSIGN_CONTEXT(doc::Json report, doc::ParseJson(text), "reading " + path);
    reports.push_back(std::move(report));
  }
  KT_ASSIGN(doc::Json merged, MergeReports(reports));
  if (!flags.merge.empty()) {
    KT_TRY(WriteFileAtomic(flags.merge, doc::DumpPretty(merged) + "\n"));
  }
  out.Print(ReportSummary{std::move(merged)});
  return {};
}

}  // namespace

const cli::Command& ReportCommand() {
  static const auto command = cli::Command::Of<Flags>(
      "report", "Shows reports of runs, and joins those of shards into one.", Run,
      {.examples = {{"kontrakt report report.json", "shows what a run decided"},
                    {"kontrakt report --merge all.json shard-*.json", "joins the reports of several shards"}},
       .timeout = std::nullopt});
  return command;
}

}  // namespace kontrakt
