#pragma once

#include "lib/cli/option_set.h"
#include "lib/cli/output.h"
#include "lib/cli/variable_flags.h"
#include "lib/lifecycle/apply.h"

namespace kontrakt {

constexpr std::array<std::pair<std::string_view, TestRights>, 2> ValueNames(TestRights) {
  return {{{"owner", TestRights::kOwner}, {"full", TestRights::kFull}}};
}
constexpr std::array<std::pair<std::string_view, ChainDryRun>, 3> ValueNames(ChainDryRun) {
  return {{{"none", ChainDryRun::kNone}, {"client", ChainDryRun::kClient}, {"server", ChainDryRun::kServer}}};
}
enum class Guarding : unsigned char { kOn, kOff };
constexpr std::array<std::pair<std::string_view, Guarding>, 2> ValueNames(Guarding) {
  return {{{"on", Guarding::kOn}, {"off", Guarding::kOff}}};
}

/// How manifests are put into their namespace.
struct ApplyFlags {
  cli::VariableFlags variables;
  ApplyOptions options;
  Guarding guard = Guarding::kOn;

  void AddTo(cli::OptionSet& set);
  Result<ApplyOptions> Resolve(const cli::Output& out) const;
};

}  // namespace kontrakt
