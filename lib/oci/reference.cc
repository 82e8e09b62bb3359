#include "lib/oci/reference.h"

#include <algorithm>

#include <fmt/format.h>

#include "lib/base/strings.h"

namespace kontrakt::oci {
namespace {

constexpr std::string_view kDockerHub = "docker.io";
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestTag = 128;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsLowerAlnum(char c) {
  return IsLower(c) || IsDigit(c);
}
bool IsAlnum(char c) {
  return IsLowerAlnum(c) || IsUpper(c);
}
bool IsHex(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Text as it may stand in a message: bounded, without control characters.
std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text.substr(0, 300)) {
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return out + (text.size() > 300 ? "…'" : "'");
}

/// What distribution/reference takes for a host rather than for Docker Hub's first path component.
bool LooksLikeHost(std::string_view first) {
  return first == "localhost" || first.find_first_of(".:") != std::string_view::npos ||
         std::any_of(first.begin(), first.end(), IsUpper);
}

bool IsHostName(std::string_view host) {
  for (const std::string& label : Split(host, '.')) {
    if (label.empty() || !IsAlnum(label.front()) || !IsAlnum(label.back())) {
      return false;
    }
    if (!std::all_of(label.begin(), label.end(), [](char c) { return IsAlnum(c) || c == '-'; })) {
      return false;
    }
  }
  return true;
}

Result<void> CheckHost(std::string_view domain) {
  std::string_view host = domain;
  std::string_view port;
  bool has_port = false;
  if (domain.starts_with('[')) {
    const std::size_t close = domain.find(']');
    if (close == std::string_view::npos) {
      return InvalidInput(fmt::format("registry {} lacks the closing bracket of its IPv6 address", Quoted(domain)));
    }
    host = domain.substr(1, close - 1);
    const std::string_view rest = domain.substr(close + 1);
    has_port = !rest.empty();
    if (has_port && rest.front() != ':') {
      return InvalidInput(fmt::format("registry {} has text after its IPv6 address", Quoted(domain)));
    }
    port = has_port ? rest.substr(1) : rest;
    if (host.find(':') == std::string_view::npos ||
        !std::all_of(host.begin(), host.end(), [](char c) { return IsHex(c) || c == ':'; })) {
      return InvalidInput(fmt::format("registry {} is no IPv6 address", Quoted(domain)));
    }
  } else {
    const std::size_t colon = domain.find(':');
    has_port = colon != std::string_view::npos;
    host = domain.substr(0, colon);
    port = has_port ? domain.substr(colon + 1) : std::string_view();
    if (!IsHostName(host)) {
      return InvalidInput(fmt::format("registry {} is no host name", Quoted(domain)));
    }
  }
  if (has_port && (port.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), IsDigit))) {
    return InvalidInput(fmt::format("registry {} has no valid port", Quoted(domain)));
  }
  return {};
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
bool IsPathComponent(std::string_view component) {
  std::size_t i = 0;
  while (true) {
    const std::size_t word = i;
    while (i < component.size() && IsLowerAlnum(component[i])) {
      ++i;
    }
    if (i == word) {
      return false;
    }
    if (i == component.size()) {
      return true;
    }
    const char separator = component[i];
    const std::size_t start = i;
    while (i < component.size() && component[i] == separator) {
      ++i;
    }
    const std::size_t length = i - start;
    const bool allowed = (separator == '.' && length == 1) || (separator == '_' && length <= 2) || separator == '-';
    if (!allowed) {
      return false;
    }
  }
}

Result<void> CheckPath(std::string_view path) {
  for (const std::string& component : Split(path, '/')) {
    if (IsPathComponent(component)) {
      continue;
    }
    if (component.empty()) {
      return InvalidInput(fmt::format("repository {} has an empty path component", Quoted(path)));
    }
    Error error =
        InvalidInput(fmt::format("repository {} has the invalid path component {}", Quoted(path), Quoted(component)));
    if (std::any_of(component.begin(), component.end(), IsUpper)) {
      error.SetHint(fmt::format("repository names are lower case: {}", ToLower(path)));
    }
    return error;
  }
  return {};
}

bool IsBareIdentifier(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) { return IsHex(c) && !IsUpper(c); });
}

