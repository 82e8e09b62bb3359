#include "cmd/chain/apply_flags.h"

namespace kontrakt {

void ApplyFlags::AddTo(cli::OptionSet& set) {
  variables.AddTo(set);
  set.Add("jobs", "kontrakts at a time", &options.jobs);
  set.Add("allow-no-tests", "a kontrakt without a test is fine", &options.allow_no_tests);
  set.Add("tests-at-once", "tests start with everything else, not when it is ready", &options.tests_at_once);
  set.Add("force-conflicts", "take fields over that another field manager holds", &options.force_conflicts);
  set.Add("report-url", "where people find this run; recorded on the namespace", &options.report_url).Value("URL");
  const auto credentials = set.Group("Credentials for the namespace");
  set.Add("secret", "a Secret from a file, or a copy: NAME=./FILE or NAME=namespace/name", &options.secrets)
      .Value("NAME=SOURCE");
  set.Add("pull-secret", "for pulling images: a name, namespace/name or ./FILE", &options.pull_secrets).Value("SOURCE");
  set.Add("pull-secret-from-docker-config", "make one of our own registry credentials",
          &options.pull_secret_from_docker_config);
  set.Add("allow-pushing-pull-secret", "accept one that may push, which every test can read",
          &options.allow_pushing_pull_secret);
  const auto rights = set.Group("What the namespace allows");
  set.Add("namespace-label", "a label for it", &options.namespace_labels).Value("KEY=VALUE");
  set.Add("namespace-template", "a file with its labels, quotas, network policies", &options.namespace_template)
      .Value("FILE");
  set.Add("test-rights", "of the tests' account: full adds exec, attach, port-forward, eviction", &options.test_rights);
  set.Add("allow-cluster-scoped", "objects outside the namespace, taken away again by delete",
          &options.allow_cluster_scoped);
  set.Add("allow-privileged-namespace", "Pod Security below baseline", &options.allow_privileged_namespace);
  set.Add("allow-exposed", "Services, hosts and volumes that reach outside", &options.allow_exposed);
  set.Add("ingress-domain", "hosts below it are fine", &options.ingress_domains).Value("DOMAIN");
  set.Add("guard", "off leaves the namespace out of the guard policy", &guard);
}

Result<ApplyOptions> ApplyFlags::Resolve(const cli::Output& out) const {
  ApplyOptions resolved = options;
  KT_ASSIGN(resolved.variables, variables.Resolve());
  resolved.guard = guard == Guarding::kOn;
  if (resolved.jobs < 1) {
    return Usage("--jobs is at least 1");
  }
  resolved.timeout = out.flags().timeout.value_or(resolved.timeout);
  return resolved;
}

}  // namespace kontrakt
