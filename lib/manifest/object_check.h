#pragma once

#include <string>
#include <vector>

#include "lib/doc/yaml.h"
#include "lib/manifest/load.h"

namespace kontrakt::manifest {

enum class ObjectUse : unsigned char {
  kApply,   ///< a whole object, with a name
  kAssert,  ///< a partial one, which may do without
};

/// The objects in one document: itself, or the items of a List kind, at any depth. What is wrong goes to `problems`
/// with its line: no object, apiVersion, kind or name missing or of another type than text, a name that can't be part
/// of a URL.
std::vector<Object> ObjectsOf(const doc::Document& document, const std::string& file, ObjectUse use,
                              std::vector<Error>& problems);

}  // namespace kontrakt::manifest
