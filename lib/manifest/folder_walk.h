#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/manifest/ignore.h"

namespace kontrakt::manifest {

/// What was found in one kontrakt's folder, before it has a name.
struct FolderContent {
  std::string absolute;  ///< canonical
  std::string path;      ///< fit for messages
  std::vector<std::string> files;
  std::vector<std::string> kustomizations;  ///< kustomization files, which make the folder unfit
};

enum class Search : unsigned char {
  kGiven,      ///< the folder itself is a kontrakt, whatever its name
  kRecursive,  ///< only folders whose name contains "kontrakt" are, the given one included
};

/// Walks folders and collects kontrakts and their files, by the rules of FindKontrakts.
///
/// Threads: confined to one.
class FolderWalk {
 public:
  /// `root` is canonical: the ignore files between it and a given folder count, and links may lead below it.
  explicit FolderWalk(std::string root) : root_(std::move(root)) {}

  /// One value of -f: a folder, or a regular file, which belongs to the kontrakt of its folder. kNotFound when there
  /// is nothing, kInvalidInput when it is something else; what is wrong below it goes to problems().
  Result<void> Add(const std::string& path, Search search);

  /// Each folder once, in the order in which they were met.
  const std::vector<FolderContent>& kontrakts() const { return kontrakts_; }
  const std::vector<std::string>& notes() const { return notes_; }
  std::vector<Error>& problems() { return problems_; }

 private:
  /// The ignore file of one folder on the way.
  struct IgnoreLevel {
    std::size_t base = 0;  ///< length of the folder's absolute path
    IgnorePatterns patterns;
  };
  struct Place {
    std::string absolute;
    std::string shown;
  };
  struct Entry;
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  void AddFile(const std::string& path, const std::string& absolute);
  void ReadIgnoreFilesAbove(const std::string& absolute);
  void ReadIgnoreFile(const std::string& absolute);
  void Walk(const Place& place, std::size_t kontrakt);
  void VisitFolder(const Place& place, const std::string& name, std::size_t kontrakt);
  void VisitFile(const Place& place, const Entry& entry, std::size_t kontrakt);
  bool IsUsableFile(const Place& place, const Entry& entry);
  bool IsIgnored(const std::string& absolute, PathKind kind) const;
  bool IsAllowedTarget(const std::string& absolute) const;
  /// The index of the kontrakt in this folder, kNone when it was met before.
  std::size_t Begin(const Place& place);

  std::string root_;
  std::string start_;
  Search search_ = Search::kGiven;
  std::vector<IgnoreLevel> ignores_;
  std::set<std::string> seen_;
  std::vector<FolderContent> kontrakts_;
  std::vector<std::string> notes_;
  std::vector<Error> problems_;
};

/// Whether `path` is `folder` or lies in it; both canonical.
bool IsWithin(const std::string& path, const std::string& folder);

}  // namespace kontrakt::manifest
