#include "lib/lifecycle/guardrails.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "lib/lifecycle/apply.h"
#include "lib/lifecycle/plan.h"

namespace kontrakt {
namespace {

using doc::Json;
using manifest::Object;

class Guard {
 public:
  Guard(std::string own_namespace, const ApplyOptions& options, std::vector<Error>& problems)
      : own_namespace_(std::move(own_namespace)), options_(options), problems_(problems) {}

  void Check(const Object& object) {
    const std::string& kind = object.gvk.kind;
    const std::string& group = object.gvk.group;
    if (group == "rbac.authorization.k8s.io" && options_.test_rights != TestRights::kFull) {
      if (kind == "Role")
        CheckRole(object);
      if (kind == "RoleBinding")
        CheckRoleBinding(object);
    }
    if (group.empty() && kind == "Secret")
      CheckSecret(object);
    if (options_.allow_exposed)
      return;
    if (group.empty() && kind == "Service")
      CheckService(object);
    if (group.empty() && kind == "PersistentVolumeClaim")
      CheckClaim(object);
    if (group == "networking.k8s.io" && kind == "Ingress")
      CheckIngress(object);
    if (group == "gateway.networking.k8s.io")
      CheckHostnames(object);
  }

 private:
  void Refuse(const Object& object, const std::string& field, const std::string& what, const std::string& hint) {
    Error error = Conflict(object.Describe() + " " + what);
    error.SetLocation(object.LocationOf(field));
    error.SetHint(hint);
    problems_.push_back(std::move(error));
  }

  void RefuseRight(const Object& object, std::size_t rule, const std::string& what) {
    Refuse(object, "rules[" + std::to_string(rule) + "]", "grants " + what,
           "name what the test needs; --test-rights full allows it and says so in the report");
  }

  void CheckRole(const Object& object) {
    static constexpr std::array<std::string_view, 9> kReaching = {
        "namespaces",       "serviceaccounts", "serviceaccounts/token", "pods/exec",    "pods/attach",
        "pods/portforward", "pods/proxy",      "services/proxy",        "pods/eviction"};
    std::size_t index = 0;
    for (const Json& rule : doc::ArrayAt(object.value, {"rules"})) {
      for (const Json& group : doc::ArrayAt(rule, {"apiGroups"})) {
        if (group == "*")
          RefuseRight(object, index, "every API group (\"*\")");
        if (group == "rbac.authorization.k8s.io")
          RefuseRight(object, index, "changes of rights (" + doc::ScalarText(group) + ")");
      }
      for (const Json& resource : doc::ArrayAt(rule, {"resources"})) {
        const std::string name = doc::ScalarText(resource);
        if (name == "*" || name.starts_with("*/"))
          RefuseRight(object, index, "every resource (\"" + name + "\")");
        if (std::find(kReaching.begin(), kReaching.end(), name) != kReaching.end()) {
          RefuseRight(object, index, name + ", which reaches beyond what the test brought");
        }
      }
      ++index;
    }
  }

  void CheckRoleBinding(const Object& object) {
    const std::string kind = doc::StringAt(object.value, {"roleRef", "kind"});
    if (kind != "Role") {
      Refuse(object, "roleRef", "binds ClusterRole " + doc::StringAt(object.value, {"roleRef", "name"}),
             "write a Role with what the test needs beside it; --test-rights full allows it and says so in the report");
    }
    for (const Json& subject : doc::ArrayAt(object.value, {"subjects"})) {
      const std::string where = doc::StringAt(subject, {"namespace"}, own_namespace_);
      if (doc::StringAt(subject, {"kind"}) == "ServiceAccount" && where == own_namespace_)
        continue;
      Refuse(object, "subjects",
             "gives rights to " + doc::StringAt(subject, {"kind"}) + " " + doc::StringAt(subject, {"name"}) +
                 ", which is no account of the kontrakt",
             "bind service accounts of the same folder; leave subjects[].namespace out or write ${kontrakt.namespace}");
    }
  }

  void CheckSecret(const Object& object) {
    if (doc::StringAt(object.value, {"type"}) != "kubernetes.io/service-account-token")
      return;
    Refuse(object, "type", "asks for a service account token", "use a projected token volume in the pod");
  }

  void CheckService(const Object& object) {
    const std::string type = doc::StringAt(object.value, {"spec", "type"}, "ClusterIP");
    if (type != "ClusterIP") {
      Refuse(object, "spec.type", "is of type " + type + ": it answers outside the cluster's own network",
             "use ClusterIP, or --allow-exposed");
    }
    if (!doc::ArrayAt(object.value, {"spec", "externalIPs"}).empty()) {
      Refuse(object, "spec.externalIPs", "takes external addresses", "leave externalIPs out, or --allow-exposed");
    }
  }

  void CheckClaim(const Object& object) {
    const Json* storage_class = doc::Find(object.value, {"spec", "storageClassName"});
    if (!doc::StringAt(object.value, {"spec", "volumeName"}).empty()) {
      Refuse(object, "spec.volumeName", "names a volume that exists already",
             "leave spec.volumeName out so that a volume is made for it, or --allow-exposed");
    }
    if (storage_class != nullptr && storage_class->is_string() &&
        storage_class->get_ref<const std::string&>().empty()) {
      Refuse(object, "spec.storageClassName", "has an empty storage class: it would bind any volume that lies around",
             "leave storageClassName out or name a class, or --allow-exposed");
    }
  }

  bool HostAllowed(const std::string& host) const {
    return std::any_of(options_.ingress_domains.begin(), options_.ingress_domains.end(),
                       [&](const std::string& domain) {
                         return host == domain || (host.size() > domain.size() && host.ends_with(domain) &&
                                                   host[host.size() - domain.size() - 1] == '.');
                       });
  }

  void CheckHost(const Object& object, const std::string& field, const std::string& host) {
    if (!host.empty() && HostAllowed(host))
      return;
    Refuse(object, field, host.empty() ? "answers for every host" : "answers for host " + host,
           "--ingress-domain DOMAIN allows hosts below it; --allow-exposed allows all");
  }

  void CheckIngress(const Object& object) {
    const Json& rules = doc::ArrayAt(object.value, {"spec", "rules"});
    for (std::size_t i = 0; i < rules.size(); ++i) {
      CheckHost(object, "spec.rules[" + std::to_string(i) + "].host", doc::StringAt(rules[i], {"host"}));
    }
    if (doc::Find(object.value, {"spec", "defaultBackend"}) != nullptr)
      CheckHost(object, "spec.defaultBackend", "");
  }

  void CheckHostnames(const Object& object) {
    for (const Json& host : doc::ArrayAt(object.value, {"spec", "hostnames"})) {
      CheckHost(object, "spec.hostnames", doc::ScalarText(host));
    }
    for (const Json& listener : doc::ArrayAt(object.value, {"spec", "listeners"})) {
      CheckHost(object, "spec.listeners", doc::StringAt(listener, {"hostname"}));
    }
  }

  std::string own_namespace_;
  const ApplyOptions& options_;
  std::vector<Error>& problems_;
};

}  // namespace

void CheckGuardrails(const Plan& plan, const ApplyOptions& options, std::vector<Error>& problems) {
  Guard guard(plan.namespace_name, options, problems);
  for (const Object& object : plan.kontrakt.objects)
    guard.Check(object);
}

}  // namespace kontrakt
