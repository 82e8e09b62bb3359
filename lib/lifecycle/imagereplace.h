#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/base/progress.h"
#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/base/text_style.h"
#include "lib/doc/json_fwd.h"
#include "lib/manifest/images.h"
#include "lib/manifest/scope.h"
#include "lib/manifest/variables.h"
#include "lib/oci/registry.h"

namespace kontrakt {

enum class ReplaceMode : unsigned char {
  kPrint,    ///< all documents go to standard output, escapes resolved
  kInPlace,  ///< files are written
  kCheck,    ///< nothing is written, a diff says what would be
};

struct ImagereplaceOptions {
  ReplaceMode mode = ReplaceMode::kPrint;
  manifest::Variables variables;  ///< name, run and namespace are filled in per kontrakt
  manifest::ImageRules images;    ///< `resolve` is asked once a reference
};

struct ReplacedFile {
  std::string path;
  std::string kontrakt;  ///< name
  bool changed = false;
  int images = 0;      ///< how many were replaced
  std::string before;  ///< empty unless changed
  std::string after;   ///< empty unless changed or printed
};

struct ImagereplaceReport {
  ReplaceMode mode = ReplaceMode::kPrint;
  std::vector<ReplacedFile> files;  ///< by kontrakt's name, then path

  doc::Json ToJson() const;
  /// The documents, the unified diff, or a line a changed file, as the mode has it: bytes for files and other tools.
  std::string ToText(const TextStyle& style) const;
  std::vector<std::string> Names() const;  ///< paths of changed files
  /// kNegative where a check found something to change.
  Result<void> Outcome() const;
};

/// Answers --resolve from a registry.
std::function<Result<std::string>(const std::string& reference)> ResolveWith(oci::Registry registry, Bound bound);

/// Substitutes variables and images in the files of all kontrakts in scope. Nothing is written unless all files are
/// fine; where one can't be written, those written before get their old content back.
///
/// Fails with kInvalidInput (all problems of all files at once, with file:line), kNotFound (a path, an --image rule
/// that matched nothing), kUsage (no -f, standard input in place), kDenied and kUnavailable (writing), kConflict (a
/// file that changed meanwhile), and what `resolve` answers.
Result<ImagereplaceReport> Imagereplace(const manifest::Scope& scope, const ImagereplaceOptions& options,
                                        Progress& progress);

}  // namespace kontrakt
