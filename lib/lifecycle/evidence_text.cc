#include "lib/lifecycle/evidence_text.h"

#include <algorithm>
#include <utility>

#include "lib/base/base64.h"
#include "lib/base/digest.h"
#include "lib/base/redact.h"
#include "lib/base/strings.h"
#include "lib/base/text_style.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/board.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr std::string_view kMask = "***";
constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";
constexpr std::size_t kLongestFileName = 128;
constexpr std::size_t kHashLength = 8;

bool IsFileNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

void MaskLiterals(Json& value) {
  if (value.is_object()) {
    const bool is_literal = value.contains("value") && value["value"].is_string();
    if (is_literal && IsSecretName(doc::StringAt(value, {"name"})))
      value["value"] = std::string(kMask);
  }
  if (!value.is_structured())
    return;
  for (Json& child : value)
    MaskLiterals(child);
}

void MaskSecret(Json& secret) {
  for (const char* member : {"data", "stringData"}) {
    if (!secret.contains(member) || !secret[member].is_object())
      continue;
    for (Json& value : secret[member])
      value = std::string(kMask);
  }
}

std::string OneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// What docker and Kubernetes write into a config.json: {"auths": {host: {username, password, auth, …}}}.
void AddDockerConfig(const std::string& text, std::vector<std::string>& values) {
  Result<Json> config = doc::ParseJson(text);
  if (!config)
    return;
  const Json& hosts = config->contains("auths") ? doc::ObjectAt(*config, {"auths"}) : *config;
  if (!hosts.is_object())
    return;
  for (const Json& entry : hosts) {
    for (const char* field : {"password", "auth", "identitytoken", "registrytoken"}) {
      std::string value = doc::StringAt(entry, {field});
      if (value.empty())
        continue;
      if (std::string_view(field) == "auth") {
        const Result<std::string> pair = Base64Decode(value);
        const std::size_t colon = pair ? pair->find(':') : std::string::npos;
        if (colon != std::string::npos)
          values.push_back(pair->substr(colon + 1));
      }
      values.push_back(std::move(value));
    }
  }
}

}  // namespace

std::string EvidenceFileName(std::string_view name) {
  std::string safe(name);
  std::replace_if(safe.begin(), safe.end(), [](char c) { return !IsFileNameByte(c); }, '_');
  if (safe.empty() || safe.front() == '.')
    safe.insert(0, "_");
  if (safe.size() > kLongestFileName)
    safe.resize(kLongestFileName - kHashLength - 1);
  if (safe != name)
    safe += "-" + std::string(Digest::Of(name).hex().substr(0, kHashLength));
  return safe;
}

Json ForEvidence(const Json& object, const kube::Resource& resource) {
  Json shown = Json::object();
  shown["apiVersion"] = resource.gvk.ApiVersion();
  shown["kind"] = resource.gvk.kind;
  shown.update(object);
  if (shown.contains("metadata") && shown["metadata"].is_object()) {
    Json& metadata = shown["metadata"];
    metadata.erase("managedFields");
    if (metadata.contains("annotations") && metadata["annotations"].is_object())
      metadata["annotations"].erase(std::string(kLastApplied));
  }
  if (resource.gvk.kind == "Secret")
    MaskSecret(shown);
  MaskLiterals(shown);
  return shown;
}

void SortEvents(std::vector<Json>& events) {
  // By time and place: std::stable_sort of libstdc++ 12 asks for a buffer in a way that clang reports as deprecated.
  std::vector<std::pair<std::string, std::size_t>> order;
  for (std::size_t i = 0; i < events.size(); ++i)
    order.emplace_back(EventTime(events[i]), i);
  std::sort(order.begin(), order.end());
  std::vector<Json> sorted;
  sorted.reserve(events.size());
  for (const auto& [time, place] : order)
    sorted.push_back(std::move(events[place]));
  events = std::move(sorted);
}

std::string EventsToText(const std::vector<Json>& events) {
  TextTable table;
  for (const Json& event : events) {
    std::string message = OneLine(doc::StringAt(event, {"message"}));
    const std::int64_t count = std::max(doc::IntAt(event, {"count"}), doc::IntAt(event, {"series", "count"}));
    if (count > 1)
      message += " (x" + std::to_string(count) + ")";
    table.Row({EventTime(event), doc::StringAt(event, {"type"}), doc::StringAt(event, {"reason"}),
               ToLower(doc::StringAt(event, {"involvedObject", "kind"})) + "/" +
                   doc::StringAt(event, {"involvedObject", "name"}),
               std::move(message)});
  }
  return table.ToString();
}

std::vector<std::string> SecretValuesOf(const Json& secret) {
  std::vector<std::string> values;
  const std::string type = doc::StringAt(secret, {"type"});
  for (const auto& [key, value] : doc::ObjectAt(secret, {"data"}).items()) {
    // The other two of a token's fields are the cluster's public certificate and the namespace's own name.
    if (type == "kubernetes.io/service-account-token" && key != "token")
      continue;
    const Result<std::string> decoded = Base64Decode(doc::ScalarText(value));
    if (!decoded)
      continue;
    if (key == ".dockerconfigjson" || key == ".dockercfg")
      AddDockerConfig(*decoded, values);
    values.push_back(*decoded);
  }
  return values;
}

std::vector<std::string> SecretLiteralsOf(const Json& pod) {
  std::vector<std::string> values;
  for (const char* list : {"containers", "initContainers", "ephemeralContainers"}) {
    for (const Json& container : doc::ArrayAt(pod, {"spec", list})) {
      for (const Json& variable : doc::ArrayAt(container, {"env"})) {
        std::string value = doc::StringAt(variable, {"value"});
        if (!value.empty() && IsSecretName(doc::StringAt(variable, {"name"})))
          values.push_back(std::move(value));
      }
    }
  }
  return values;
}

bool IsLostLog(std::string_view log) {
  return log.starts_with("unable to retrieve container logs for ") && log.find('\n') >= log.size() - 1;
}

std::string LastBytes(std::string text, std::size_t limit) {
  if (text.size() <= limit)
    return text;
  std::size_t from = text.size() - limit;
  const std::size_t line = text.find('\n', from);
  if (line != std::string::npos && line + 1 < text.size())
    from = line + 1;
  return "(" + std::to_string(from) + " bytes before this line are left out)\n" + text.substr(from);
}

}  // namespace kontrakt
