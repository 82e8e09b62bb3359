#include "lib/manifest/folder.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <tuple>
#include <utility>

#include "lib/base/strings.h"
#include "lib/manifest/folder_walk.h"
#include "lib/manifest/load.h"

namespace kontrakt::manifest {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStandardInput = "-";

/// The path below the root as it was typed where that can be told, else by where it really is, else absolute.
std::string RelativeTo(const fs::path& root, const std::string& root_as_given, const FolderContent& content) {
  std::error_code error;
  const fs::path typed = fs::absolute(content.path, error);
  const fs::path typed_root = fs::absolute(root_as_given, error);
  const bool climbs = content.path.find("..") != std::string::npos || root_as_given.find("..") != std::string::npos;
  if (!error && !climbs) {
    // lexically_relative would take the empty last part of "a/." for a folder.
    const fs::path relative =
        typed.lexically_normal().lexically_relative((typed_root / "").lexically_normal().parent_path());
    if (!relative.empty() && *relative.begin() != "..")
      return relative.string();
  }
  if (IsWithin(content.absolute, root.string()))
    return fs::path(content.absolute).lexically_relative(root).string();
  return content.absolute;
}

Error KustomizationError(const Folder& folder, const std::string& file) {
  std::string where = fs::path(file).parent_path().string();
  if (where.empty())
    where = ".";
  return InvalidInput(file + ": kustomizations are not built here")
      .SetHint("kustomize build " + where + " | kontrakt apply -f - --name " + folder.name);
}

Error NothingFound(const FindOptions& options, const Found& found) {
  Error error = InvalidInput("no kontrakt found in " + Join(options.paths, ", "));
  if (!found.notes.empty())
    return error.SetHint(Join(found.notes, "; "));
  if (options.recursive)
    return error.SetHint("with -R a kontrakt is a folder whose name contains \"kontrakt\"");
  return error.SetHint(
      "its .yaml, .yml and .json files are the manifests; -R looks for folders whose name contains \"kontrakt\"");
}

Result<void> CheckNames(const std::vector<Folder>& folders) {
  std::vector<Error> problems;
  for (std::size_t i = 1; i < folders.size(); ++i) {
    if (folders[i].name != folders[i - 1].name)
      continue;
    problems.push_back(InvalidInput("two kontrakts have the name " + folders[i].name + ": " + folders[i - 1].path +
                                    " and " + folders[i].path)
                           .SetHint("rename one of the folders, or give them to separate commands with --name"));
  }
  if (!problems.empty())
    return Combine(std::move(problems));
  return {};
}

Result<void> KeepOnly(const std::vector<std::string>& only, std::vector<Folder>& folders) {
  if (only.empty())
    return {};
  std::vector<std::string> names;
  for (const Folder& folder : folders)
    names.push_back(folder.name);
  for (const std::string& wanted : only) {
    if (std::find(names.begin(), names.end(), wanted) == names.end()) {
      return NotFound("there is no kontrakt " + wanted).SetHint("there are: " + Join(names, ", "));
    }
  }
  std::erase_if(folders,
                [&](const Folder& folder) { return std::find(only.begin(), only.end(), folder.name) == only.end(); });
  return {};
}

Result<void> GiveName(const std::string& name, std::vector<Folder>& folders) {
  if (name.empty())
    return {};
  if (!IsDnsLabel(name)) {
    return InvalidInput("--name " + name + " is no DNS label")
        .SetHint("up to 63 lower-case letters, digits and hyphens, a letter or digit at both ends");
  }
  if (folders.size() > 1) {
    return InvalidInput("--name is for one kontrakt, here are " + std::to_string(folders.size()) + ": " +
                        folders[0].path + ", " + folders[1].path + (folders.size() > 2 ? ", …" : ""));
  }
  folders.front().name = name;
  return {};
}

/// Turns what was walked into kontrakts; what has no manifests becomes a note.
void TakeContents(const FindOptions& options, const fs::path& root, FolderWalk& walk, Found& found) {
  found.notes = walk.notes();
  for (const FolderContent& content : walk.kontrakts()) {
    Folder folder{{}, content.path, RelativeTo(root, options.root, content), content.files};
    folder.name = NameOfFolder(folder.relative);
    if (!content.kustomizations.empty()) {
      walk.problems().push_back(KustomizationError(folder, content.kustomizations.front()));
    } else if (folder.files.empty()) {
      found.notes.push_back(content.path + ": skipped, no manifests in it");
    } else {
      std::sort(folder.files.begin(), folder.files.end());
      found.folders.push_back(std::move(folder));
    }
  }
}

}  // namespace

Result<Found> FindKontrakts(const FindOptions& options) {
  if (options.paths.empty())
    return Usage("no folder is given").SetHint("-f DIR names a kontrakt, -R -f . all of them below this folder");
  std::error_code error;
  const fs::path root = fs::canonical(options.root.empty() ? "." : options.root, error);
  if (error)
    return NotFound("the root " + options.root + " can't be used: " + error.message());
  FolderWalk walk(root.string());
  bool reads_standard_input = false;
  for (const std::string& path : options.paths) {
    if (path != kStandardInput) {
      KT_TRY(walk.Add(path, options.recursive ? Search::kRecursive : Search::kGiven));
    } else if (std::exchange(reads_standard_input, true)) {
      return Usage("standard input can be read once, -f - was given twice");
    }
  }
  Found found;
  TakeContents(options, root, walk, found);
  if (!walk.problems().empty())
    return Combine(std::move(walk.problems()));
  if (reads_standard_input)
    found.folders.push_back({"kontrakt", kStandardInput, kStandardInput, {kStandardInput}});
  if (found.folders.empty())
    return NothingFound(options, found);
  KT_TRY(KeepOnly(options.only, found.folders));
  KT_TRY(GiveName(options.name, found.folders));
  std::sort(found.folders.begin(), found.folders.end(),
            [](const Folder& a, const Folder& b) { return std::tie(a.name, a.path) < std::tie(b.name, b.path); });
  KT_TRY(CheckNames(found.folders));
  return found;
}

}  // namespace kontrakt::manifest
