#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "tests/fakes/api_kinds.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

bool IsSubdomain(const std::string& name) {
  if (name.empty() || name.size() > 253 || name.front() == '-' || name.front() == '.' || name.back() == '-' ||
      name.back() == '.') {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](char c) {
    return std::islower(static_cast<unsigned char>(c)) || std::isdigit(static_cast<unsigned char>(c)) || c == '-' ||
           c == '.';
  });
}

void Require(const Json& object, const std::string& key, const std::string& path, std::vector<StatusCause>& causes) {
  if (!Has(object, key) || object.at(key).is_null() || (object.at(key).is_array() && object.at(key).empty())) {
    causes.push_back({"FieldValueRequired", "Required value", path + "." + key});
  }
}

void CheckContainers(const Json& spec, const std::string& path, std::vector<StatusCause>& causes) {
  Require(spec, "containers", path, causes);
  std::size_t index = 0;
  for (const Json& container : Array(spec, "containers")) {
    const std::string at = path + ".containers[" + std::to_string(index++) + "]";
    if (Text(container, "name").empty()) {
      causes.push_back({"FieldValueRequired", "Required value", at + ".name"});
    }
    if (Text(container, "image").empty()) {
      causes.push_back({"FieldValueRequired", "Required value", at + ".image"});
    }
  }
}

void CheckWorkload(const ResourceType& type, const Json& spec, std::vector<StatusCause>& causes) {
  CheckContainers(Object(Object(spec, "template"), "spec"), "spec.template.spec", causes);
  const std::string restart = Text(Object(Object(spec, "template"), "spec"), "restartPolicy");
  if (type.kind == "Job") {
    if (restart == "Always") {
      causes.push_back({"FieldValueRequired", "Required value: valid values: \"OnFailure\", \"Never\"",
                        "spec.template.spec.restartPolicy"});
    }
    return;
  }
  Require(spec, "selector", "spec", causes);
  const Json& labels = Object(Object(Object(spec, "template"), "metadata"), "labels");
  for (const auto& [key, value] : Object(Object(spec, "selector"), "matchLabels").items()) {
    if (!Has(labels, key) || labels.at(key) != value) {
      causes.push_back({"FieldValueInvalid",
                        "Invalid value: " + labels.dump() + ": `selector` does not match template `labels`",
                        "spec.template.metadata.labels"});
      break;
    }
  }
  if (Number(spec, "replicas", 1) < 0) {
    causes.push_back(
        {"FieldValueInvalid",
         "Invalid value: " + std::to_string(Number(spec, "replicas", 1)) + ": must be greater than or equal to 0",
         "spec.replicas"});
  }
}

/// A pod's spec without what an update may change.
Json FrozenPodSpec(Json spec) {
  for (const char* key : {"activeDeadlineSeconds", "tolerations", "schedulingGates", "terminationGracePeriodSeconds",
                          "nodeName", "ephemeralContainers"}) {
    spec.erase(key);
  }
  for (const char* list : {"containers", "initContainers"}) {
    if (Has(spec, list)) {
      for (Json& container : spec[list]) {
        container.erase("image");
      }
    }
  }
  return spec;
}

StatusCause Immutable(const Json& value, const std::string& field) {
  return {"FieldValueInvalid", "Invalid value: " + value.dump() + ": field is immutable", field};
}

void CheckPodUpdate(const Json& old_spec, const Json& new_spec, std::vector<StatusCause>& causes) {
  if (!Same(FrozenPodSpec(old_spec), FrozenPodSpec(new_spec))) {
    causes.push_back({"FieldValueForbidden",
                      "Forbidden: pod updates may not change fields other than "
                      "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
                      "`spec.tolerations` (only additions to existing tolerations),"
                      "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
                      "spec"});
  }
  std::size_t index = 0;
  for (const Json& gate : Array(new_spec, "schedulingGates")) {
    const Json& old_gates = Array(old_spec, "schedulingGates");
    if (std::find(old_gates.begin(), old_gates.end(), gate) == old_gates.end()) {
      causes.push_back(
          {"FieldValueForbidden",
           "Forbidden: only deletion is allowed, but found new scheduling gate '" + Text(gate, "name") + "'",
           "spec.schedulingGates[" + std::to_string(index) + "].name"});
    }
    ++index;
  }
}

}  // namespace

