#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"

namespace kontrakt::manifest {

/// One kontrakt: a folder of manifests, or standard input.
struct Folder {
  std::string name;                ///< DNS label, unique within a run
  std::string path;                ///< as given or found; "-" for standard input
  std::string relative;            ///< below the root, or absolute outside it
  std::vector<std::string> files;  ///< manifests and assertion files, sorted; paths fit for messages
};

struct FindOptions {
  std::vector<std::string> paths;  ///< of -f
  bool recursive = false;
  std::vector<std::string> only;
  std::string name;  ///< overrides the name of the only folder
  std::string root = ".";
};

struct Found {
  std::vector<Folder> folders;     ///< sorted by name
  std::vector<std::string> notes;  ///< such as "x/kontrakt: skipped, no manifests in it"
};

/// Finds the kontrakts below paths. Manifests are the .yaml, .yml and .json files in a folder and its subfolders, but
/// not hidden ones, nested kontrakts, what .kontraktignore excludes (gitignore syntax), node_modules and symlinked
/// folders.
///
/// kInvalidInput: nothing found, two kontrakts of one name (names both), a kustomization file (with hint), a symlink
/// loop, an unreadable folder, --name with several folders. kNotFound: a path that does not exist, an --only without
/// match (the hint lists the names). kUsage: no path, standard input twice.
Result<Found> FindKontrakts(const FindOptions& options);

/// The name of a kontrakt whose folder has this path below the root.
std::string NameOfFolder(const std::string& relative);

}  // namespace kontrakt::manifest
