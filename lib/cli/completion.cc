#include "lib/cli/completion.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "lib/base/subprocess.h"
#include "lib/cli/help.h"
#include "lib/cli/output.h"

namespace kontrakt::cli {
namespace {

/// One flag as the shells need it.
struct Flag {
  std::string name;
  std::string letter;  ///< empty for none
  std::string help;
  std::string value;  ///< empty for a switch
  std::vector<std::string> choices;
  bool is_list = false;

  bool TakesFolder() const { return value == "DIR"; }
  bool TakesFile() const { return value == "FILE"; }
};

std::vector<Flag> FlagsOf(const doc::Json& help) {
  std::vector<Flag> flags;
  for (const doc::Json& declared : doc::ArrayAt(help, {"flags"})) {
    if (doc::BoolAt(declared, {"hidden"})) {
      continue;
    }
    Flag flag;
    flag.name = doc::StringAt(declared, {"name"});
    flag.letter = doc::StringAt(declared, {"short"});
    flag.help = doc::StringAt(declared, {"help"});
    flag.value = doc::StringAt(declared, {"value"});
    flag.is_list = doc::BoolAt(declared, {"list"});
    if (doc::StringAt(declared, {"type"}) == "choice") {
      flag.choices = Split(flag.value, '|');
    }
    flags.push_back(std::move(flag));
  }
  return flags;
}

/// `text` between single quotes of a POSIX shell or fish.
std::string Quoted(std::string_view text, std::string_view quote_in_quotes) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c == '\'' ? std::string(quote_in_quotes) : std::string(1, c);
  }
  return quoted + "'";
}

std::string NamesOf(const std::vector<CompletedCommand>& commands) {
  std::vector<std::string> names;
  for (const CompletedCommand& command : commands) {
    names.push_back(command.name);
  }
  return Join(names, " ");
}

constexpr std::string_view kBashBody = R"bash(
_kontrakt() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[0]##*/} values
  if [[ $cur == "=" ]]; then
    cur=
  elif [[ $prev == "=" ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  if [[ $command == kontrakt ]]; then
    if ((COMP_CWORD == 1)); then
      COMPREPLY=($(compgen -W "$(_kontrakt_commands) help completion --help --version" -- "$cur"))
      return
    fi
    command=${COMP_WORDS[1]}
    if [[ $command == help ]]; then
      COMPREPLY=($(compgen -W "$(_kontrakt_commands)" -- "$cur"))
      return
    elif [[ $command == completion ]]; then
      COMPREPLY=($(compgen -W "bash zsh fish" -- "$cur"))
      return
    fi
  else
    command=${command#kontrakt-}
  fi
  values=$(_kontrakt_values "$command" "$prev")
  if [[ $values == @dir ]]; then
    COMPREPLY=($(compgen -d -- "$cur"))
  elif [[ $values == @file ]]; then
    COMPREPLY=($(compgen -f -- "$cur"))
  elif [[ -n $values ]]; then
    COMPREPLY=($(compgen -W "$values" -- "$cur"))
  elif [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$(_kontrakt_flags "$command")" -- "$cur"))
  fi
}
)bash";

std::string BashScript(const std::vector<CompletedCommand>& commands) {
  std::string flags;
  std::string values;
  std::string programs = "kontrakt";
  for (const CompletedCommand& command : commands) {
    programs += " kontrakt-" + command.name;
    std::vector<std::string> names;
    for (const Flag& flag : FlagsOf(command.help)) {
      names.push_back("--" + flag.name);
      std::string pattern = Quoted(command.name + " --" + flag.name, "");
      if (!flag.letter.empty()) {
        names.push_back("-" + flag.letter);
        pattern += "|" + Quoted(command.name + " -" + flag.letter, "");
      }
      const std::string given = flag.TakesFolder() ? "@dir" : flag.TakesFile() ? "@file" : Join(flag.choices, " ");
      if (!given.empty()) {
        values += "    " + pattern + ") echo " + Quoted(given, "") + " ;;\n";
      }
    }
    if (!names.empty()) {
      flags += "    " + command.name + ") echo " + Quoted(Join(names, " "), "") + " ;;\n";
    }
  }
  return "# bash completion of kontrakt, printed by: kontrakt completion bash\n"
         "_kontrakt_commands() { echo " +
         Quoted(NamesOf(commands), "") + "; }\n\n_kontrakt_flags() {\n  case $1 in\n" + flags +
         "  esac\n}\n\n_kontrakt_values() {\n  case \"$1 $2\" in\n" + values + "  esac\n}\n" + std::string(kBashBody) +
         "\ncomplete -o default -F _kontrakt " + programs + "\n";
}

/// The help text inside "[…]" of a specification for _arguments.
std::string ZshEscaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') {
      escaped += '\\';
    }
    escaped += c;
  }
  return escaped;
}

