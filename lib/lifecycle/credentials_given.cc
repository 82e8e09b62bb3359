#include "lib/lifecycle/credentials_given.h"

#include <algorithm>
#include <set>
#include <utility>

#include "lib/base/base64.h"
#include "lib/base/file.h"
#include "lib/base/strings.h"
#include "lib/doc/json.h"
#include "lib/manifest/images.h"
#include "lib/oci/auth.h"
#include "lib/oci/reference.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr std::string_view kDockerConfigType = "kubernetes.io/dockerconfigjson";
constexpr std::string_view kDockerConfigKey = ".dockerconfigjson";
constexpr std::string_view kTokenType = "kubernetes.io/service-account-token";

bool IsFile(const std::string& text) {
  return text.starts_with('/') || text.starts_with("./") || text.starts_with("../");
}

std::string BaseName(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

Json SecretObject(const std::string& name, std::string_view type, const std::string& key, const std::string& value) {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata", {{"name", name}}},
          {"type", std::string(type)},
          {"data", {{key, Base64Encode(value)}}}};
}

void Mask(const Context& context, const Json& secret) {
  const Json& data = doc::ObjectAt(secret, {"data"});
  for (const auto& [key, value] : data.items()) {
    if (Result<std::string> plain = Base64Decode(doc::ScalarText(value)))
      context.redactor.AddSecret(*plain);
  }
}

/// A Secret of the cluster, as a new object of the given name.
Result<Json> CopySecret(const Context& context, const std::string& namespace_name, const std::string& name,
                        const std::string& new_name) {
  KT_ASSIGN_CONTEXT(Json found, context.client.Get({kube::Secrets(), namespace_name, name}, context.bound),
                    "reading secret " + namespace_name + "/" + name);
  const std::string type = doc::StringAt(found, {"type"}, "Opaque");
  if (type == kTokenType) {
    Error error = Conflict("secret " + namespace_name + "/" + name + " is a service account token");
    error.SetHint("tests get the account kontrakt; copy only credentials that are meant for them");
    return error;
  }
  return Json{{"apiVersion", "v1"},
              {"kind", "Secret"},
              {"metadata", {{"name", new_name}}},
              {"type", type},
              {"data", doc::ObjectAt(found, {"data"})}};
}

Result<Json> ReadSecretFile(const std::string& name, const std::string& path) {
  KT_ASSIGN_CONTEXT(std::string content, ReadFile(path, 1 << 20), "reading --secret " + name);
  return SecretObject(name, "Opaque", BaseName(path), content);
}

Result<Json> ReadSecretFlag(const Context& context, const std::string& flag) {
  const std::size_t equals = flag.find('=');
  const std::string name = flag.substr(0, equals);
  const std::string source = equals == std::string::npos ? "" : flag.substr(equals + 1);
  const std::size_t slash = source.find('/');
  if (!IsDnsLabel(name) || source.empty() || (!IsFile(source) && slash == std::string::npos)) {
    Error error = Usage("--secret " + name + " is not NAME=FILE or NAME=namespace/name");
    error.SetHint("a FILE starts with /, ./ or ../");
    return error;
  }
  if (IsFile(source))
    return ReadSecretFile(name, source);
  return CopySecret(context, source.substr(0, slash), source.substr(slash + 1), name);
}

/// Hosts of all images in the plans, with one repository of each.
std::vector<oci::Repository> UsedRepositories(const std::vector<Plan>& plans) {
  std::vector<oci::Repository> repositories;
  std::set<std::string> hosts;
  for (const Plan& plan : plans) {
    for (const Json& value : plan.values) {
      for (const manifest::ImageField& field : manifest::FindImages(value, manifest::AnyImageKey::kNo)) {
        Result<oci::Reference> reference = oci::Reference::Parse(field.image);
        if (reference && hosts.insert(reference->repository.registry).second) {
          repositories.push_back(reference->repository);
        }
      }
    }
  }
  return repositories;
}

