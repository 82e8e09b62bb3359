#include "tests/fakes/fake_script.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/doc/yaml.h"
#include "tests/fakes/json_access.h"
#include "tests/fakes/registry_images.h"

namespace kontrakt::fakes {
namespace {

Error Broken(const std::string& message) {
  return Error(ErrorCode::kInvalidInput, message);
}

Result<std::string> ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Broken("cannot read " + path);
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<void> OnlyKnown(const Json& map, const std::string& where, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : map.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return Broken(where + " has the unknown field \"" + key + "\"");
    }
  }
  return {};
}

Result<void> AddFaults(FaultPlan& plan, const Json& script) {
  for (const Json& value : Array(script, "faults")) {
    KT_ASSIGN(Fault fault, Fault::Parse(value));
    plan.Add(std::move(fault));
  }
  return {};
}

RegistryOptions ParseRegistryOptions(const Json& script) {
  RegistryOptions options;
  const std::string mode = Text(script, "auth", "none");
  options.auth.mode = mode == "basic"    ? RegistryAuthMode::kBasic
                      : mode == "bearer" ? RegistryAuthMode::kBearer
                                         : RegistryAuthMode::kNone;
  options.auth.anonymous_pull = Flag(script, "anonymousPull");
  options.auth.oauth_post = Flag(script, "oauthPost", true);
  for (const Json& user : Array(script, "users")) {
    options.auth.users.push_back({Text(user, "name"), Text(user, "password"), Text(user, "identityToken"),
                                  Text(user, "repositories", "*"), Flag(user, "mayPush", true)});
  }
  options.redirect_blobs = Flag(script, "redirectBlobs");
  options.mounts = Flag(script, "mounts", true);
  options.referrers = Flag(script, "referrers", true);
  options.digest_header = Flag(script, "digestHeader", true);
  options.relative_locations = Flag(script, "relativeLocations");
  options.immutable_tags = Text(script, "immutableTags");
  return options;
}

ApiOptions ParseApiOptions(const Json& script) {
  ApiOptions options;
  const auto milliseconds = [&](const char* key, std::chrono::milliseconds fallback) {
    return std::chrono::milliseconds(Number(script, key, fallback.count()));
  };
  options.simulate_workloads = Flag(script, "simulate", true);
  options.namespace_deletion = milliseconds("namespaceDeletionMs", options.namespace_deletion);
  options.service_account_delay = milliseconds("serviceAccountMs", options.service_account_delay);
  options.definition_delay = milliseconds("definitionMs", options.definition_delay);
  options.watch_list = Flag(script, "watchList", true);
  options.aggregated_discovery = Flag(script, "aggregatedDiscovery", true);
  options.bookmarks = Flag(script, "bookmarks", true);
  options.clock_offset_seconds = static_cast<long>(Number(script, "clockOffsetSeconds", 0));
  return options;
}

}  // namespace

FakeScript::FakeScript(FakeScript&& other) noexcept
    : registries_(std::move(other.registries_)),
      api_server_(std::move(other.api_server_)),
      names_(std::move(other.names_)),
      life_(other.life_),
      made_folder_(std::exchange(other.made_folder_, {})),
      reserved_(std::exchange(other.reserved_, -1)) {}

FakeScript::~FakeScript() {
  if (reserved_ >= 0) {
    close(reserved_);
  }
  if (!made_folder_.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(made_folder_, ignored);
  }
}

std::string FakeScript::Filled(std::string text) const {
  for (const auto& [name, address] : names_) {
    const std::string mark = "{" + name + "}";
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += address.size()) {
      text.replace(at, mark.size(), address);
    }
  }
  return text;
}

Result<FakeScript> FakeScript::Start(const std::string& path) {
  KT_ASSIGN(const std::string text, ReadText(path));
  const auto parse = [&](const std::string& yaml) -> Result<Json> {
    KT_ASSIGN(const auto documents, doc::ParseYaml(yaml, path));
    if (documents.size() != 1 || !documents.front().value.is_object()) {
      return Broken(path + ": has to be one map");
    }
    return documents.front().value;
  };
  FakeScript fakes;
  KT_ASSIGN(const Json script, parse(text));
  KT_TRY(OnlyKnown(script, path, {"apiServer", "registry", "registry2", "closed", "seconds"}));
  fakes.life_ = std::chrono::seconds(Number(script, "seconds", 60));
  if (Flag(script, "closed")) {
    fakes.ReservePort();
  }
  for (const char* name : {"registry", "registry2"}) {
    if (Has(script, name)) {
      KT_TRY(fakes.StartRegistry(name, Object(script, name)));
    }
  }
  // Addresses are known now: the rest may name them.
  KT_ASSIGN(const Json filled, parse(fakes.Filled(text)));
  if (Has(filled, "apiServer")) {
    KT_TRY(fakes.StartApiServer(Object(filled, "apiServer"), std::filesystem::path(path).parent_path().string()));
  }
  return fakes;
}

