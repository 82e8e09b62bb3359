#include "lib/manifest/scope.h"

#include <algorithm>
#include <string_view>

#include "lib/base/base64.h"
#include "lib/base/digest.h"
#include "lib/base/strings.h"

namespace kontrakt::manifest {
namespace {

constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kHashLength = 10;

}  // namespace

std::string NamespaceOf(const std::string& prefix, const std::string& owner, const std::string& run_id,
                        const std::string& name) {
  constexpr char kSeparator = '\0';
  const std::string identity = owner + kSeparator + run_id + kSeparator + name;
  const std::string hash = Base32Lower(Sha256Raw(identity)).substr(0, kHashLength);
  const std::size_t taken = prefix.size() + kHashLength + 2;
  std::string part = name.substr(0, taken < kLongestLabel ? kLongestLabel - taken : 0);
  while (part.ends_with('-'))
    part.pop_back();
  return prefix + "-" + (part.empty() ? "" : part + "-") + hash;
}

std::string LabelValueOf(const std::string& value) {
  constexpr std::size_t kHexDigits = 40;
  if (IsLabelValue(value))
    return value;
  return "h-" + std::string(Digest::Of(value).hex().substr(0, kHexDigits));
}

}  // namespace kontrakt::manifest
