#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/net/url.h"
#include "lib/oci/challenge.h"

namespace kontrakt::oci {

/// "localhost" and its subdomains, 127.0.0.0/8 and [::1], with or without a port: plain http is spoken to them.
bool IsLoopbackHost(std::string_view host);

/// How names of registries become addresses.
struct HostRules {
  std::map<std::string, std::string> aliases;  ///< name in references → host to dial
  std::set<std::string> plain_http;            ///< "host" (any port) or "host:port", as dialled
};

/// One registry: where it is, and what it wants to be shown.
///
/// Threads: any. The first request is sent alone: until it has answered, others wait in BeginFirst, so that one 401
/// tells all of them what to bring.
class Host {
 public:
  Host(std::string name, net::Url base, bool may_upgrade)
      : name_(std::move(name)), base_(std::move(base)), may_upgrade_(may_upgrade) {}

  const std::string& name() const { return name_; }  ///< as in references
  net::Url base() const;                             ///< ".../v2"
  /// Whether a loopback host that turned out to speak TLS is from now on asked by https.
  bool Upgrade();

  std::optional<Challenge> challenge() const;
  void SetChallenge(Challenge challenge);

  /// True for the caller that asks first, who must call EndFirst. Others wait for it; kCancelled or kTimeout by the
  /// bound.
  Result<bool> BeginFirst(const Bound& bound);
  void EndFirst(bool answered);
  bool HasAnswered() const;

 private:
  enum class State : unsigned char { kUnknown, kAsking, kKnown };
  const std::string name_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  net::Url base_;
  const bool may_upgrade_;
  State state_ = State::kUnknown;
  std::optional<Challenge> challenge_;
};

/// All registries of one client.
///
/// Threads: any.
class HostTable {
 public:
  explicit HostTable(HostRules rules) : rules_(std::move(rules)) {}

  /// kInvalidInput when the name is no host.
  Result<std::shared_ptr<Host>> Get(const std::string& registry);
  /// The host that is dialled for a registry's name: "registry-1.docker.io", or what an alias says.
  std::string DialledHost(const std::string& registry) const;
  /// Whether http may be spoken to this host, "name" or "name:port".
  bool IsPlain(std::string_view host) const;

 private:
  const HostRules rules_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Host>> hosts_;
};

}  // namespace kontrakt::oci
