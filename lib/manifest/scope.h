#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/base/environment.h"
#include "lib/base/result.h"
#include "lib/manifest/folder.h"

namespace kontrakt::manifest {

/// Which kontrakts of which run a command acts on, as the flags say.
struct Scope {
  std::vector<std::string> files;  ///< -f: folders, or "-" for standard input
  bool recursive = false;          ///< -R: only folders whose name contains "kontrakt"
  std::vector<std::string> only;   ///< --only: names of kontrakts
  std::string name;                ///< --name, for one folder
  std::string run_id;              ///< --run-id
  std::string owner;               ///< --owner; default: the pipeline account's namespace, else empty
  std::string root = ".";          ///< --root: what names are relative to
  std::string namespace_prefix = "kontrakt";
  std::string namespace_name;  ///< -n: an existing namespace of a pool
  std::string report;          ///< --report FILE
};

/// "<prefix>-<name>-<10 characters of lower-case base32 of sha256(owner NUL run id NUL name)>", the name part cut so
/// that it fits 63 characters.
std::string NamespaceOf(const std::string& prefix, const std::string& owner, const std::string& run_id,
                        const std::string& name);

/// `value` as a label value: itself where it is one, else "h-" and a hash of it.
std::string LabelValueOf(const std::string& value);

}  // namespace kontrakt::manifest
