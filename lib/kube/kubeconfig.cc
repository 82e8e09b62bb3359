#include "lib/kube/kubeconfig.h"

#include <algorithm>

#include "lib/base/base64.h"
#include "lib/base/file.h"
#include "lib/base/redact.h"
#include "lib/base/strings.h"
#include "lib/doc/json.h"
#include "lib/kube/in_cluster.h"
#include "lib/kube/kubeconfig_file.h"
#include "lib/net/proxy.h"
#include "lib/net/url.h"

namespace kontrakt::kube {
namespace {

constexpr std::string_view kExecExtension = "client.authentication.k8s.io/exec";

std::vector<std::string> NamesOf(const std::map<std::string, KubeconfigEntry>& entries) {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries)
    names.push_back(name);
  return names;
}

Error Missing(std::string_view what, const std::string& name, const std::map<std::string, KubeconfigEntry>& entries,
              const Kubeconfig& config) {
  const std::string where = config.read.empty() ? "any kubeconfig" : Join(config.read, ", ");
  Error error = InvalidInput(std::string(what) + " \"" + name + "\" is not defined in " + where);
  const std::vector<std::string> names = NamesOf(entries);
  if (const std::string near = Nearest(name, names); !near.empty()) {
    error.SetHint("did you mean \"" + near + "\"?");
  } else if (!names.empty()) {
    error.SetHint("there are: " + Join(names, ", "));
  }
  return error;
}

/// The content of a file that the configuration names.
Result<std::string> ReadNamedFile(const std::string& path, std::string_view what) {
  auto text = ReadFile(path);
  if (text)
    return text;
  return WithContext(std::move(text.error().SetCode(ErrorCode::kInvalidInput)), "reading " + std::string(what));
}

/// `field` names a file, `field-data` holds the same in base64; both together are an error.
Result<std::string> FileOrData(const KubeconfigEntry& entry, const std::string& field, std::string* file = nullptr) {
  const std::string path = entry.Path(entry.String(field));
  const std::string data = entry.String(field + "-data");
  if (!path.empty() && !data.empty())
    return entry.Fail(field, field + " and " + field + "-data are both set");
  if (!data.empty()) {
    auto decoded = Base64Decode(data);
    if (!decoded)
      return entry.Fail(field + "-data", field + "-data is no base64");
    return decoded;
  }
  if (path.empty())
    return std::string();
  auto text = ReadNamedFile(path, field);
  if (!text)
    return std::move(text.error().SetLocation(*entry.Fail(field, "").location()));
  if (file != nullptr)
    *file = path;
  return text;
}

std::string ExecClusterConfig(const KubeconfigEntry& cluster) {
  for (const doc::Json& extension : doc::ArrayAt(cluster.value, {"extensions"})) {
    if (doc::StringAt(extension, {"name"}) != kExecExtension)
      continue;
    if (const doc::Json* config = doc::Find(extension, {"extension"}))
      return doc::Dump(*config);
  }
  return {};
}

Result<void> TakeCluster(const KubeconfigEntry& entry, Connection& connection) {
  connection.server = entry.String("server");
  connection.tls_server_name = entry.String("tls-server-name");
  connection.insecure_skip_tls_verify = entry.Bool("insecure-skip-tls-verify");
  connection.proxy_url = entry.String("proxy-url");
  KT_ASSIGN(connection.ca_pem, FileOrData(entry, "certificate-authority"));
  if (connection.insecure_skip_tls_verify && !connection.ca_pem.empty()) {
    return entry.Fail("insecure-skip-tls-verify", "insecure-skip-tls-verify together with a certificate-authority");
  }
  if (!connection.server.empty()) {
    if (auto url = net::Url::Parse(connection.server); !url)
      return entry.Fail("server", url.error().message());
  }
  if (auto proxy = net::ProxyConfig{connection.proxy_url, ""}.CurlUrl(); !proxy) {
    return entry.Fail("proxy-url", proxy.error().message());
  }
  return {};
}

Result<ExecPlugin> ReadExec(const KubeconfigEntry& user, const doc::Json& exec) {
  ExecPlugin plugin;
  plugin.api_version = doc::StringAt(exec, {"apiVersion"});
  const bool is_v1 = plugin.api_version == "client.authentication.k8s.io/v1";
  if (!is_v1 && plugin.api_version != "client.authentication.k8s.io/v1beta1") {
    return user.Fail("exec/apiVersion", "exec.apiVersion must be client.authentication.k8s.io/v1 or v1beta1");
  }
  plugin.command = doc::StringAt(exec, {"command"});
  if (plugin.command.empty())
    return user.Fail("exec", "exec has no command");
  if (plugin.command.find('/') != std::string::npos)
    plugin.command = user.Path(plugin.command);
  for (const doc::Json& argument : doc::ArrayAt(exec, {"args"}))
    plugin.args.push_back(doc::ScalarText(argument));
  for (const doc::Json& variable : doc::ArrayAt(exec, {"env"})) {
    plugin.env.emplace_back(doc::StringAt(variable, {"name"}), doc::StringAt(variable, {"value"}));
  }
  plugin.install_hint = std::string(Trim(StripControl(doc::StringAt(exec, {"installHint"}))));
  plugin.provide_cluster_info = doc::BoolAt(exec, {"provideClusterInfo"});
  plugin.interactive_mode = doc::StringAt(exec, {"interactiveMode"}, is_v1 ? "" : "IfAvailable");
  static const std::vector<std::string> kModes = {"Never", "IfAvailable", "Always"};
  if (std::find(kModes.begin(), kModes.end(), plugin.interactive_mode) == kModes.end()) {
    return user.Fail("exec", "exec.interactiveMode must be Never, IfAvailable or Always");
  }
  return plugin;
}

Result<void> TakeImpersonation(const KubeconfigEntry& user, Connection& connection) {
  connection.as = user.String("as");
  connection.as_uid = user.String("as-uid");
  for (const doc::Json& group : doc::ArrayAt(user.value, {"as-groups"})) {
    connection.as_groups.push_back(doc::ScalarText(group));
  }
  for (const auto& [key, values] : doc::ObjectAt(user.value, {"as-user-extra"}).items()) {
    for (const doc::Json& value : values)
      connection.as_extra[key].push_back(doc::ScalarText(value));
  }
  return {};
}

Result<void> TakeUser(const KubeconfigEntry& user, Connection& connection) {
  KT_ASSIGN(connection.client_cert_pem, FileOrData(user, "client-certificate", &connection.client_cert_file));
  KT_ASSIGN(connection.client_key_pem, FileOrData(user, "client-key", &connection.client_key_file));
  if (connection.client_cert_pem.empty() != connection.client_key_pem.empty()) {
    return user.Fail("", connection.client_key_pem.empty() ? "client-certificate without client-key"
                                                           : "client-key without client-certificate");
  }
  connection.token = user.String("token");
  connection.token_file = user.Path(user.String("tokenFile"));
  connection.username = user.String("username");
  connection.password = user.String("password");
  const bool has_token = !connection.token.empty() || !connection.token_file.empty();
  if (has_token && !connection.username.empty())
    return user.Fail("username", "a token and a username are both set");
  const doc::Json* exec = doc::Find(user.value, {"exec"});
  const bool has_exec = exec != nullptr && exec->is_object();
  if (const doc::Json* provider = doc::Find(user.value, {"auth-provider"}); provider && !provider->is_null()) {
    return std::move(user.Fail("auth-provider", "auth-provider is no longer supported by Kubernetes")
                         .SetHint("use an exec credential plugin, such as kubelogin or gke-gcloud-auth-plugin"));
  }
  const bool has_other = has_token || !connection.username.empty() || !connection.client_cert_pem.empty();
  if (has_exec && !has_other) {
    KT_ASSIGN(connection.exec, ReadExec(user, *exec));
  }
  return TakeImpersonation(user, connection);
}

Result<void> OverrideCluster(const ConnectionOverrides& overrides, Connection& connection) {
  if (!overrides.server.empty()) {
    connection.server = overrides.server;
    connection.tls_server_name.clear();
  }
  if (!overrides.tls_server_name.empty())
    connection.tls_server_name = overrides.tls_server_name;
  if (!overrides.proxy_url.empty())
    connection.proxy_url = overrides.proxy_url;
  if (!overrides.certificate_authority.empty()) {
    KT_ASSIGN(connection.ca_pem, ReadNamedFile(overrides.certificate_authority, "certificate-authority"));
    connection.insecure_skip_tls_verify = false;
  }
  if (overrides.insecure_skip_tls_verify) {
    connection.insecure_skip_tls_verify = *overrides.insecure_skip_tls_verify;
    if (connection.insecure_skip_tls_verify && !overrides.certificate_authority.empty()) {
      return Usage("--insecure-skip-tls-verify together with --certificate-authority");
    }
    if (connection.insecure_skip_tls_verify)
      connection.ca_pem.clear();
  }
  return {};
}

Result<void> OverrideUser(const ConnectionOverrides& overrides, Connection& connection) {
  if (!overrides.token.empty()) {
    connection.token = overrides.token;
    // An explicit flag wins over everything else that would say who we are.
    connection.token_file.clear();
    connection.username.clear();
    connection.password.clear();
    connection.exec.reset();
  }
  if (!overrides.client_certificate.empty()) {
    KT_ASSIGN(connection.client_cert_pem, ReadNamedFile(overrides.client_certificate, "client-certificate"));
    connection.client_cert_file = overrides.client_certificate;
  }
  if (!overrides.client_key.empty()) {
    KT_ASSIGN(connection.client_key_pem, ReadNamedFile(overrides.client_key, "client-key"));
    connection.client_key_file = overrides.client_key;
  }
  if (!overrides.client_certificate.empty() || !overrides.client_key.empty())
    connection.exec.reset();
  if (connection.client_cert_pem.empty() != connection.client_key_pem.empty()) {
    return InvalidInput("--client-certificate and --client-key are needed together");
  }
  if (!overrides.as.empty()) {
    connection.as = overrides.as;
    connection.as_uid.clear();
    connection.as_groups.clear();
    connection.as_extra.clear();
  }
  if (!overrides.as_uid.empty())
    connection.as_uid = overrides.as_uid;
  if (!overrides.as_groups.empty())
    connection.as_groups = overrides.as_groups;
  const bool has_details = !connection.as_uid.empty() || !connection.as_groups.empty() || !connection.as_extra.empty();
  if (connection.as.empty() && has_details)
    return InvalidInput("impersonation of a uid, group or extra without a user");
  return {};
}

Result<Connection> FromKubeconfig(const ConnectionOverrides& overrides, const Kubeconfig& config) {
  Connection connection;
  std::string cluster = overrides.cluster;
  std::string user = overrides.user;
  connection.context = overrides.context.empty() ? config.current_context : overrides.context;
  if (!connection.context.empty()) {
    const auto context = config.contexts.find(connection.context);
    if (context == config.contexts.end())
      return Missing("context", connection.context, config.contexts, config);
    if (cluster.empty())
      cluster = context->second.String("cluster");
    if (user.empty())
      user = context->second.String("user");
    connection.namespace_name = context->second.String("namespace");
  } else if (cluster.empty() && overrides.server.empty()) {
    return std::move(InvalidInput("no current-context in " + Join(config.read, ", "))
                         .SetHint("name one with --context: " + Join(NamesOf(config.contexts), ", ")));
  }
  if (!cluster.empty()) {
    const auto entry = config.clusters.find(cluster);
    if (entry == config.clusters.end())
      return Missing("cluster", cluster, config.clusters, config);
    KT_TRY_CONTEXT(TakeCluster(entry->second, connection), "cluster \"" + cluster + "\"");
  }
  if (!user.empty()) {
    const auto entry = config.users.find(user);
    if (entry == config.users.end())
      return Missing("user", user, config.users, config);
    KT_TRY_CONTEXT(TakeUser(entry->second, connection), "user \"" + user + "\"");
    if (connection.exec && connection.exec->provide_cluster_info && !cluster.empty()) {
      connection.exec->cluster_config = ExecClusterConfig(config.clusters.at(cluster));
    }
  }
  return connection;
}

Error NothingFound(const Kubeconfig& config) {
  std::string text = "no kubeconfig and not in a pod";
  if (!config.tried.empty())
    text += ": tried " + Join(config.tried, ", ");
  return std::move(NotFound(text).SetHint("name a kubeconfig with --kubeconfig or KUBECONFIG"));
}

}  // namespace

Result<Connection> LoadConnection(const ConnectionOverrides& overrides, const Environment& environment) {
  KT_ASSIGN(const Kubeconfig config, ReadKubeconfig(overrides.kubeconfig, environment));
  Connection connection;
  if (!config.IsEmpty() || !overrides.kubeconfig.empty()) {
    KT_ASSIGN(connection, FromKubeconfig(overrides, config));
  } else {
    KT_ASSIGN(const std::optional<Connection> pod, InClusterConnection(environment));
    if (!pod && overrides.server.empty())
      return NothingFound(config);
    if (pod)
      connection = *pod;
  }
  KT_TRY(OverrideCluster(overrides, connection));
  KT_TRY(OverrideUser(overrides, connection));
  if (connection.server.empty()) {
    return InvalidInput("context \"" + connection.context + "\" names no server").SetHint("give one with --server");
  }
  KT_TRY_CONTEXT(net::Url::Parse(connection.server), "server address");
  if (!overrides.namespace_name.empty())
    connection.namespace_name = overrides.namespace_name;
  if (connection.namespace_name.empty())
    connection.namespace_name = "default";
  connection.request_timeout = overrides.request_timeout;
  return connection;
}

}  // namespace kontrakt::kube
