#include "lib/cli/registry_flags.h"

#include <utility>

#include "lib/cli/option_set.h"
#include "lib/cli/output.h"
#include "lib/cli/version_report.h"

namespace kontrakt::cli {

void RegistryFlags::AddTo(OptionSet& set) {
  const auto group = set.Group("Registries");
  set.Add("registry-config", "docker config with credentials, asked before the usual ones", &registry_config)
      .Value("FILE");
  set.Add("plain-http", "registry to speak http to; localhost needs no mention", &plain_http).Value("HOST");
  set.Add("registry-ca", "certificates that sign the registries'", &registry_ca).Value("FILE");
  set.Add("insecure-registry", "trust any registry", &insecure_registry);
  set.Add("registry-alias", "a registry that the cluster calls otherwise than this machine", &registry_alias)
      .Value("CLUSTERHOST=HOST");
}

Result<oci::RegistryOptions> RegistryFlags::Options(Output& out) const {
  oci::RegistryOptions options;
  options.environment = out.environment();
  options.plain_http.insert(plain_http.begin(), plain_http.end());
  options.ca_file = registry_ca;
  options.insecure_skip_tls_verify = insecure_registry;
  options.user_agent = UserAgent(out.program());
  for (const std::string& alias : registry_alias) {
    const std::size_t equals = alias.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == alias.size()) {
      return Usage("--registry-alias: '" + alias + "' is not CLUSTERHOST=HOST");
    }
    const auto [entry, is_new] = options.aliases.emplace(alias.substr(0, equals), alias.substr(equals + 1));
    if (!is_new && entry->second != alias.substr(equals + 1)) {
      return Usage("--registry-alias: " + entry->first + " stands for two hosts");
    }
  }
  KT_ASSIGN(options.keychain, oci::Keychain::Load(out.environment(), registry_config));
  return options;
}

Result<oci::Registry> RegistryFlags::Connect(Output& out) const {
  KT_ASSIGN(oci::RegistryOptions options, Options(out));
  return oci::Registry::Create(std::move(options));
}

}  // namespace kontrakt::cli
