#include "lib/cli/programs.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include <unistd.h>

#include "lib/base/strings.h"
#include "lib/cli/main.h"
#include "lib/doc/json.h"

namespace kontrakt::cli {
namespace {

constexpr std::string_view kPrefix = "kontrakt-";

struct Duty {
  std::string_view name;
  std::string_view text;
};

/// Our own commands in the order in which a chain has them.
constexpr std::array kDuties = {
    Duty{"imagereplace", "puts image references and variables into manifests"},
    Duty{"apply", "puts kontrakts up, each in a temporary namespace"},
    Duty{"wait", "waits until tests have ended and everything else is ready"},
    Duty{"assert", "gives the verdict"},
    Duty{"push", "promotes by digest what passed"},
    Duty{"delete", "removes a run"},
    Duty{"run", "does all of these in one go"},
    Duty{"report", "shows and joins reports"},
};

const Duty* DutyOf(std::string_view name) {
  const auto* const found = std::find_if(kDuties.begin(), kDuties.end(), [&](const Duty& d) { return d.name == name; });
  return found == kDuties.end() ? nullptr : found;
}

std::size_t PlaceOf(const Program& program) {
  const Duty* const duty = DutyOf(program.name);
  return duty == nullptr ? kDuties.size() : static_cast<std::size_t>(duty - kDuties.data());
}

void AddUnlessKnown(std::vector<Program>& programs, Program program) {
  const auto same = [&](const Program& known) { return known.name == program.name; };
  if (std::none_of(programs.begin(), programs.end(), same)) {
    programs.push_back(std::move(program));
  }
}

/// Folders that cannot be read have no programs, as for a shell.
void AddProgramsIn(const std::string& folder, std::vector<Program>& programs) {
  std::error_code problem;
  std::vector<std::string> paths;
  for (std::filesystem::directory_iterator entry(folder, problem), end; !problem && entry != end;
       entry.increment(problem)) {
    const std::string file = entry->path().filename().string();
    if (file.size() > kPrefix.size() && file.starts_with(kPrefix)) {
      paths.push_back(entry->path().string());
    }
  }
  for (const std::string& path : paths) {
    if (std::filesystem::is_regular_file(path, problem) && ::access(path.c_str(), X_OK) == 0) {
      const std::string file = std::filesystem::path(path).filename().string();
      AddUnlessKnown(programs, {file.substr(kPrefix.size()), path, nullptr});
    }
  }
}

}  // namespace

std::vector<Program> FindPrograms(const std::string& own_folder, const Environment& environment,
                                  std::span<const LinkedCommand> linked) {
  std::vector<Program> programs;
  for (const LinkedCommand& entry : linked) {
    programs.push_back({std::string(entry.name), "", &entry.command()});
  }
  AddProgramsIn(own_folder, programs);
  for (const std::string& folder : Split(environment.Get("PATH").value_or(""), ':')) {
    // A relative folder on PATH would start whatever a repository happens to hold.
    if (folder.starts_with('/')) {
      AddProgramsIn(folder, programs);
    }
  }
  std::sort(programs.begin(), programs.end(), [](const Program& a, const Program& b) {
    return PlaceOf(a) != PlaceOf(b) ? PlaceOf(a) < PlaceOf(b) : a.name < b.name;
  });
  return programs;
}

bool IsOurs(const Program& program) {
  return DutyOf(program.name) != nullptr;
}

Result<Program> FindProgram(const std::vector<Program>& programs, const std::string& name) {
  std::vector<std::string> names = {"help", "completion"};
  for (const Program& program : programs) {
    if (program.name == name) {
      return program;
    }
    names.push_back(program.name);
  }
  Error error = Usage("unknown command '" + name + "'");
  const std::string near = Nearest(name, names);
  if (!near.empty()) {
    error.SetHint("did you mean " + near + "?");
  } else if (DutyOf(name) != nullptr) {
    error.SetHint("kontrakt-" + name + " is neither beside kontrakt nor on PATH");
  } else {
    error.SetHint("kontrakt lists the commands there are");
  }
  return error;
}

std::string FolderOfExecutable() {
  std::error_code problem;
  return std::filesystem::read_symlink("/proc/self/exe", problem).parent_path().string();
}

Error Execute(const Program& program, const std::vector<std::string>& args) {
  std::string path = program.path;
  std::vector<std::string> copies = args;
  std::vector<char*> argv = {path.data()};
  for (std::string& arg : copies) {
    argv.push_back(arg.data());
  }
  argv.push_back(nullptr);
  ::execv(path.c_str(), argv.data());
  const int problem = errno;
  Error error = problem == EACCES ? Denied(std::generic_category().message(problem))
                                  : NotFound(std::generic_category().message(problem));
  return error.AddContext("starting " + program.path);
}

std::string ProgramList::ToText(const TextStyle& style) const {
  TextTable ours("  ");
  TextTable others("  ");
  for (const Program& program : programs_) {
    if (const Duty* const duty = DutyOf(program.name)) {
      ours.Row({style.Bold(program.name), std::string(duty->text)});
    } else {
      others.Row({style.Bold(program.name), program.path});
    }
  }
  std::string text = "Runs what was just built next to what it needs, and promotes exactly what passed.\n\n" +
                     style.Bold("Usage:") + " kontrakt COMMAND [flags]\n";
  if (!ours.empty()) {
    text += "\n" + style.Bold("Commands:") + "\n" + ours.ToString();
  }
  if (!others.empty()) {
    text += "\n" + style.Bold("Others:") + "\n" + others.ToString();
  }
  return text +
         "\nkontrakt help COMMAND shows its flags, kontrakt completion bash|zsh|fish prints\n"
         "a completion script, kontrakt --help says more.\n";
}

doc::Json ProgramList::ToJson() const {
  doc::Json list = doc::Json::array();
  for (const Program& program : programs_) {
    doc::Json entry = {{"name", program.name}};
    if (const Duty* const duty = DutyOf(program.name)) {
      entry["duty"] = duty->text;
    }
    if (!program.path.empty()) {
      entry["path"] = program.path;
    }
    list.push_back(std::move(entry));
  }
  return {{"commands", list}};
}

std::vector<std::string> ProgramList::Names() const {
  std::vector<std::string> names;
  for (const Program& program : programs_) {
    names.push_back(program.name);
  }
  return names;
}

}  // namespace kontrakt::cli
