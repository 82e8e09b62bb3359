#pragma once

#include <string>

#include "lib/base/error.h"

namespace kontrakt {

/// What the operating system said about `what` (a path, a program, an address), as an Error.
///
/// ENOENT and ENOTDIR are kNotFound; EACCES, EPERM and EROFS kDenied; EISDIR, ELOOP and ENAMETOOLONG kInvalidInput; all
/// else (a full disk, no descriptor left) kUnavailable.
Error SystemError(int number, const std::string& what);

}  // namespace kontrakt
