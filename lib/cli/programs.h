#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/environment.h"
#include "lib/base/result.h"
#include "lib/base/text_style.h"
#include "lib/doc/json_fwd.h"

namespace kontrakt::cli {

class Command;
struct LinkedCommand;

/// One command that `kontrakt NAME` starts.
struct Program {
  std::string name;                 ///< "apply"
  std::string path;                 ///< of kontrakt-apply; empty for a linked one
  const Command* linked = nullptr;  ///< in this very executable
};

/// Finds kontrakt-NAME executables in `own_folder`, then in the absolute folders of PATH; the first of a name counts,
/// a linked one before all. The steps of the chain come in their order, others by name after them.
std::vector<Program> FindPrograms(const std::string& own_folder, const Environment& environment,
                                  std::span<const LinkedCommand> linked);

/// Whether it is one of Kontrakt's own commands, by its name.
bool IsOurs(const Program& program);

/// The one of that name. kUsage otherwise, with the nearest name as hint.
Result<Program> FindProgram(const std::vector<Program>& programs, const std::string& name);

/// The folder of the running executable, links resolved.
std::string FolderOfExecutable();

/// Becomes that program; returns only when that fails: kNotFound, kDenied.
Error Execute(const Program& program, const std::vector<std::string>& args);

/// What `kontrakt` shows when it is asked for nothing: each command and its duty.
class ProgramList {
 public:
  explicit ProgramList(std::vector<Program> programs) : programs_(std::move(programs)) {}
  std::string ToText(const TextStyle& style) const;
  doc::Json ToJson() const;
  std::vector<std::string> Names() const;

 private:
  std::vector<Program> programs_;
};

}  // namespace kontrakt::cli
