#include "lib/manifest/folder_walk.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "lib/base/file.h"

namespace kontrakt::manifest {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIgnoreFile = ".kontraktignore";

bool IsKontraktName(std::string_view name) {
  return name.find("kontrakt") != std::string_view::npos;
}

bool IsManifestName(std::string_view name) {
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

/// The three names that kustomize itself recognises.
bool IsKustomizationName(std::string_view name) {
  return name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization";
}

std::string Joined(const std::string& folder, std::string_view name) {
  if (folder == ".")
    return std::string(name);
  return folder + (folder.ends_with('/') ? "" : "/") + std::string(name);
}

/// As a person would have typed it: "./a/" is "a".
std::string Tidied(const std::string& path) {
  std::string tidy = fs::path(path).lexically_normal().string();
  while (tidy.size() > 1 && tidy.ends_with('/'))
    tidy.pop_back();
  return tidy.empty() ? "." : tidy;
}

Error Unusable(const std::string& path, const std::error_code& error) {
  if (error == std::errc::no_such_file_or_directory)
    return NotFound(path + " does not exist");
  if (error == std::errc::too_many_symbolic_link_levels)
    return InvalidInput(path + " is a symlink that leads to itself");
  return InvalidInput(path + " can't be read: " + error.message());
}

}  // namespace

/// One name in a folder. A link's kind is that of what it leads to.
struct FolderWalk::Entry {
  enum class Kind : unsigned char { kFile, kFolder, kLink, kOther };
  std::string name;
  Kind kind = Kind::kOther;
  friend bool operator<(const Entry& a, const Entry& b) { return a.name < b.name; }
};

bool IsWithin(const std::string& path, const std::string& folder) {
  if (folder == "/" || path == folder)
    return true;
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

Result<void> FolderWalk::Add(const std::string& path, Search search) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found)
    return Unusable(path, {ENOENT, std::generic_category()});
  if (error)
    return Unusable(path, error);
  const fs::path canonical = fs::canonical(path, error);
  if (error)
    return Unusable(path, error);
  const std::string shown = Tidied(path);
  if (status.type() == fs::file_type::regular) {
    AddFile(shown, canonical.string());
    return {};
  }
  if (status.type() != fs::file_type::directory) {
    return InvalidInput(path + " is neither a folder nor a regular file").SetHint("-f - reads standard input");
  }
  start_ = canonical.string();
  search_ = search;
  ignores_.clear();
  ReadIgnoreFilesAbove(start_);
  const Place place{start_, shown};
  const bool is_kontrakt = search == Search::kGiven || IsKontraktName(canonical.filename().string());
  const std::size_t kontrakt = is_kontrakt ? Begin(place) : kNone;
  if (is_kontrakt && kontrakt == kNone)
    return {};
  Walk(place, kontrakt);
  return {};
}

void FolderWalk::AddFile(const std::string& path, const std::string& absolute) {
  const std::string folder = fs::path(absolute).parent_path().string();
  auto found = std::find_if(kontrakts_.begin(), kontrakts_.end(),
                            [&](const FolderContent& content) { return content.absolute == folder; });
  if (found == kontrakts_.end()) {
    seen_.insert(folder);
    std::string shown = fs::path(path).parent_path().string();
    kontrakts_.push_back({folder, shown.empty() ? "." : std::move(shown), {}, {}});
    found = kontrakts_.end() - 1;
  }
  std::vector<std::string>& files =
      IsKustomizationName(fs::path(path).filename().string()) ? found->kustomizations : found->files;
  if (std::find(files.begin(), files.end(), path) == files.end())
    files.push_back(path);
}

std::size_t FolderWalk::Begin(const Place& place) {
  if (!seen_.insert(place.absolute).second)
    return kNone;
  kontrakts_.push_back({place.absolute, place.shown, {}, {}});
  return kontrakts_.size() - 1;
}

void FolderWalk::ReadIgnoreFilesAbove(const std::string& absolute) {
  if (!IsWithin(absolute, root_) || absolute == root_)
    return;
  std::vector<std::string> above;
  for (fs::path folder = fs::path(absolute).parent_path();; folder = folder.parent_path()) {
    above.push_back(folder.string());
    if (folder.string() == root_ || folder == folder.parent_path())
      break;
  }
  for (auto folder = above.rbegin(); folder != above.rend(); ++folder) {
    std::error_code error;
    if (fs::exists(Joined(*folder, kIgnoreFile), error))
      ReadIgnoreFile(*folder);
  }
}

void FolderWalk::ReadIgnoreFile(const std::string& absolute) {
  Result<std::string> text = ReadFile(Joined(absolute, kIgnoreFile));
  if (!text) {
    problems_.push_back(std::move(text.error().SetCode(ErrorCode::kInvalidInput)));
    return;
  }
  ignores_.push_back({absolute == "/" ? 0 : absolute.size(), IgnorePatterns::Parse(*text)});
}

