#include "tests/fakes/api_kinds.h"

#include <algorithm>

#include "lib/base/base64.h"
#include "tests/fakes/json_access.h"
#include "tests/fakes/status_conditions.h"

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
  const std::string last = image.substr(image.rfind('/') + 1);
  const bool latest = last.find('@') == std::string::npos &&
                      (last.find(':') == std::string::npos || last.substr(last.find(':')) == ":latest");
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

/// What the admission plugins ServiceAccount, Priority and DefaultTolerationSeconds add to a pod.
void AdmitPod(Json& spec) {
  Default(spec, "serviceAccountName", "default");
  Default(spec, "serviceAccount", spec["serviceAccountName"]);
  Default(spec, "preemptionPolicy", "PreemptLowerPriority");
  Default(spec, "priority", 0);
  for (const char* key : {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}) {
    const Json& there = Array(spec, "tolerations");
    if (std::none_of(there.begin(), there.end(), [&](const Json& one) { return Text(one, "key") == key; })) {
      spec["tolerations"].push_back(
          {{"key", key}, {"operator", "Exists"}, {"effect", "NoExecute"}, {"tolerationSeconds", 300}});
    }
  }
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
  DefaultPodSpec(spec["template"]["spec"]);
}

/// The selector and the labels by which a Job knows its pods.
void SelectJobPods(Json& job) {
  Json& spec = job["spec"];
  const std::string uid = Uid(job);
  const Json labels = {{"batch.kubernetes.io/controller-uid", uid},
                       {"batch.kubernetes.io/job-name", Name(job)},
                       {"controller-uid", uid},
                       {"job-name", Name(job)}};
  Default(spec, "selector", {{"matchLabels", {{"batch.kubernetes.io/controller-uid", uid}}}});
  Default(job["metadata"], "labels", Json::object());
  for (const auto& [key, value] : labels.items()) {
    spec["template"]["metadata"]["labels"][key] = value;
    Default(job["metadata"]["labels"], key, value);
  }
}

/// Members that are left out where they are empty (omitempty in the Go types).
void OmitEmpty(Json& object) {
  for (const char* key : {"labels", "annotations", "finalizers", "ownerReferences"}) {
    if (Has(object["metadata"], key) && object["metadata"][key].empty()) {
      object["metadata"].erase(key);
    }
  }
  if (Has(Object(object, "spec"), "schedulingGates") && object["spec"]["schedulingGates"].empty()) {
    object["spec"].erase("schedulingGates");
  }
  if (Has(object, "subjects") && object["subjects"].empty()) {
    object.erase("subjects");
  }
}

Json GatedCondition() {
  return {{"type", "PodScheduled"},      {"status", "False"},
          {"lastProbeTime", nullptr},    {"lastTransitionTime", NowText()},
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
  OmitEmpty(object);
  if (kind == "Pod") {
    DefaultPodSpec(object["spec"]);
    Default(object["spec"], "enableServiceLinks", true);
  } else if (kind == "Service") {
    DefaultService(object["spec"], ordinal);
  } else if (kind == "Job") {
    DefaultJob(object);
  } else if (kind == "Secret") {
    Default(object, "type", "Opaque");
    if (Has(object, "stringData")) {
      for (const auto& [key, value] : Object(object, "stringData").items()) {
        object["data"][key] = Base64Encode(value.is_string() ? value.get<std::string>() : value.dump());
      }
      object.erase("stringData");
    }
  } else if (kind == "Namespace") {
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

void ApplyAdmission(const ResourceType& type, Json& object) {
  if (type.builtin && type.kind == "Pod") {
    AdmitPod(object["spec"]);
  } else if (type.builtin && type.kind == "Job") {
    SelectJobPods(object);
  } else if (type.builtin && type.kind == "Namespace") {
    Default(object["spec"], "finalizers", Json::array({"kubernetes"}));
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

}  // namespace kontrakt::fakes
