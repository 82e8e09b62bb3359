#pragma once

#include <cstdint>
#include <memory>

#include "lib/base/result.h"
#include "lib/net/transport.h"
#include "lib/oci/hosts.h"
#include "lib/oci/registry.h"

namespace kontrakt::oci {

/// Connections and what was learnt about hosts: shared by clients that differ in credentials only.
///
/// Threads: any.
class Network {
 public:
  /// kInvalidInput when the CA file can't be used; what reading it says otherwise.
  static Result<std::shared_ptr<Network>> Create(const RegistryOptions& options);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  /// Repeats by code and Retry-After; requests with a source or sink are sent once.
  net::Transport& transport() { return *retrying_; }
  /// Sends once.
  net::Transport& once();
  HostTable& hosts() { return hosts_; }
  std::uint64_t RequestCount() const;

 private:
  class Counting;
  explicit Network(HostRules rules);

  HostTable hosts_;
  std::unique_ptr<net::Transport> owned_;  ///< libcurl, unless a test brought its own
  std::unique_ptr<Counting> counting_;
  std::unique_ptr<net::Transport> retrying_;
};

}  // namespace kontrakt::oci
