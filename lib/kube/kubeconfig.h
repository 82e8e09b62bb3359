#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/environment.h"
#include "lib/base/result.h"
#include "lib/doc/json_fwd.h"

namespace kontrakt::kube {

/// What flags say about the connection; each wins over the kubeconfig. Empty = not given.
struct ConnectionOverrides {
  std::string kubeconfig{};
  std::string context{};
  std::string cluster{};
  std::string user{};
  std::string server{};
  std::string token{};
  std::string certificate_authority{};  ///< file
  std::string client_certificate{};     ///< file
  std::string client_key{};             ///< file
  std::string tls_server_name{};
  std::optional<bool> insecure_skip_tls_verify{};
  std::string as{};
  std::string as_uid{};
  std::vector<std::string> as_groups{};
  std::string namespace_name{};
  std::string proxy_url{};
  std::chrono::milliseconds request_timeout{0};
};

/// An exec credential plugin (client.authentication.k8s.io v1 and v1beta1).
struct ExecPlugin {
  std::string api_version{};
  std::string command{};
  std::vector<std::string> args{};
  std::vector<std::pair<std::string, std::string>> env{};
  std::string install_hint{};
  bool provide_cluster_info = false;
  std::string interactive_mode{};  ///< Never, IfAvailable or Always
  std::string cluster_config{};    ///< JSON of the cluster's exec extension, or empty
};

/// One usable connection: a cluster and a user, every file already named absolutely and inline data decoded.
struct Connection {
  std::string context{};  ///< for people; "in-cluster" inside a pod
  std::string server{};
  std::string ca_pem{};
  std::string tls_server_name{};
  bool insecure_skip_tls_verify = false;
  std::string proxy_url{};
  std::string client_cert_pem{};
  std::string client_key_pem{};
  std::string client_cert_file{};  ///< read again when connecting anew
  std::string client_key_file{};
  std::string token{};
  std::string token_file{};  ///< read again at most once a minute, and after a 401
  std::string username{};
  std::string password{};
  std::optional<ExecPlugin> exec{};
  std::string as{};
  std::string as_uid{};
  std::vector<std::string> as_groups{};
  std::map<std::string, std::vector<std::string>> as_extra{};
  std::string namespace_name{};  ///< the default one
  std::chrono::milliseconds request_timeout{0};
};

/// Finds and merges what kubectl would: --kubeconfig alone, else the list of $KUBECONFIG, else ~/.kube/config, else the
/// pod's own service account. Never localhost:8080.
///
/// kInvalidInput with file (and line where YAML gives one): unreadable or contradictory settings, unknown context.
/// kNotFound: no kubeconfig and not in a pod; the message lists the paths tried.
Result<Connection> LoadConnection(const ConnectionOverrides& overrides, const Environment& environment);

}  // namespace kontrakt::kube
