#include "lib/oci/docker_credential.h"

#include <algorithm>

#include <fmt/format.h>

#include "lib/base/strings.h"
#include "lib/base/subprocess.h"
#include "lib/doc/json.h"

namespace kontrakt::oci {
namespace {

constexpr std::chrono::minutes kLongestRun{1};

/// The first line, without control characters and bounded: helpers print what they like.
std::string FirstLine(std::string_view text) {
  std::string line(Trim(text.substr(0, text.find('\n'))).substr(0, 200));
  std::erase_if(line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return line;
}

/// The helper protocol has one error that is none, told apart by its text alone (docker-credential-helpers).
bool SaysNotFound(const SubprocessResult& result) {
  const std::string said = ToLower(result.output + result.error_output);
  return said.find("credentials not found") != std::string::npos;
}

}  // namespace

Result<Credential> CredentialHelpers::Get(const std::string& name, const std::string& server, const Bound& bound) {
  const std::lock_guard lock(mutex_);
  const auto key = std::make_pair(name, server);
  if (const auto found = answers_.find(key); found != answers_.end()) {
    return found->second;
  }
  KT_ASSIGN_CONTEXT(Credential credential, Run(name, server, bound),
                    fmt::format("asking docker-credential-{} for {}", name, server));
  answers_.emplace(key, credential);
  return credential;
}

Result<Credential> CredentialHelpers::Run(const std::string& name, const std::string& server,
                                          const Bound& bound) const {
  // A name with a slash would run a program of the configuration's choice outside PATH.
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c != '/' && static_cast<unsigned char>(c) > 0x20;
  });
  if (!plain) {
    return InvalidInput(fmt::format("'{}' is no name of a credential helper", FirstLine(name)));
  }
  Subprocess helper;
  helper.program = "docker-credential-" + name;
  helper.args = {"get"};
  helper.environment = environment_.values();
  helper.input = server;
  helper.capture_error_output = true;
  Result<SubprocessResult> ran = RunSubprocess(helper, bound.Until(Deadline::After(kLongestRun)));
  if (!ran) {
    if (ran.error().code() != ErrorCode::kNotFound) {
      return ran.error();
    }
    return InvalidInput(fmt::format("there is no program {}", helper.program))
        .SetHint(fmt::format("install {} on PATH, or take it out of the docker config", helper.program));
  }
  if (ran->status != 0) {
    if (SaysNotFound(*ran)) {
      return Credential{};
    }
    const std::string said = FirstLine(Trim(ran->output).empty() ? ran->error_output : ran->output);
    return Denied(fmt::format("it ended with status {}{}", ran->status, said.empty() ? "" : ": " + said));
  }
  const Result<doc::Json> answer = doc::ParseJson(ran->output);
  if (!answer || !answer->is_object() || !doc::Find(*answer, {"Secret"})) {
    return InvalidInput("it printed no JSON with Username and Secret");
  }
  Credential credential;
  credential.source = "helper " + name;
  const std::string secret = doc::StringAt(*answer, {"Secret"});
  const std::string username = doc::StringAt(*answer, {"Username"});
  if (username == "<token>") {
    credential.identity_token = secret;
  } else {
    credential.username = username;
    credential.password = secret;
  }
  return credential;
}

}  // namespace kontrakt::oci
