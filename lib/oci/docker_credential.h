#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "lib/base/environment.h"
#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/oci/auth.h"

namespace kontrakt::oci {

/// Runs docker's credential helpers: `docker-credential-NAME get`, the server on standard input, JSON on standard
/// output. Answers are kept, so that a helper runs once a server however many repositories ask.
///
/// Threads: any.
class CredentialHelpers {
 public:
  explicit CredentialHelpers(Environment environment) : environment_(std::move(environment)) {}

  /// Empty when the helper has nothing for this server. kInvalidInput: no such program, or it printed no JSON; kDenied:
  /// it failed; kTimeout after a minute.
  Result<Credential> Get(const std::string& name, const std::string& server, const Bound& bound);

 private:
  Result<Credential> Run(const std::string& name, const std::string& server, const Bound& bound) const;

  Environment environment_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Credential> answers_;
};

}  // namespace kontrakt::oci
