#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/base/environment.h"
#include "lib/base/result.h"
#include "lib/doc/json.h"
#include "lib/doc/yaml.h"

namespace kontrakt::kube {

/// One named cluster, user or context of a kubeconfig file, with where it stands.
struct KubeconfigEntry {
  std::string file;
  std::shared_ptr<const doc::Document> document;
  std::string pointer;  ///< to `value` within the document
  doc::Json value;      ///< an object

  std::string String(std::string_view field) const;
  bool Bool(std::string_view field) const;
  /// A path relative to the file's own folder, made absolute. Empty stays empty.
  std::string Path(const std::string& path) const;
  /// kInvalidInput at the line of `field`.
  Error Fail(std::string_view field, std::string message) const;
};

/// Several kubeconfig files as kubectl merges them: the first file that defines a name wins whole, and so does the
/// first current-context.
struct Kubeconfig {
  std::vector<std::string> read;   ///< files that were there
  std::vector<std::string> tried;  ///< all files looked for
  std::string current_context;
  std::map<std::string, KubeconfigEntry> clusters;
  std::map<std::string, KubeconfigEntry> users;
  std::map<std::string, KubeconfigEntry> contexts;

  bool IsEmpty() const { return clusters.empty() && users.empty() && contexts.empty() && current_context.empty(); }
};

/// `explicit_file` alone, which must exist; else the list of $KUBECONFIG; else ~/.kube/config. Missing files of the
/// latter two are left out. kInvalidInput: unreadable YAML, or a name twice in one file.
Result<Kubeconfig> ReadKubeconfig(const std::string& explicit_file, const Environment& environment);

}  // namespace kontrakt::kube