bool FolderWalk::IsIgnored(const std::string& absolute, PathKind kind) const {
  // The ignore file nearest to the path has the last word.
  for (auto level = ignores_.rbegin(); level != ignores_.rend(); ++level) {
    const Ignoring decision = level->patterns.Decide(std::string_view(absolute).substr(level->base + 1), kind);
    if (decision != Ignoring::kUnsaid)
      return decision == Ignoring::kIgnored;
  }
  return false;
}

void FolderWalk::Walk(const Place& place, std::size_t kontrakt) {
  std::vector<Entry> entries;
  bool has_ignore_file = false;
  std::error_code error;
  for (fs::directory_iterator each(place.absolute, error), end; !error && each != end; each.increment(error)) {
    std::string name = each->path().filename().string();
    if (name == kIgnoreFile)
      has_ignore_file = true;
    // Hidden ones, and with them the "..data" of a mounted ConfigMap, which would show each file twice.
    if (name.starts_with('.'))
      continue;
    std::error_code ignored;
    Entry::Kind kind = Entry::Kind::kOther;
    if (each->is_symlink(ignored)) {
      kind = Entry::Kind::kLink;
    } else if (each->is_directory(ignored)) {
      kind = Entry::Kind::kFolder;
    } else if (each->is_regular_file(ignored)) {
      kind = Entry::Kind::kFile;
    }
    entries.push_back({std::move(name), kind});
  }
  if (error) {
    problems_.push_back(InvalidInput(place.shown + " can't be read: " + error.message()));
    return;
  }
  std::sort(entries.begin(), entries.end());
  const std::size_t outer = ignores_.size();
  if (has_ignore_file)
    ReadIgnoreFile(place.absolute);
  for (const Entry& entry : entries) {
    if (entry.kind == Entry::Kind::kFolder) {
      VisitFolder(place, entry.name, kontrakt);
    } else if (kontrakt != kNone) {
      VisitFile(place, entry, kontrakt);
    }
  }
  ignores_.resize(outer);
}

void FolderWalk::VisitFolder(const Place& place, const std::string& name, std::size_t kontrakt) {
  if (name == "node_modules")
    return;
  const Place below{Joined(place.absolute, name), Joined(place.shown, name)};
  if (IsIgnored(below.absolute, PathKind::kFolder))
    return;
  if (!IsKontraktName(name))
    return Walk(below, kontrakt);
  if (search_ == Search::kGiven) {
    notes_.push_back(below.shown + ": left out, it is a kontrakt of its own");
    return;
  }
  const std::size_t own = Begin(below);
  if (own != kNone)
    Walk(below, own);
}

void FolderWalk::VisitFile(const Place& place, const Entry& entry, std::size_t kontrakt) {
  const bool is_kustomization = IsKustomizationName(entry.name);
  if (!is_kustomization && !IsManifestName(entry.name))
    return;
  const std::string absolute = Joined(place.absolute, entry.name);
  if (IsIgnored(absolute, PathKind::kFile) || !IsUsableFile(place, entry))
    return;
  FolderContent& content = kontrakts_[kontrakt];
  (is_kustomization ? content.kustomizations : content.files).push_back(Joined(place.shown, entry.name));
}

bool FolderWalk::IsUsableFile(const Place& place, const Entry& entry) {
  const std::string shown = Joined(place.shown, entry.name);
  if (entry.kind == Entry::Kind::kFile)
    return true;
  if (entry.kind != Entry::Kind::kLink) {
    problems_.push_back(InvalidInput(shown + " is not a regular file"));
    return false;
  }
  const std::string absolute = Joined(place.absolute, entry.name);
  std::error_code error;
  const fs::file_status status = fs::status(absolute, error);
  if (status.type() == fs::file_type::directory)
    return false;
  if (status.type() == fs::file_type::not_found) {
    problems_.push_back(InvalidInput(shown + " is a symlink that leads nowhere"));
    return false;
  }
  const fs::path target = error ? fs::path() : fs::canonical(absolute, error);
  if (error) {
    problems_.push_back(Unusable(shown, error));
    return false;
  }
  if (status.type() != fs::file_type::regular) {
    problems_.push_back(InvalidInput(shown + " is not a regular file"));
    return false;
  }
  if (!IsAllowedTarget(target.string())) {
    problems_.push_back(InvalidInput(shown + " is a symlink to " + target.string() + ", which lies outside the root")
                            .SetHint("copy the file, or name a --root that holds both"));
    return false;
  }
  return true;
}

bool FolderWalk::IsAllowedTarget(const std::string& absolute) const {
  return IsWithin(absolute, root_) || IsWithin(absolute, start_);
}

}  // namespace kontrakt::manifest
