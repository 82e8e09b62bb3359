#include "lib/oci/auth.h"

#include "lib/base/base64.h"
#include "lib/base/file.h"
#include "lib/doc/json.h"
#include "lib/oci/docker_config.h"
#include "lib/oci/docker_credential.h"

namespace kontrakt::oci {
namespace {

constexpr const char* kTektonCredentials = "/tekton/creds/.docker";
constexpr std::size_t kConfigLimit = std::size_t{4} << 20;

bool IsMissing(const Error& error) {
  return error.code() == ErrorCode::kNotFound;
}

/// What one config has for a repository: entries of a narrower path, the host's helper, the host's entry, the store.
Result<Credential> FindIn(const DockerConfig& config, const Repository& repository, CredentialHelpers& helpers,
                          const Bound& bound) {
  const DockerConfigEntry* of_host = nullptr;
  for (const DockerConfigEntry& entry : config.entries) {
    if (!entry.HasContent() || !entry.Serves(repository)) {
      continue;
    }
    if (!entry.path.empty()) {
      return config.Decode(entry);
    }
    if (of_host == nullptr) {
      of_host = &entry;
    }
  }
  if (const auto helper = config.helpers.find(repository.registry); helper != config.helpers.end()) {
    KT_ASSIGN(Credential credential, helpers.Get(helper->second, HelperServer(repository.registry), bound));
    if (!credential.empty()) {
      return credential;
    }
  }
  if (of_host != nullptr) {
    return config.Decode(*of_host);
  }
  if (!config.store.empty()) {
    return helpers.Get(config.store, HelperServer(repository.registry), bound);
  }
  return Credential{};
}

doc::Json EntryOf(const Credential& credential) {
  doc::Json entry = doc::Json::object();
  if (!credential.username.empty()) {
    entry["auth"] = Base64Encode(credential.username + ":" + credential.password);
  }
  if (!credential.identity_token.empty()) {
    entry["identitytoken"] = credential.identity_token;
  }
  if (!credential.registry_token.empty()) {
    entry["registrytoken"] = credential.registry_token;
  }
  return entry;
}

}  // namespace

Keychain::Keychain() : helpers_(std::make_shared<CredentialHelpers>(Environment())) {}
Keychain::~Keychain() = default;
Keychain::Keychain(const Keychain&) = default;
Keychain::Keychain(Keychain&&) noexcept = default;
Keychain& Keychain::operator=(const Keychain&) = default;
Keychain& Keychain::operator=(Keychain&&) noexcept = default;

Result<Keychain> Keychain::Load(const Environment& environment, const std::string& explicit_file) {
  Keychain keychain;
  keychain.helpers_ = std::make_shared<CredentialHelpers>(environment);
  const std::string named = explicit_file.empty() ? environment.Get("REGISTRY_AUTH_FILE").value_or("") : explicit_file;
  if (!named.empty()) {
    // A folder is accepted too: that is how Kubernetes mounts a pull secret.
    Result<bool> added = keychain.AddFolder(named, true);
    if (added && !*added) {
      added = keychain.AddFile(named);
    }
    KT_TRY(added);
    if (!*added) {
      return NotFound("there is no registry configuration " + named);
    }
    return keychain;
  }
  const std::string home = environment.Get("HOME").value_or("");
  if (const auto folder = environment.Get("DOCKER_CONFIG")) {
    KT_TRY(keychain.AddFolder(*folder, true));
  } else if (!home.empty()) {
    KT_TRY(keychain.AddFolder(home + "/.docker", false));
  }
  KT_TRY(keychain.AddFolder(kTektonCredentials, false));
  if (const auto runtime = environment.Get("XDG_RUNTIME_DIR")) {
    KT_TRY(keychain.AddFile(*runtime + "/containers/auth.json"));
  }
  if (const auto config = environment.Get("XDG_CONFIG_HOME")) {
    KT_TRY(keychain.AddFile(*config + "/containers/auth.json"));
  } else if (!home.empty()) {
    KT_TRY(keychain.AddFile(home + "/.config/containers/auth.json"));
  }
  return keychain;
}

Result<bool> Keychain::AddFile(const std::string& path) {
  Result<std::string> text = ReadFile(path, kConfigLimit);
  if (!text) {
    return IsMissing(text.error()) ? Result<bool>(false) : Result<bool>(text.error());
  }
  KT_TRY(AddDockerConfigJson(*text, path));
  return true;
}

Result<bool> Keychain::AddFolder(const std::string& folder, bool named) {
  for (const char* name : {"/config.json", "/.dockerconfigjson"}) {
    Result<std::string> text = ReadFile(folder + name, kConfigLimit);
    if (text) {
      KT_TRY(AddDockerConfigJson(*text, folder + name));
      return true;
    }
    // A home that others may not enter (/root under another uid) holds nothing for us.
    const bool skipped = IsMissing(text.error()) || (!named && text.error().code() == ErrorCode::kDenied);
    if (!skipped) {
      return text.error();
    }
  }
  return false;
}

Result<void> Keychain::AddDockerConfigJson(std::string_view text, const std::string& source) {
  KT_ASSIGN(DockerConfig config, DockerConfig::Parse(text, source));
  sources_.push_back(std::make_shared<const DockerConfig>(std::move(config)));
  return {};
}

Result<Credential> Keychain::Find(const Repository& repository, const Bound& bound) const {
  for (const auto& source : sources_) {
    KT_ASSIGN_CONTEXT(Credential credential, FindIn(*source, repository, *helpers_, bound),
                      "looking for credentials of " + repository.registry);
    if (!credential.empty()) {
      return credential;
    }
  }
  return Credential{};
}

Result<std::string> Keychain::ExportFor(const std::vector<std::string>& hosts, const Bound& bound) const {
  doc::Json auths = doc::Json::object();
  for (const std::string& host : hosts) {
    const std::string registry = CanonicalRegistry(host);
    // Keys with a path keep it; the host's own key is written as its clients look it up.
    for (const auto& source : sources_) {
      for (const DockerConfigEntry& entry : source->entries) {
        if (entry.HasContent() && !entry.path.empty() && entry.ServesHost(registry)) {
          KT_ASSIGN(const Credential credential, source->Decode(entry));
          const std::string key = registry + "/" + entry.path;
          if (!auths.contains(key)) {
            auths[key] = EntryOf(credential);
          }
        }
      }
    }
    KT_ASSIGN(const Credential credential, Find(Repository{registry, ""}, bound));
    if (!credential.empty()) {
      auths[HelperServer(registry)] = EntryOf(credential);
    }
  }
  return doc::Dump(doc::Json{{"auths", auths}});
}

}  // namespace kontrakt::oci