void FakeScript::ReservePort() {
  reserved_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(reserved_, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(reserved_, reinterpret_cast<sockaddr*>(&address), &size);
  names_.emplace_back("CLOSED", "127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
}

Result<void> FakeScript::StartRegistry(const std::string& name, const Json& script) {
  KT_TRY(OnlyKnown(script, name,
                   {"auth", "anonymousPull", "oauthPost", "users", "redirectBlobs", "mounts", "referrers",
                    "digestHeader", "relativeLocations", "immutableTags", "images", "faults"}));
  auto registry = std::make_unique<FakeRegistry>(ParseRegistryOptions(script));
  std::string upper = name;
  for (char& c : upper) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  names_.emplace_back(upper, registry->address());
  for (const Json& image : Array(script, "images")) {
    KT_TRY(OnlyKnown(image, "an image",
                     {"repository", "tag", "seed", "architectures", "attested", "docker", "layers", "name"}));
    const std::string repository = Text(image, "repository");
    const std::string tag = Text(image, "tag", "latest");
    StoredManifest pushed;
    if (Has(image, "architectures")) {
      std::vector<std::string> architectures;
      for (const Json& architecture : Array(image, "architectures")) {
        architectures.push_back(architecture.is_string() ? architecture.get<std::string>() : architecture.dump());
      }
      pushed = PushIndex(registry->store(), repository, tag, Text(image, "seed", repository), architectures,
                         Flag(image, "attested"));
    } else {
      ImageSpec spec;
      spec.seed = Text(image, "seed", repository);
      spec.layers = static_cast<int>(Number(image, "layers", 2));
      spec.docker = Flag(image, "docker");
      pushed = PushImage(registry->store(), repository, tag, spec);
    }
    if (Has(image, "name")) {
      names_.emplace_back(Text(image, "name"), pushed.digest);
    }
  }
  KT_TRY(AddFaults(registry->http().faults(), script));
  registries_[name] = std::move(registry);
  return {};
}

Result<void> FakeScript::StartApiServer(const Json& script, const std::string& folder) {
  KT_TRY(OnlyKnown(script, "apiServer",
                   {"simulate", "namespaceDeletionMs", "serviceAccountMs", "definitionMs", "watchList",
                    "aggregatedDiscovery", "bookmarks", "clockOffsetSeconds", "namespaces", "objects", "files",
                    "behaviours", "users", "rules", "faults", "logs", "kubeconfig", "token"}));
  api_server_ = std::make_unique<FakeApiServer>(ParseApiOptions(script));
  for (const Json& value : Array(script, "behaviours")) {
    KT_ASSIGN(PodBehaviour behaviour, PodBehaviour::Parse(value));
    api_server_->AddBehaviour(std::move(behaviour));
  }
  for (const Json& name : Array(script, "namespaces")) {
    api_server_->AddNamespace(name.is_string() ? name.get<std::string>() : name.dump());
  }
  std::vector<Json> objects(Array(script, "objects").begin(), Array(script, "objects").end());
  for (const Json& name : Array(script, "files")) {
    const std::string path = folder + (folder.empty() ? "" : "/") + (name.is_string() ? name.get<std::string>() : "");
    KT_ASSIGN(const std::string text, ReadText(path));
    KT_ASSIGN(const auto documents, doc::ParseYaml(Filled(text), path));
    for (const doc::Document& document : documents) {
      objects.push_back(document.value);
    }
  }
  for (const Json& object : objects) {
    if (api_server_->Put(object).is_null()) {
      return Broken("there is no kind " + Text(object, "apiVersion") + " " + Text(object, "kind"));
    }
  }
  for (const Json& user : Array(script, "users")) {
    User known{Text(user, "name"), {"system:authenticated"}};
    for (const Json& group : Array(user, "groups")) {
      known.groups.push_back(group.is_string() ? group.get<std::string>() : "");
    }
    api_server_->AddUser(Text(user, "token"), std::move(known));
  }
  for (const Json& value : Array(script, "rules")) {
    KT_ASSIGN(AccessRule rule, AccessRule::Parse(value));
    api_server_->AddRule(std::move(rule));
  }
  for (const Json& log : Array(script, "logs")) {
    api_server_->AppendLog(Text(log, "namespace"), Text(log, "pod"), Text(log, "container"), Text(log, "text"));
    if (Has(log, "previous")) {
      api_server_->SetPreviousLog(Text(log, "namespace"), Text(log, "pod"), Text(log, "container"),
                                  Text(log, "previous"));
    }
  }
  KT_TRY(AddFaults(api_server_->http().faults(), script));
  names_.emplace_back("APISERVER", api_server_->url());
  return WriteKubeconfig(script);
}

Result<void> FakeScript::WriteKubeconfig(const Json& script) {
  std::string path = Text(script, "kubeconfig");
  if (path.empty()) {
    std::string made = (std::filesystem::temp_directory_path() / "fake-server-XXXXXX").string();
    if (mkdtemp(made.data()) == nullptr) {
      return Broken("cannot make a folder like " + made);
    }
    made_folder_ = made;
    path = made + "/kubeconfig";
  }
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << api_server_->Kubeconfig(Text(script, "token"));
  file.close();
  if (!file) {
    return Broken("cannot write " + path);
  }
  names_.emplace_back("KUBECONFIG", path);
  return {};
}

}  // namespace kontrakt::fakes
