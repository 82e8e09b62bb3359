#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/base/digest.h"
#include "lib/base/result.h"
#include "lib/doc/json.h"
#include "lib/kube/object_key.h"
#include "lib/manifest/folder.h"
#include "lib/manifest/images.h"
#include "lib/manifest/variables.h"

namespace kontrakt::manifest {

/// One object of a kontrakt, substituted, and where it came from.
struct Object {
  doc::Json value;
  kube::GroupVersionKind gvk;
  std::string name;  ///< empty when it has only generateName
  std::string generate_name;
  std::string namespace_name;                      ///< as written; usually empty
  FileLine location;                               ///< of its first line
  std::vector<std::pair<std::string, int>> lines;  ///< pointer → line, for the server's complaints about a field

  /// The location of a field given as the server names it: "spec.template.spec.containers[0].image", also with
  /// `[name="web"]` for an element and within a sentence such as `unknown field "spec.foo"`. Where the file does not
  /// have it, the nearest one around it.
  FileLine LocationOf(const std::string& field) const;
  /// The same for a JSON pointer.
  FileLine LocationAt(std::string pointer) const;
  /// "deployment/web".
  std::string Describe() const;
};

/// An assertion file: partial objects that must, or must not, match.
struct AssertionFile {
  std::string path;
  bool must_not_match = false;  ///< *.error.yaml
  std::vector<Object> objects;
};

struct Kontrakt {
  Folder folder;
  std::vector<Object> objects;
  std::vector<AssertionFile> assertions;
  Digest source_digest;     ///< over all files' substituted text, in order of path
  Digest assertion_digest;  ///< over the assertion files as they are, before substitution; empty when there are none
};

/// What a kontrakt's assertion files ask for.
struct Assertions {
  std::vector<AssertionFile> files;
  Digest digest;  ///< as Kontrakt::assertion_digest
};

/// What is wrong with the files of any number of kontrakts.
struct LoadProblems {
  std::vector<Error> errors;
  /// By index, which of ImageRules::set matched an image in any file.
  std::vector<bool> image_rules_used;
};

/// Reads, substitutes and checks one kontrakt's files, images included: without `images`, references to sources follow
/// the convention. Every problem of all files is found before it returns. Each goes to `problems` as one kInvalidInput;
/// when there is any, the result is all of this kontrakt's as one error, so that a caller may go on to the next
/// kontrakt and show all together in the end.
///
/// Checked here: YAML, apiVersion, kind, name (or generateName), List kinds flattened, same object twice, names that
/// can't go into a URL, no manifests.
Result<Kontrakt> LoadKontrakt(const Folder& folder, const Variables& variables, LoadProblems& problems,
                              const ImageRules* images = nullptr);

/// Reads a kontrakt's assertion files alone, so that only their own variables need values. None is no error. Problems
/// as LoadKontrakt's.
Result<Assertions> LoadAssertions(const Folder& folder, const Variables& variables, LoadProblems& problems);

/// Whether a path is that of an assertion file: *.assert.yaml or *.error.yaml, also .yml and .json.
bool IsAssertionFile(const std::string& path);

/// All problems as one error: the first in full, "and N more" with each on a line of its own below. The worst code
/// counts. There must be one at least.
Error Combine(std::vector<Error> errors);

}  // namespace kontrakt::manifest
