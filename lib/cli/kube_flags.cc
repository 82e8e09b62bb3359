#include "lib/cli/kube_flags.h"

#include <utility>

#include "lib/cli/option_set.h"
#include "lib/cli/output.h"
#include "lib/cli/version_report.h"

namespace kontrakt::cli {

void KubeFlags::AddTo(OptionSet& set) {
  const auto group = set.Group("Cluster");
  set.Add("kubeconfig", "kubeconfig to read instead of $KUBECONFIG and ~/.kube/config", &overrides.kubeconfig)
      .Value("FILE");
  set.Add("context", "context of the kubeconfig", &overrides.context).Value("NAME");
  set.Add("cluster", "cluster of the kubeconfig", &overrides.cluster).Value("NAME");
  set.Add("user", "user of the kubeconfig", &overrides.user).Value("NAME");
  set.Add("server", "address of the API server", &overrides.server).Value("URL");
  set.Add("token", "bearer token", &overrides.token).Value("TOKEN");
  set.Add("certificate-authority", "certificate that signs the server's", &overrides.certificate_authority)
      .Value("FILE");
  set.Add("client-certificate", "client certificate", &overrides.client_certificate).Value("FILE");
  set.Add("client-key", "its key", &overrides.client_key).Value("FILE");
  set.Add("tls-server-name", "name to expect in the server's certificate", &overrides.tls_server_name).Value("NAME");
  set.Add("insecure-skip-tls-verify", "trust any server", &overrides.insecure_skip_tls_verify);
  set.Add("as", "user to impersonate", &overrides.as).Value("NAME");
  set.Add("as-uid", "UID to impersonate", &overrides.as_uid).Value("UID");
  set.Add("as-group", "group to impersonate", &overrides.as_groups).Value("NAME");
  set.Add("request-timeout", "how long one request may take, 0 for no limit", &overrides.request_timeout)
      .Default("the client's own");
  set.Add("field-manager", "name under which fields are owned", &field_manager).Value("NAME");
}

Result<kube::Client> KubeFlags::Connect(Output& out) const {
  out.redactor().AddSecret(overrides.token);
  kube::ClientOptions options;
  options.overrides = overrides;
  options.environment = out.environment();
  options.user_agent = UserAgent(out.program());
  options.field_manager = field_manager;
  options.on_warning = [&out](const std::string& text) { out.progress().Warn("the API server says: " + text); };
  KT_ASSIGN(kube::Client client, kube::Client::Connect(std::move(options)));
  out.redactor().AddSecret(client.connection().token);
  out.redactor().AddSecret(client.connection().password);
  return client;
}

}  // namespace kontrakt::cli