std::string ZshSpecification(const Flag& flag) {
  std::string rest = "[" + ZshEscaped(flag.help) + "]";
  if (!flag.value.empty()) {
    rest += ":" + ZshEscaped(flag.value) + ":";
    if (!flag.choices.empty()) {
      rest += "(" + Join(flag.choices, " ") + ")";
    } else if (flag.TakesFolder()) {
      rest += "_files -/";
    } else if (flag.TakesFile()) {
      rest += "_files";
    }
  }
  const std::string assign = flag.value.empty() ? "" : "=";
  const std::string any = flag.is_list ? "*" : "";
  std::string text = "      " + Quoted(any + "--" + flag.name + assign + rest, "'\\''");
  if (!flag.letter.empty()) {
    text += " \\\n      " + Quoted(any + "-" + flag.letter + (flag.value.empty() ? "" : "+") + rest, "'\\''");
  }
  return text;
}

std::string ZshScript(const std::vector<CompletedCommand>& commands) {
  std::string programs = "kontrakt";
  std::string cases;
  std::string described;
  for (const CompletedCommand& command : commands) {
    programs += " kontrakt-" + command.name;
    described +=
        "    " + Quoted(command.name + ":" + ZshEscaped(doc::StringAt(command.help, {"summary"})), "'\\''") + "\n";
    cases += "    " + command.name + ") _arguments -s";
    for (const Flag& flag : FlagsOf(command.help)) {
      cases += " \\\n" + ZshSpecification(flag);
    }
    cases += " \\\n      '*:file:_files' ;;\n";
  }
  return "#compdef " + programs +
         "\n# zsh completion of kontrakt, printed by: kontrakt completion zsh\n\n"
         "_kontrakt_commands() {\n  local -a commands=(\n" +
         described +
         "    'help:shows the flags of a command'\n    'completion:prints a completion script'\n  )\n"
         "  _describe command commands\n}\n\n"
         "_kontrakt_command() {\n  case $1 in\n" +
         cases +
         "    help) _kontrakt_commands ;;\n    completion) _values shell bash zsh fish ;;\n  esac\n}\n\n"
         "_kontrakt() {\n"
         "  if [[ $service == kontrakt ]]; then\n"
         "    if ((CURRENT == 2)); then\n      _kontrakt_commands\n      return\n    fi\n"
         "    shift words\n    ((CURRENT--))\n    _kontrakt_command $words[1]\n"
         "  else\n    _kontrakt_command ${service#kontrakt-}\n  fi\n}\n\n"
         "if [[ $funcstack[1] == _kontrakt ]]; then\n  _kontrakt \"$@\"\nelse\n  compdef _kontrakt " +
         programs + "\nfi\n";
}

std::string FishFlag(const std::string& where, const Flag& flag) {
  std::string line = "complete " + where;
  if (!flag.letter.empty()) {
    line += " -s " + flag.letter;
  }
  line += " -l " + flag.name + " -d " + Quoted(flag.help, "\\'");
  if (!flag.choices.empty()) {
    line += " -x -a " + Quoted(Join(flag.choices, " "), "\\'");
  } else if (flag.TakesFolder()) {
    line += " -x -a '(__fish_complete_directories)'";
  } else if (!flag.value.empty()) {
    line += flag.TakesFile() ? " -r" : " -x";
  }
  return line + "\n";
}

std::string FishScript(const std::vector<CompletedCommand>& commands) {
  std::string script = "# fish completion of kontrakt, printed by: kontrakt completion fish\n";
  for (const CompletedCommand& command : commands) {
    script += "complete -c kontrakt -n __fish_use_subcommand -f -a " + command.name + " -d " +
              Quoted(doc::StringAt(command.help, {"summary"}), "\\'") + "\n";
    for (const Flag& flag : FlagsOf(command.help)) {
      script += FishFlag("-c kontrakt -n '__fish_seen_subcommand_from " + command.name + "'", flag);
      script += FishFlag("-c kontrakt-" + command.name, flag);
    }
  }
  return script +
         "complete -c kontrakt -n __fish_use_subcommand -f -a help -d 'shows the flags of a command'\n"
         "complete -c kontrakt -n __fish_use_subcommand -f -a completion -d 'prints a completion script'\n"
         "complete -c kontrakt -n '__fish_seen_subcommand_from help' -f -a '" +
         NamesOf(commands) +
         "'\ncomplete -c kontrakt -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n";
}

}  // namespace

std::string CompletionScript(Shell shell, const std::vector<CompletedCommand>& commands) {
  switch (shell) {
    case Shell::kBash:
      return BashScript(commands);
    case Shell::kZsh:
      return ZshScript(commands);
    case Shell::kFish:
      return FishScript(commands);
  }
  return "";
}

Result<std::vector<CompletedCommand>> AskForHelp(const std::vector<Program>& programs, const Output& out) {
  std::vector<CompletedCommand> commands;
  for (const Program& program : programs) {
    CompletedCommand command{program.name, nullptr};
    if (program.linked != nullptr) {
      command.help = HelpJsonOf(*program.linked);
    } else if (IsOurs(program)) {
      Subprocess ask;
      ask.program = program.path;
      ask.args = {"--help", "--output=json"};
      ask.environment = out.environment().values();
      KT_ASSIGN_CONTEXT(const SubprocessResult answer, RunSubprocess(ask, out.bound()), "asking " + program.path);
      KT_ASSIGN_CONTEXT(command.help, doc::ParseJson(answer.output), "reading what " + program.path + " --help says");
    }
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace kontrakt::cli
