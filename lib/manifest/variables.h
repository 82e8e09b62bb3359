#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace kontrakt::manifest {

/// Values for `${kontrakt.x}` and `${KO_DOCKER_REPO}`.
///
/// Built-in ones (sourceReference, name, run, namespace, KO_DOCKER_REPO) always yield strings; --set ones are typed as
/// YAML where a scalar is wholly one variable.
struct Variables {
  std::optional<std::string> source_reference;
  std::optional<std::string> ko_docker_repo;
  std::optional<std::string> name;
  std::optional<std::string> run;
  std::optional<std::string> namespace_name;
  std::map<std::string, std::string> set;
};

enum class Escapes : unsigned char {
  kKeep,     ///< `$${kontrakt.x}` stays as it is: for files
  kResolve,  ///< becomes `${kontrakt.x}`: for the server and for standard output
};

/// Substitutes in a YAML or JSON file's text; every other byte stays. Nothing but our own variables is touched,
/// comments are left alone.
///
/// kInvalidInput with file:line:column: a variable without a value (the hint says which flag or variable gives it), an
/// unknown `${kontrakt.x}`, a variable in a key, a value that can't stand where it is put (a line feed in a plain
/// scalar is quoted instead). All problems of the text come as one error. Documents without a variable are not parsed.
Result<std::string> Substitute(std::string_view text, const std::string& file, const Variables& variables,
                               Escapes escapes);
/// The same, with each problem on its own at the end of `problems`; the text returned is then of no use.
std::string Substitute(std::string_view text, const std::string& file, const Variables& variables, Escapes escapes,
                       std::vector<Error>& problems);

}  // namespace kontrakt::manifest
