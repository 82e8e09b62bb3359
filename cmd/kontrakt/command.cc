#include "cmd/kontrakt/command.h"

#include "lib/cli/completion.h"
#include "lib/cli/output.h"
#include "lib/cli/programs.h"

namespace kontrakt {
namespace {

struct Flags {
  std::vector<std::string> words;

  void AddTo(cli::OptionSet& set) {
    set.EndFlagsAtArgument();
    set.Positional("[COMMAND [ARGUMENT...]]", "what to start, and what it gets", &words);
  }
};

Result<void> PrintCompletion(const std::vector<std::string>& words, const std::vector<cli::Program>& programs,
                             cli::Output& out) {
  if (words.size() != 2) {
    return Usage("completion needs the shell's name: bash, zsh or fish");
  }
  KT_ASSIGN(const cli::Shell shell, cli::OptionValue<cli::Shell>::Parse(words[1]));
  KT_ASSIGN(const auto commands, cli::AskForHelp(programs, out));
  out.Write(cli::CompletionScript(shell, commands));
  return {};
}

Result<void> Run(const Flags& flags, cli::Output& out) {
  const auto programs = cli::FindPrograms(cli::FolderOfExecutable(), out.environment(), out.linked());
  std::vector<std::string> words = flags.words;
  if (words.empty() || words == std::vector<std::string>{"help"}) {
    out.Print(cli::ProgramList(programs));
    return {};
  }
  if (words.front() == "completion") {
    return PrintCompletion(words, programs, out);
  }
  if (words.front() == "help") {
    words = {words[1], "--help"};
  }
  KT_ASSIGN(const cli::Program program, cli::FindProgram(programs, words.front()));
  return cli::Execute(program, {words.begin() + 1, words.end()});
}

}  // namespace

const cli::Command& KontraktCommand() {
  static const auto command = cli::Command::Of<Flags>(
      "kontrakt", "Runs what was just built next to what it needs, and promotes exactly what passed.", Run,
      {.description = "Starts kontrakt-COMMAND, which is looked for beside this program and then on PATH. Each command "
                      "is an executable of its own; pipelines call those directly.",
       .examples = {{"kontrakt", "lists the commands there are"},
                    {"kontrakt run -R -f .", "runs every kontrakt below this folder"},
                    {"kontrakt help apply", "shows the flags of a command"},
                    {"kontrakt completion bash", "prints a completion script, for bash, zsh or fish"}},
       .timeout = std::nullopt,
       .prints_names = true});
  return command;
}

}  // namespace kontrakt
