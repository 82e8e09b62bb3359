#pragma once

#include <cstddef>
#include <string>

namespace kontrakt {

/// `bytes` bytes from the system's cryptographic generator, as lower-case hex. Threads: any.
std::string RandomHex(std::size_t bytes);

}  // namespace kontrakt