std::vector<StatusCause> ValidateObject(const ResourceType& type, const Json& object) {
  std::vector<StatusCause> causes;
  const std::string name = Name(object);
  const bool rbac = type.group == "rbac.authorization.k8s.io";
  if (name.empty()) {
    causes.push_back({"FieldValueRequired", "Required value: name or generateName is required", "metadata.name"});
  } else if (!rbac && !IsSubdomain(name)) {
    causes.push_back({"FieldValueInvalid",
                      "Invalid value: \"" + name +
                          "\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' "
                          "or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex "
                          "used for validation is "
                          "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
                      "metadata.name"});
  }
  std::size_t annotations = 0;
  for (const auto& [key, value] : Object(Metadata(object), "annotations").items()) {
    annotations += key.size() + (value.is_string() ? value.get_ref<const std::string&>().size() : 0);
  }
  if (annotations > 262'144) {
    causes.push_back({"FieldValueTooLong", "Too long: may not be more than 262144 bytes", "metadata.annotations"});
  }
  if (!type.builtin) {
    return causes;
  }
  const Json& spec = Object(object, "spec");
  if (type.kind == "Pod") {
    CheckContainers(spec, "spec", causes);
  } else if (type.kind == "Job" || (type.group == "apps" && type.kind != "ControllerRevision")) {
    CheckWorkload(type, spec, causes);
  } else if (type.kind == "Service" && Text(spec, "type") != "ExternalName" && Text(spec, "clusterIP") != "None") {
    Require(spec, "ports", "spec", causes);
  } else if (type.kind == "CustomResourceDefinition") {
    Require(spec, "group", "spec", causes);
    Require(spec, "versions", "spec", causes);
    const std::string wanted = Text(Object(spec, "names"), "plural") + "." + Text(spec, "group");
    if (name != wanted) {
      causes.push_back({"FieldValueInvalid",
                        "Invalid value: \"" + name + "\": must be spec.names.plural+\".\"+spec.group",
                        "metadata.name"});
    }
  }
  return causes;
}

std::vector<StatusCause> ValidateUpdate(const ResourceType& type, const Json& before, const Json& after) {
  std::vector<StatusCause> causes;
  if (Uid(before) != Uid(after)) {
    // Told twice, as the server does (seen on 1.34): once by the metadata's and once by the kind's validation.
    causes.push_back(Immutable(Uid(after), "metadata.uid"));
    causes.push_back(Immutable(Uid(after), "metadata.uid"));
  }
  if (!type.builtin) {
    return causes;
  }
  const Json& old_spec = Object(before, "spec");
  const Json& new_spec = Object(after, "spec");
  const auto keep = [&](const Json& was, const Json& is, const std::string& key, const std::string& path) {
    const Json old_value = Has(was, key) ? was.at(key) : Json();
    const Json new_value = Has(is, key) ? is.at(key) : Json();
    if (!Same(old_value, new_value)) {
      causes.push_back(Immutable(new_value, path + key));
    }
  };
  if (type.kind == "Pod") {
    CheckPodUpdate(old_spec, new_spec, causes);
  } else if (type.kind == "Job") {
    const bool suspended = Flag(old_spec, "suspend");
    keep(old_spec, new_spec, "completions", "spec.");
    keep(old_spec, new_spec, "selector", "spec.");
    if (!suspended) {
      keep(old_spec, new_spec, "template", "spec.");
    }
  } else if (type.kind == "Deployment" || type.kind == "ReplicaSet" || type.kind == "DaemonSet") {
    keep(old_spec, new_spec, "selector", "spec.");
  } else if (type.kind == "StatefulSet") {
    keep(old_spec, new_spec, "selector", "spec.");
    keep(old_spec, new_spec, "serviceName", "spec.");
  } else if (type.kind == "Service") {
    keep(old_spec, new_spec, "clusterIP", "spec.");
  } else if (type.kind == "RoleBinding" || type.kind == "ClusterRoleBinding") {
    if (!Same(Object(before, "roleRef"), Object(after, "roleRef"))) {
      causes.push_back({"FieldValueInvalid",
                        "Invalid value: " + Object(after, "roleRef").dump() + ": cannot change roleRef", "roleRef"});
    }
  } else if (type.kind == "Secret" || type.kind == "ConfigMap") {
    if (type.kind == "Secret") {
      keep(before, after, "type", "");
    }
    if (Flag(before, "immutable") && !Same(Object(before, "data"), Object(after, "data"))) {
      causes.push_back({"FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set", "data"});
    }
  }
  return causes;
}

}  // namespace kontrakt::fakes
