#include "lib/kube/in_cluster.h"

#include <filesystem>

#include "lib/base/file.h"
#include "lib/base/strings.h"

namespace kontrakt::kube {

Result<std::optional<Connection>> InClusterConnection(const Environment& environment, const std::string& folder) {
  const auto host = environment.Get("KUBERNETES_SERVICE_HOST");
  const auto port = environment.Get("KUBERNETES_SERVICE_PORT");
  const std::string token_file = folder + "/token";
  std::error_code failure;
  if (!host || !port || !std::filesystem::is_regular_file(token_file, failure))
    return std::optional<Connection>();
  Connection connection;
  connection.context = "in-cluster";
  const bool is_ipv6 = host->find(':') != std::string::npos && host->front() != '[';
  connection.server = "https://" + (is_ipv6 ? "[" + *host + "]" : *host) + ":" + *port;
  connection.token_file = token_file;
  // Without the file, the system's trust store has to do, as in client-go.
  if (auto ca = ReadFile(folder + "/ca.crt")) {
    connection.ca_pem = std::move(*ca);
  } else if (ca.error().code() != ErrorCode::kNotFound) {
    return WithContext(std::move(ca.error().SetCode(ErrorCode::kInvalidInput)), "reading the pod's service account");
  }
  connection.namespace_name = environment.Get("POD_NAMESPACE").value_or("");
  if (connection.namespace_name.empty()) {
    if (const auto name = ReadFile(folder + "/namespace"))
      connection.namespace_name = std::string(Trim(*name));
  }
  if (connection.namespace_name.empty())
    connection.namespace_name = "default";
  return std::optional<Connection>(std::move(connection));
}

}  // namespace kontrakt::kube
