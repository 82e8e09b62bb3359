#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

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

/// Substitutes in a YAML or JSON file's text; every other byte stays. Nothing but our own variables is touched.
///
/// kInvalidInput with file:line:column: a variable without a value (the hint says which flag or variable gives it), an
/// unknown `${kontrakt.x}`, a value that can't stand where it is put (a line feed in a plain scalar is quoted instead).
/// Texts that hold no `${` are returned without being parsed.
Result<std::string> Substitute(std::string_view text, const std::string& file, const Variables& variables,
                               Escapes escapes);

}  // namespace kontrakt::manifest
