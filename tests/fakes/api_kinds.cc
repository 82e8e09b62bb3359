#include "tests/fakes/api_kinds.h"

#include <array>

#include "lib/base/digest.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

void Default(Json& object, std::string_view key, Json value) {
  if (!Has(object, key)) {
    object[std::string(key)] = std::move(value);
  }
}

void DefaultContainer(Json& container) {
  Default(container, "terminationMessagePath", "/dev/termination-log");
  Default(container, "terminationMessagePolicy", "File");
  const std::string image = Text(container, "image");
  const bool latest = image.find('@') == std::string::npos &&
                      (image.rfind(':') == std::string::npos || image.rfind(':') < image.rfind('/') ||
                       image.substr(image.rfind(':')) == ":latest");
  Default(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
  Default(container, "resources", Json::object());
  if (Has(container, "ports")) {
    for (Json& port : container["ports"]) {
      Default(port, "protocol", "TCP");
    }
  }
}

void DefaultPodSpec(Json& spec) {
  for (const char* list : {"containers", "initContainers"}) {
    if (Has(spec, list)) {
      for (Json& container : spec[list]) {
        DefaultContainer(container);
      }
    }
  }
  Default(spec, "restartPolicy", "Always");
  Default(spec, "terminationGracePeriodSeconds", 30);
  Default(spec, "dnsPolicy", "ClusterFirst");
  Default(spec, "securityContext", Json::object());
  Default(spec, "schedulerName", "default-scheduler");
  if (Has(spec, "volumes")) {
    for (Json& volume : spec["volumes"]) {
      for (const char* source : {"configMap", "secret"}) {
        if (Has(volume, source)) {
          Default(volume[source], "defaultMode", 420);
        }
      }
    }
  }
}

void DefaultPod(Json& pod) {
  Json& spec = pod["spec"];
  DefaultPodSpec(spec);
  Default(spec, "serviceAccountName", "default");
  Default(spec, "serviceAccount", spec["serviceAccountName"]);
  Default(spec, "enableServiceLinks", true);
  Default(spec, "preemptionPolicy", "PreemptLowerPriority");
  Default(spec, "priority", 0);
}

void DefaultService(Json& spec, unsigned ordinal) {
  Default(spec, "type", "ClusterIP");
  Default(spec, "sessionAffinity", "None");
  Default(spec, "internalTrafficPolicy", "Cluster");
  if (Text(spec, "type") != "ExternalName") {
    Default(spec, "clusterIP",
            "10.96." + std::to_string(ordinal / 250 % 250) + "." + std::to_string(ordinal % 250 + 1));
    Default(spec, "clusterIPs", Json::array({spec["clusterIP"]}));
    Default(spec, "ipFamilies", Json::array({"IPv4"}));
    Default(spec, "ipFamilyPolicy", "SingleStack");
  }
  if (Has(spec, "ports")) {
    for (Json& port : spec["ports"]) {
      Default(port, "protocol", "TCP");
      Default(port, "targetPort", Has(port, "port") ? port["port"] : Json(0));
    }
  }
}

void DefaultWorkload(const std::string& kind, Json& object) {
  Json& spec = object["spec"];
  if (kind == "Deployment" || kind == "ReplicaSet" || kind == "StatefulSet") {
    Default(spec, "replicas", 1);
  }
  if (kind == "Deployment") {
    Default(spec, "revisionHistoryLimit", 10);
    Default(spec, "progressDeadlineSeconds", 600);
    Default(spec, "strategy",
            {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxSurge", "25%"}, {"maxUnavailable", "25%"}}}});
  } else if (kind == "StatefulSet") {
    Default(spec, "podManagementPolicy", "OrderedReady");
    Default(spec, "updateStrategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"partition", 0}}}});
    Default(spec, "revisionHistoryLimit", 10);
  } else if (kind == "DaemonSet") {
    Default(spec, "updateStrategy",
            {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxSurge", 0}, {"maxUnavailable", 1}}}});
    Default(spec, "revisionHistoryLimit", 10);
  }
  if (Has(spec, "template")) {
    Default(spec["template"], "metadata", Json::object());
    DefaultPodSpec(spec["template"]["spec"]);
  }
}

void DefaultJob(Json& job) {
  Json& spec = job["spec"];
  if (!Has(spec, "completions") && !Has(spec, "parallelism")) {
    spec["completions"] = 1;
  }
  Default(spec, "parallelism", 1);
  Default(spec, "backoffLimit", 6);
  Default(spec, "completionMode", "NonIndexed");
  Default(spec, "suspend", false);
  Default(spec, "manualSelector", false);
  Default(spec, "podReplacementPolicy", "TerminatingOrFailed");
  spec.erase("manualSelector");
  const std::string uid = Uid(job);
  const Json labels = {{"batch.kubernetes.io/controller-uid", uid},
                       {"batch.kubernetes.io/job-name", Name(job)},
                       {"controller-uid", uid},
                       {"job-name", Name(job)}};
  Default(spec, "selector", {{"matchLabels", {{"batch.kubernetes.io/controller-uid", uid}}}});
  for (const auto& [key, value] : labels.items()) {
    spec["template"]["metadata"]["labels"][key] = value;
  }
  DefaultPodSpec(spec["template"]["spec"]);
}

Json GatedCondition() {
  return {{"type", "PodScheduled"},      {"status", "False"},
          {"lastProbeTime", nullptr},    {"lastTransitionTime", nullptr},
          {"reason", "SchedulingGated"}, {"message", "Scheduling is blocked due to non-empty scheduling gates"}};
}

}  // namespace

const Json* PodSpecOf(const Json& object) {
  const Json& spec = Object(object, "spec");
  if (Text(object, "kind") == "Pod") {
    return &spec;
  }
  const Json& job = Object(Object(spec, "jobTemplate"), "spec");
  for (const Json* holder : {&spec, &job}) {
    if (Has(Object(*holder, "template"), "spec") && Has(Object(Object(*holder, "template"), "spec"), "containers")) {
      return &holder->at("template").at("spec");
    }
  }
  return nullptr;
}

void ApplyDefaults(const ResourceType& type, Json& object, unsigned ordinal) {
  if (!type.builtin) {
    return;
  }
  const std::string& kind = type.kind;
  if (kind == "Pod") {
    DefaultPod(object);
  } else if (kind == "Service") {
    DefaultService(object["spec"], ordinal);
  } else if (kind == "Job") {
    DefaultJob(object);
  } else if (kind == "Secret") {
    Default(object, "type", "Opaque");
    if (Has(object, "stringData")) {
      for (const auto& [key, value] : Object(object, "stringData").items()) {
        object["data"][key] = value;
      }
      object.erase("stringData");
    }
  } else if (kind == "Namespace") {
    Default(object["spec"], "finalizers", Json::array({"kubernetes"}));
    object["metadata"]["labels"]["kubernetes.io/metadata.name"] = Name(object);
  } else if (type.group == "apps") {
    DefaultWorkload(kind, object);
  } else if (kind == "PersistentVolumeClaim") {
    Default(object["spec"], "volumeMode", "Filesystem");
    Default(object["spec"], "storageClassName", "standard");
  } else if (kind == "CustomResourceDefinition") {
    Json& names = object["spec"]["names"];
    std::string lower = Text(names, "kind");
    for (char& c : lower) {
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    Default(names, "singular", lower);
    Default(names, "listKind", Text(names, "kind") + "List");
    Default(object["spec"], "conversion", {{"strategy", "None"}});
  }
}

void PrepareForCreate(const ResourceType& type, Json& object) {
  if (type.has_status) {
    object.erase("status");
  }
  if (!type.builtin) {
    return;
  }
  if (type.kind == "Pod") {
    object["status"] = {{"phase", "Pending"}, {"qosClass", "BestEffort"}};
    if (!Array(Object(object, "spec"), "schedulingGates").empty()) {
      object["status"]["conditions"] = Json::array({GatedCondition()});
    }
  } else if (type.kind == "Namespace") {
    object["status"] = {{"phase", "Active"}};
  } else if (type.kind == "PersistentVolumeClaim") {
    object["status"] = {{"phase", "Pending"}};
  } else if (type.kind == "Service") {
    object["status"] = {{"loadBalancer", Json::object()}};
  } else if (type.has_status) {
    object["status"] = Json::object();
  }
}

std::string PodSecurityViolation(const std::string& level, const Json& pod_spec) {
  if (level != "baseline" && level != "restricted") {
    return "";
  }
  std::vector<std::string> violations;
  for (const char* flag : {"hostNetwork", "hostPID", "hostIPC"}) {
    if (Flag(pod_spec, flag)) {
      violations.push_back("host namespaces (" + std::string(flag) + "=true)");
    }
  }
  for (const Json& volume : Array(pod_spec, "volumes")) {
    if (Has(volume, "hostPath")) {
      violations.push_back("hostPath volumes (volume \"" + Text(volume, "name") + "\")");
    }
  }
  bool escalates = false;
  for (const char* list : {"initContainers", "containers"}) {
    for (const Json& container : Array(pod_spec, list)) {
      const Json& context = Object(container, "securityContext");
      if (Flag(context, "privileged")) {
        violations.push_back("privileged (container \"" + Text(container, "name") +
                             "\" must not set securityContext.privileged=true)");
      }
      if (!Has(context, "allowPrivilegeEscalation") && level == "restricted" && !escalates) {
        escalates = true;
        violations.push_back("allowPrivilegeEscalation != false (container \"" + Text(container, "name") +
                             "\" must set securityContext.allowPrivilegeEscalation=false)");
      }
    }
  }
  std::string text;
  for (const std::string& violation : violations) {
    text += (text.empty() ? "" : ", ") + violation;
  }
  return text;
}

}  // namespace kontrakt::fakes
