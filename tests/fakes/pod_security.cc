#include <string>
#include <vector>

#include "tests/fakes/api_kinds.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

/// Containers, with those of init first as the server goes through them.
std::vector<const Json*> ContainersOf(const Json& pod_spec) {
  std::vector<const Json*> containers;
  for (const char* list : {"initContainers", "containers"}) {
    for (const Json& container : Array(pod_spec, list)) {
      containers.push_back(&container);
    }
  }
  return containers;
}

/// `container "a"` or `containers "a", "b"` for those that `fails` picks; empty for none.
template <typename Predicate>
std::string Named(const Json& pod_spec, const Predicate& fails) {
  std::vector<std::string> names;
  for (const Json* container : ContainersOf(pod_spec)) {
    if (fails(*container)) {
      names.push_back("\"" + Text(*container, "name") + "\"");
    }
  }
  std::string text = names.empty() ? "" : names.size() == 1 ? "container " : "containers ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i > 0 ? ", " : "") + names[i];
  }
  return text;
}

void CheckBaseline(const Json& pod_spec, std::vector<std::string>& violations) {
  std::string host;
  for (const char* flag : {"hostNetwork", "hostPID", "hostIPC"}) {
    if (Flag(pod_spec, flag)) {
      host += (host.empty() ? "" : ", ") + std::string(flag) + "=true";
    }
  }
  if (!host.empty()) {
    violations.push_back("host namespaces (" + host + ")");
  }
  std::string volumes;
  for (const Json& volume : Array(pod_spec, "volumes")) {
    if (Has(volume, "hostPath")) {
      volumes += (volumes.empty() ? "" : ", ") + ("\"" + Text(volume, "name") + "\"");
    }
  }
  if (!volumes.empty()) {
    violations.push_back("hostPath volumes (" +
                         std::string(volumes.find(',') == std::string::npos ? "volume " : "volumes ") + volumes + ")");
  }
  const std::string privileged =
      Named(pod_spec, [](const Json& container) { return Flag(Object(container, "securityContext"), "privileged"); });
  if (!privileged.empty()) {
    violations.push_back("privileged (" + privileged + " must not set securityContext.privileged=true)");
  }
}

void CheckRestricted(const Json& pod_spec, std::vector<std::string>& violations) {
  const Json& pod_context = Object(pod_spec, "securityContext");
  const std::string escalates = Named(pod_spec, [](const Json& container) {
    return Flag(Object(container, "securityContext"), "allowPrivilegeEscalation", true);
  });
  if (!escalates.empty()) {
    violations.push_back("allowPrivilegeEscalation != false (" + escalates +
                         " must set securityContext.allowPrivilegeEscalation=false)");
  }
  const std::string capable = Named(pod_spec, [](const Json& container) {
    return Array(Object(Object(container, "securityContext"), "capabilities"), "drop") != Json::array({"ALL"});
  });
  if (!capable.empty()) {
    violations.push_back("unrestricted capabilities (" + capable +
                         " must set securityContext.capabilities.drop=[\"ALL\"])");
  }
  const std::string root = Named(pod_spec, [&](const Json& container) {
    return !Flag(Object(container, "securityContext"), "runAsNonRoot", Flag(pod_context, "runAsNonRoot"));
  });
  if (!root.empty()) {
    violations.push_back("runAsNonRoot != true (pod or " + root + " must set securityContext.runAsNonRoot=true)");
  }
  const std::string seccomp = Named(pod_spec, [&](const Json& container) {
    return !Has(Object(container, "securityContext"), "seccompProfile") && !Has(pod_context, "seccompProfile");
  });
  if (!seccomp.empty()) {
    violations.push_back("seccompProfile (pod or " + seccomp +
                         " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")");
  }
}

}  // namespace

std::string PodSecurityViolation(const std::string& level, const Json& pod_spec) {
  std::vector<std::string> violations;
  if (level == "baseline" || level == "restricted") {
    CheckBaseline(pod_spec, violations);
  }
  if (level == "restricted") {
    CheckRestricted(pod_spec, violations);
  }
  std::string text;
  for (const std::string& violation : violations) {
    text += (text.empty() ? "" : ", ") + violation;
  }
  return text;
}

}  // namespace kontrakt::fakes
