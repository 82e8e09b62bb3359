#include "lib/oci/docker_config.h"

#include <algorithm>

#include <fmt/format.h>
#include <fnmatch.h>

#include "lib/base/base64.h"
#include "lib/base/strings.h"
#include "lib/doc/json.h"

namespace kontrakt::oci {
namespace {

using doc::Json;

/// Splits "https://host:port/v1/path" into a canonical host and a path.
void SplitKey(DockerConfigEntry& entry) {
  std::string_view rest = entry.key;
  bool has_scheme = false;
  for (std::string_view scheme : {std::string_view("https://"), std::string_view("http://")}) {
    if (rest.starts_with(scheme)) {
      rest.remove_prefix(scheme.size());
      has_scheme = true;
      break;
    }
  }
  const std::size_t slash = rest.find('/');
  entry.host = CanonicalRegistry(rest.substr(0, slash));
  std::string_view path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  while (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  // The API's version is no part of a repository; kubelet cuts it off likewise.
  for (std::string_view version : {std::string_view("v1"), std::string_view("v2")}) {
    if (path == version) {
      path = {};
    } else if (has_scheme && path.starts_with(version) && path.substr(2).starts_with('/')) {
      path.remove_prefix(3);
    }
  }
  entry.path = std::string(path);
}

bool IsGlob(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

DockerConfigEntry ReadEntry(const std::string& key, const Json& value) {
  DockerConfigEntry entry;
  entry.key = key;
  SplitKey(entry);
  entry.auth = doc::StringAt(value, {"auth"});
  entry.username = doc::StringAt(value, {"username"});
  entry.password = doc::StringAt(value, {"password"});
  entry.identity_token = doc::StringAt(value, {"identitytoken"});
  entry.registry_token = doc::StringAt(value, {"registrytoken"});
  return entry;
}

bool ComesFirst(const DockerConfigEntry& a, const DockerConfigEntry& b) {
  if (a.path.size() != b.path.size()) {
    return a.path.size() > b.path.size();
  }
  if (IsGlob(a.host) != IsGlob(b.host)) {
    return !IsGlob(a.host);
  }
  if (a.key.size() != b.key.size()) {
    return a.key.size() > b.key.size();
  }
  return a.key < b.key;
}

std::string_view PortOf(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos;
  return has_port ? host.substr(colon + 1) : std::string_view();
}

std::string_view NameOfHost(std::string_view host) {
  const std::string_view port = PortOf(host);
  return port.empty() ? host : host.substr(0, host.size() - port.size() - 1);
}

}  // namespace

bool DockerConfigEntry::HasContent() const {
  return !auth.empty() || !username.empty() || !identity_token.empty() || !registry_token.empty();
}

bool DockerConfigEntry::ServesHost(std::string_view registry) const {
  if (!IsGlob(host)) {
    return host == registry;
  }
  if (PortOf(host) != PortOf(registry)) {
    return false;
  }
  const std::vector<std::string> patterns = Split(NameOfHost(host), '.');
  const std::vector<std::string> labels = Split(NameOfHost(registry), '.');
  if (patterns.size() != labels.size()) {
    return false;
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (fnmatch(patterns[i].c_str(), labels[i].c_str(), 0) != 0) {
      return false;
    }
  }
  return true;
}

bool DockerConfigEntry::Serves(const Repository& repository) const {
  if (!ServesHost(repository.registry)) {
    return false;
  }
  return path.empty() || repository.path == path || repository.path.starts_with(path + "/");
}

Result<DockerConfig> DockerConfig::Parse(std::string_view text, const std::string& source) {
  DockerConfig config;
  config.source = source;
  KT_ASSIGN_CONTEXT(const Json value, doc::ParseJson(text), "reading " + source);
  if (!value.is_object()) {
    return InvalidInput(source + " is no JSON object");
  }
  const bool modern = value.contains("auths") || value.contains("credHelpers") || value.contains("credsStore");
  const Json& auths = modern ? doc::ObjectAt(value, {"auths"}) : value;
  for (const auto& [key, entry] : auths.items()) {
    if (entry.is_object() && (modern || entry.contains("auth") || entry.contains("username"))) {
      config.entries.push_back(ReadEntry(key, entry));
    }
  }
  std::sort(config.entries.begin(), config.entries.end(), ComesFirst);
  for (const auto& [key, helper] : doc::ObjectAt(value, {"credHelpers"}).items()) {
    if (helper.is_string()) {
      DockerConfigEntry entry;
      entry.key = key;
      SplitKey(entry);
      config.helpers.emplace(entry.host, helper.get<std::string>());
    }
  }
  config.store = doc::StringAt(value, {"credsStore"});
  return config;
}

Result<Credential> DockerConfig::Decode(const DockerConfigEntry& entry) const {
  Credential credential;
  credential.source = source;
  credential.username = entry.username;
  credential.password = entry.password;
  credential.identity_token = entry.identity_token;
  credential.registry_token = entry.registry_token;
  if (!entry.auth.empty()) {
    const Result<std::string> decoded = Base64Decode(entry.auth);
    const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
    if (colon == std::string::npos) {
      return InvalidInput(fmt::format("auth of '{}' in {} is no base64 of user:password", entry.key, source));
    }
    credential.username = decoded->substr(0, colon);
    credential.password = decoded->substr(colon + 1);
    while (credential.password.ends_with('\0')) {
      credential.password.pop_back();  // old docker versions padded with NULs
    }
  }
  if (credential.username == "<token>") {
    credential.identity_token = credential.password;
    credential.username.clear();
    credential.password.clear();
  }
  return credential;
}

std::string HelperServer(std::string_view registry) {
  return registry == "docker.io" ? "https://index.docker.io/v1/" : std::string(registry);
}

}  // namespace kontrakt::oci
