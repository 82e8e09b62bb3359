#include "lib/base/environment.h"

#include <string_view>
#include <utility>

#include <unistd.h>

namespace kontrakt {

Environment Environment::OfProcess() {
  std::map<std::string, std::string> values;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos)
      continue;
    values.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return Environment(std::move(values));
}

std::optional<std::string> Environment::Get(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.empty())
    return std::nullopt;
  return found->second;
}

}  // namespace kontrakt
