#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json.h"
#include "lib/kube/object_key.h"
#include "lib/manifest/folder.h"
#include "lib/manifest/variables.h"

namespace kontrakt::manifest {

/// One object of a kontrakt, substituted, and where it came from.
struct Object {
  doc::Json value;
  kube::GroupVersionKind gvk;
  std::string name;             ///< empty when it has only generateName
  std::string generate_name;
  std::string namespace_name;   ///< as written; usually empty
  FileLine location;            ///< of its first line
  std::vector<std::pair<std::string, int>> lines;  ///< pointer → line, for the server's complaints about a field

  /// The location of a field given as the server names it ("spec.template.spec.containers[0].image").
  FileLine LocationOf(const std::string& field) const;
  /// "deployment/web".
  std::string Describe() const;
};

/// An assertion file: partial objects that must, or must not, match.
struct AssertionFile {
  std::string path;
  bool must_not_match = false;        ///< *.error.yaml
  std::vector<Object> objects;
};

struct Kontrakt {
  Folder folder;
  std::vector<Object> objects;
  std::vector<AssertionFile> assertions;
  Digest source_digest;               ///< over all files' substituted text, in order of path
};

/// Reads, substitutes and checks one kontrakt's files. Every problem of all files is found before it returns; they come
/// as one kInvalidInput per problem.
///
/// Checked here: YAML, apiVersion, kind, name (or generateName), List kinds flattened, same object twice, names that
/// can't go into a URL, no manifests.
struct LoadProblems {
  std::vector<Error> errors;
};
Result<Kontrakt> LoadKontrakt(const Folder& folder, const Variables& variables, LoadProblems& problems);

/// All problems as one error: the first in full, "and N more" with each on a line of its own below.
Error Combine(std::vector<Error> errors);

}  // namespace kontrakt::manifest