/// Splits off the host. `name` has neither tag nor digest.
Result<Repository> ParseName(std::string_view name) {
  if (name.empty()) {
    return InvalidInput("there is no repository");
  }
  if (IsBareIdentifier(name)) {
    return InvalidInput(fmt::format("{} is an image id, not a repository", Quoted(name)));
  }
  Repository repository{std::string(kDockerHub), std::string(name)};
  const std::size_t slash = name.find('/');
  if (slash != std::string_view::npos && LooksLikeHost(name.substr(0, slash))) {
    KT_TRY(CheckHost(name.substr(0, slash)));
    repository.registry = CanonicalRegistry(name.substr(0, slash));
    repository.path = std::string(name.substr(slash + 1));
    if (repository.path.empty()) {
      return InvalidInput(fmt::format("{} names a registry but no repository", Quoted(name)));
    }
  }
  KT_TRY(CheckPath(repository.path));
  if (repository.registry == kDockerHub && repository.path.find('/') == std::string::npos) {
    repository.path = "library/" + repository.path;
  }
  if (repository.registry.size() + 1 + repository.path.size() > kLongestName) {
    return InvalidInput(fmt::format("repository {} is longer than {} characters", Quoted(name), kLongestName));
  }
  return repository;
}

/// Position of the colon that begins a tag, if there is one: the last, unless a slash follows or it ends an IPv6 host.
std::size_t TagColon(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  if (colon == std::string_view::npos || name.find('/', colon) != std::string_view::npos) {
    return std::string_view::npos;
  }
  const std::size_t bracket = name.rfind(']');
  return bracket != std::string_view::npos && bracket > colon ? std::string_view::npos : colon;
}

}  // namespace

std::string CanonicalRegistry(std::string_view host) {
  const std::string lower = ToLower(host);
  if (lower == "index.docker.io" || lower == "registry-1.docker.io") {
    return std::string(kDockerHub);
  }
  return lower;
}

Result<void> CheckTag(std::string_view tag) {
  if (tag.empty()) {
    return InvalidInput("the tag is empty");
  }
  if (tag.size() > kLongestTag) {
    return InvalidInput(fmt::format("tag {} is longer than {} characters", Quoted(tag), kLongestTag));
  }
  if (!IsAlnum(tag.front()) && tag.front() != '_') {
    return InvalidInput(fmt::format("tag {} does not start with a letter, digit or underscore", Quoted(tag)));
  }
  if (!std::all_of(tag.begin(), tag.end(), [](char c) { return IsAlnum(c) || c == '_' || c == '.' || c == '-'; })) {
    return InvalidInput(fmt::format("tag {} has characters other than letters, digits and ._-", Quoted(tag)));
  }
  return {};
}

Result<Repository> Repository::Parse(std::string_view text) {
  if (text.find('@') != std::string_view::npos) {
    return InvalidInput(fmt::format("{} has a digest where only a repository may stand", Quoted(text)));
  }
  if (TagColon(text) != std::string_view::npos) {
    return InvalidInput(fmt::format("{} has a tag where only a repository may stand", Quoted(text)));
  }
  return ParseName(text);
}

bool Repository::IsBelow(std::string_view prefix) const {
  while (prefix.ends_with('/')) {
    prefix.remove_suffix(1);
  }
  if (prefix.empty()) {
    return false;
  }
  const std::size_t slash = prefix.find('/');
  const std::string_view first = prefix.substr(0, slash);
  std::string_view rest = prefix;
  std::string host(kDockerHub);
  if (LooksLikeHost(first)) {
    host = CanonicalRegistry(first);
    rest = slash == std::string_view::npos ? std::string_view() : prefix.substr(slash + 1);
  }
  if (host != registry) {
    return false;
  }
  return rest.empty() || path == rest ||
         (path.size() > rest.size() && std::string_view(path).starts_with(rest) && path[rest.size()] == '/');
}

Result<Reference> Reference::Parse(std::string_view text) {
  Reference reference;
  std::string_view name = text;
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    KT_ASSIGN_CONTEXT(reference.digest, Digest::Parse(text.substr(at + 1)), "image reference " + Quoted(text));
    name = text.substr(0, at);
  }
  if (const std::size_t colon = TagColon(name); colon != std::string_view::npos) {
    KT_TRY_CONTEXT(CheckTag(name.substr(colon + 1)), "image reference " + Quoted(text));
    reference.tag = std::string(name.substr(colon + 1));
    name = name.substr(0, colon);
  }
  KT_ASSIGN_CONTEXT(reference.repository, ParseName(name), "image reference " + Quoted(text));
  return reference;
}

std::string Reference::ToString() const {
  std::string text = repository.ToString();
  if (!tag.empty()) {
    text += ":" + tag;
  }
  if (!digest.empty()) {
    text += "@" + digest.ToString();
  }
  return text;
}

std::string Reference::Identifier() const {
  if (!digest.empty()) {
    return digest.ToString();
  }
  return tag.empty() ? "latest" : tag;
}

}  // namespace kontrakt::oci
