#include "lib/base/random.h"

#include <algorithm>

#include <unistd.h>

#include "lib/base/check.h"
#include "lib/base/digest.h"

namespace kontrakt {

std::string RandomHex(std::size_t bytes) {
  constexpr std::size_t kMostAtOnce = 256;  // getentropy(3) refuses more
  std::string raw(bytes, '\0');
  for (std::size_t done = 0; done < bytes;) {
    const std::size_t part = std::min(kMostAtOnce, bytes - done);
    KT_CHECK(getentropy(raw.data() + done, part) == 0);
    done += part;
  }
  return HexEncode(raw);
}

}  // namespace kontrakt
