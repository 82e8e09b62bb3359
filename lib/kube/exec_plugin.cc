#include "lib/kube/exec_plugin.h"

#include "lib/base/base64.h"
#include "lib/base/check.h"
#include "lib/base/subprocess.h"
#include "lib/doc/json.h"

namespace kontrakt::kube {
namespace {

doc::Json ClusterInfo(const Connection& connection, const ExecPlugin& plugin) {
  doc::Json cluster = {{"server", connection.server}};
  if (!connection.tls_server_name.empty())
    cluster["tls-server-name"] = connection.tls_server_name;
  if (connection.insecure_skip_tls_verify)
    cluster["insecure-skip-tls-verify"] = true;
  if (!connection.ca_pem.empty())
    cluster["certificate-authority-data"] = Base64Encode(connection.ca_pem);
  if (!connection.proxy_url.empty())
    cluster["proxy-url"] = connection.proxy_url;
  if (!plugin.cluster_config.empty()) {
    if (auto config = doc::ParseJson(plugin.cluster_config))
      cluster["config"] = std::move(*config);
  }
  return cluster;
}

std::string ExecInfo(const Connection& connection, const ExecPlugin& plugin, bool interactive) {
  doc::Json spec = {{"interactive", interactive}};
  if (plugin.provide_cluster_info)
    spec["cluster"] = ClusterInfo(connection, plugin);
  return doc::Dump({{"kind", "ExecCredential"}, {"apiVersion", plugin.api_version}, {"spec", spec}});
}

Result<ExecCredential> ReadAnswer(const ExecPlugin& plugin, const std::string& output) {
  auto json = doc::ParseJson(output);
  // Nothing of the output is shown: it may hold a token however malformed it is.
  if (!json || !json->is_object())
    return InvalidInput("its output is no JSON object");
  if (doc::StringAt(*json, {"kind"}) != "ExecCredential")
    return InvalidInput("its output is no ExecCredential");
  if (const std::string version = doc::StringAt(*json, {"apiVersion"}); version != plugin.api_version) {
    return InvalidInput("it answered with apiVersion \"" + version + "\" instead of \"" + plugin.api_version + "\"");
  }
  if (const doc::Json* status = doc::Find(*json, {"status"}); status == nullptr || !status->is_object()) {
    return InvalidInput("its ExecCredential has no status");
  }
  ExecCredential credential;
  credential.token = doc::StringAt(*json, {"status", "token"});
  credential.client_cert_pem = doc::StringAt(*json, {"status", "clientCertificateData"});
  credential.client_key_pem = doc::StringAt(*json, {"status", "clientKeyData"});
  if (credential.client_cert_pem.empty() != credential.client_key_pem.empty()) {
    return InvalidInput("it gave half of a certificate and key");
  }
  if (credential.token.empty() && credential.client_cert_pem.empty()) {
    return InvalidInput("it gave neither a token nor a certificate");
  }
  if (const std::string expires = doc::StringAt(*json, {"status", "expirationTimestamp"}); !expires.empty()) {
    KT_ASSIGN_CONTEXT(credential.expires, ParseRfc3339(expires), "expirationTimestamp");
  }
  return credential;
}

}  // namespace

Result<ExecCredential> RunExecPlugin(const Connection& connection, const Environment& environment, bool terminal,
                                     const Bound& bound) {
  KT_CHECK(connection.exec.has_value());
  const ExecPlugin& plugin = *connection.exec;
  const std::string context = "running credential plugin " + plugin.command;
  if (plugin.interactive_mode == "Always" && !terminal) {
    return WithContext(InvalidInput("it wants to ask on a terminal and there is none"), context);
  }
  const bool interactive = terminal && plugin.interactive_mode != "Never";
  Subprocess subprocess;
  subprocess.program = plugin.command;
  subprocess.args = plugin.args;
  subprocess.environment = environment.values();
  for (const auto& [name, value] : plugin.env)
    subprocess.environment[name] = value;
  subprocess.environment["KUBERNETES_EXEC_INFO"] = ExecInfo(connection, plugin, interactive);
  subprocess.inherit_input = interactive;
  auto result = RunSubprocess(subprocess, bound);
  if (!result) {
    Error error = std::move(result.error());
    const bool missing = error.code() == ErrorCode::kNotFound || error.code() == ErrorCode::kDenied;
    if (missing)
      error.SetCode(ErrorCode::kInvalidInput);
    if (missing && !plugin.install_hint.empty())
      error.SetHint(plugin.install_hint);
    return WithContext(std::move(error), context);
  }
  if (result->status != 0) {
    return WithContext(Denied("it ended with status " + std::to_string(result->status)), context);
  }
  KT_ASSIGN_CONTEXT(ExecCredential credential, ReadAnswer(plugin, result->output), context);
  return credential;
}

}  // namespace kontrakt::kube