Result<void> CheckMayNotPush(const Context& context, const oci::Registry& registry, const Json& secret,
                             const std::string& source, const std::vector<oci::Repository>& repositories) {
  KT_ASSIGN(std::string config, Base64Decode(doc::StringAt(secret, {"data", kDockerConfigKey})));
  oci::Keychain keychain;
  KT_TRY(keychain.AddDockerConfigJson(config, source));
  for (const oci::Repository& repository : repositories) {
    KT_ASSIGN(oci::Credential credential, keychain.Find(repository, context.bound));
    if (credential.empty())
      continue;
    Result<bool> may_push = registry.WithKeychain(keychain).MayPush(repository, context.bound);
    // A registry that can't be asked can't be pushed to from here either; the pull itself will tell.
    if (!may_push || !*may_push)
      continue;
    Error error =
        Conflict("pull secret " + source + " may push to " + repository.registry + ", and every test could read it");
    error.SetHint("use a pull-only credential, or --allow-pushing-pull-secret");
    return error;
  }
  return {};
}

std::string PullSecretName(std::size_t index) {
  return "kontrakt-pull-" + std::to_string(index);
}

Result<std::optional<Json>> ReadPullSecret(const Context& context, const std::string& flag, const std::string& name) {
  if (IsFile(flag)) {
    KT_ASSIGN_CONTEXT(std::string config, ReadFile(flag, 1 << 20), "reading --pull-secret " + flag);
    oci::Keychain checked;
    KT_TRY_CONTEXT(checked.AddDockerConfigJson(config, flag), "reading --pull-secret " + flag);
    return std::optional<Json>(SecretObject(name, kDockerConfigType, std::string(kDockerConfigKey), config));
  }
  const std::size_t slash = flag.find('/');
  if (slash == std::string::npos)
    return std::optional<Json>();  // one that the manifests bring
  KT_ASSIGN(Json secret, CopySecret(context, flag.substr(0, slash), flag.substr(slash + 1), name));
  if (doc::StringAt(secret, {"type"}) != kDockerConfigType) {
    Error error = InvalidInput("--pull-secret " + flag + " is of type " + doc::StringAt(secret, {"type"}));
    error.SetHint("a pull secret is of type " + std::string(kDockerConfigType));
    return error;
  }
  return std::optional<Json>(std::move(secret));
}

}  // namespace

Result<GivenSecrets> ReadGivenSecrets(const Context& context, const oci::Registry& registry,
                                      const ApplyOptions& options, const std::vector<Plan>& plans) {
  GivenSecrets given;
  for (const std::string& flag : options.secrets) {
    KT_ASSIGN(Json secret, ReadSecretFlag(context, flag));
    given.secrets.push_back(std::move(secret));
  }
  std::vector<std::pair<Json, std::string>> pulls;
  for (const std::string& flag : options.pull_secrets) {
    const std::string name = PullSecretName(pulls.size() + 1);
    KT_ASSIGN(std::optional<Json> secret, ReadPullSecret(context, flag, name));
    given.pull_secrets.push_back(secret ? name : flag);
    if (secret)
      pulls.emplace_back(std::move(*secret), flag);
  }
  const std::vector<oci::Repository> repositories = UsedRepositories(plans);
  if (options.pull_secret_from_docker_config) {
    std::vector<std::string> hosts;
    for (const oci::Repository& repository : repositories)
      hosts.push_back(repository.registry);
    KT_ASSIGN(std::string config, registry.keychain().ExportFor(hosts, context.bound));
    const std::string name = PullSecretName(pulls.size() + 1);
    given.pull_secrets.push_back(name);
    pulls.emplace_back(SecretObject(name, kDockerConfigType, std::string(kDockerConfigKey), config), "docker config");
  }
  for (auto& [secret, source] : pulls) {
    if (!options.allow_pushing_pull_secret) {
      KT_TRY(CheckMayNotPush(context, registry, secret, source, repositories));
    }
    given.secrets.push_back(std::move(secret));
  }
  for (const Json& secret : given.secrets)
    Mask(context, secret);
  return given;
}

}  // namespace kontrakt
