#include <map>
#include <set>
#include <utility>

#include "tests/fakes/api_kinds.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

using Fields = std::set<std::string, std::less<>>;

const Fields kContainer = {"name",
                           "image",
                           "command",
                           "args",
                           "workingDir",
                           "ports",
                           "envFrom",
                           "env",
                           "resources",
                           "resizePolicy",
                           "restartPolicy",
                           "restartPolicyRules",
                           "volumeMounts",
                           "volumeDevices",
                           "livenessProbe",
                           "readinessProbe",
                           "startupProbe",
                           "lifecycle",
                           "terminationMessagePath",
                           "terminationMessagePolicy",
                           "imagePullPolicy",
                           "securityContext",
                           "stdin",
                           "stdinOnce",
                           "tty"};

const Fields kPodSpec = {"volumes",
                         "initContainers",
                         "containers",
                         "ephemeralContainers",
                         "restartPolicy",
                         "terminationGracePeriodSeconds",
                         "activeDeadlineSeconds",
                         "dnsPolicy",
                         "nodeSelector",
                         "serviceAccountName",
                         "serviceAccount",
                         "automountServiceAccountToken",
                         "nodeName",
                         "hostNetwork",
                         "hostPID",
                         "hostIPC",
                         "shareProcessNamespace",
                         "securityContext",
                         "imagePullSecrets",
                         "hostname",
                         "subdomain",
                         "affinity",
                         "schedulerName",
                         "tolerations",
                         "hostAliases",
                         "priorityClassName",
                         "priority",
                         "dnsConfig",
                         "readinessGates",
                         "runtimeClassName",
                         "enableServiceLinks",
                         "preemptionPolicy",
                         "overhead",
                         "topologySpreadConstraints",
                         "setHostnameAsFQDN",
                         "os",
                         "hostUsers",
                         "schedulingGates",
                         "resourceClaims",
                         "resources",
                         "hostnameOverride"};

/// Top-level and spec fields of a kind; no spec: a kind without one.
struct KindSchema {
  Fields top;
  Fields spec;
};

const std::map<std::string, KindSchema, std::less<>>& Schemas() {
  static const Fields usual = {"spec", "status"};
  static const std::map<std::string, KindSchema, std::less<>> schemas = {
      {"Pod", {usual, kPodSpec}},
      {"Deployment",
       {usual,
        {"replicas", "selector", "template", "strategy", "minReadySeconds", "revisionHistoryLimit", "paused",
         "progressDeadlineSeconds"}}},
      {"ReplicaSet", {usual, {"replicas", "minReadySeconds", "selector", "template"}}},
      {"StatefulSet",
       {usual,
        {"replicas", "selector", "template", "volumeClaimTemplates", "serviceName", "podManagementPolicy",
         "updateStrategy", "revisionHistoryLimit", "minReadySeconds", "persistentVolumeClaimRetentionPolicy",
         "ordinals"}}},
      {"DaemonSet", {usual, {"selector", "template", "updateStrategy", "minReadySeconds", "revisionHistoryLimit"}}},
      {"Job",
       {usual,
        {"parallelism", "completions", "activeDeadlineSeconds", "podFailurePolicy", "successPolicy", "backoffLimit",
         "backoffLimitPerIndex", "maxFailedIndexes", "selector", "manualSelector", "template",
         "ttlSecondsAfterFinished", "completionMode", "suspend", "podReplacementPolicy", "managedBy"}}},
      {"Service",
       {usual,
        {"ports",
         "selector",
         "clusterIP",
         "clusterIPs",
         "type",
         "externalIPs",
         "sessionAffinity",
         "loadBalancerIP",
         "loadBalancerSourceRanges",
         "externalName",
         "externalTrafficPolicy",
         "healthCheckNodePort",
         "publishNotReadyAddresses",
         "sessionAffinityConfig",
         "ipFamilies",
         "ipFamilyPolicy",
         "allocateLoadBalancerNodePorts",
         "loadBalancerClass",
         "internalTrafficPolicy",
         "trafficDistribution"}}},
      {"ConfigMap", {{"data", "binaryData", "immutable"}, {}}},
      {"Secret", {{"data", "stringData", "type", "immutable"}, {}}},
      {"ServiceAccount", {{"secrets", "imagePullSecrets", "automountServiceAccountToken"}, {}}},
      {"Namespace", {usual, {"finalizers"}}},
  };
  return schemas;
}

void Check(const Json& object, const Fields& known, const std::string& path, std::vector<std::string>& unknown) {
  if (!object.is_object()) {
    return;
  }
  for (const auto& [key, value] : object.items()) {
    if (!known.contains(key)) {
      unknown.push_back(path + "." + key);
    }
  }
}

void CheckPodSpec(const Json& spec, const std::string& path, std::vector<std::string>& unknown) {
  Check(spec, kPodSpec, path, unknown);
  for (const char* list : {"initContainers", "containers"}) {
    std::size_t index = 0;
    for (const Json& container : Array(spec, list)) {
      // Server-side apply names items of keyed lists by their key, strict decoding by their index.
      const std::string name = Text(container, "name");
      const std::string at = name.empty() ? std::to_string(index) : "name=\"" + name + "\"";
      Check(container, kContainer, path + "." + list + "[" + at + "]", unknown);
      ++index;
    }
  }
}

void Prune(Json& object, const Fields& known) {
  std::vector<std::string> unknown;
  Check(object, known, "", unknown);
  for (const std::string& field : unknown) {
    object.erase(field.substr(1));
  }
}

void PrunePodSpec(Json& spec) {
  Prune(spec, kPodSpec);
  for (const char* list : {"initContainers", "containers"}) {
    if (Has(spec, list)) {
      for (Json& container : spec[list]) {
        Prune(container, kContainer);
      }
    }
  }
}

}  // namespace

void PruneUnknownFields(const ResourceType& type, Json& object) {
  const auto schema = type.builtin ? Schemas().find(type.kind) : Schemas().end();
  if (schema == Schemas().end()) {
    return;
  }
  Fields top = schema->second.top;
  top.insert({"apiVersion", "kind", "metadata"});
  Prune(object, top);
  if (type.kind == "Pod") {
    PrunePodSpec(object["spec"]);
  } else if (Has(object, "spec")) {
    Prune(object["spec"], schema->second.spec);
    if (PodSpecOf(object) != nullptr) {
      PrunePodSpec(object["spec"]["template"]["spec"]);
    }
  }
}

std::vector<std::string> UnknownFields(const ResourceType& type, const Json& object) {
  const auto schema = type.builtin ? Schemas().find(type.kind) : Schemas().end();
  if (schema == Schemas().end()) {
    return {};
  }
  std::vector<std::string> unknown;
  Fields top = schema->second.top;
  top.insert({"apiVersion", "kind", "metadata"});
  Check(object, top, "", unknown);
  const Json& spec = Object(object, "spec");
  if (type.kind == "Pod") {
    CheckPodSpec(spec, ".spec", unknown);
    return unknown;
  }
  Check(spec, schema->second.spec, ".spec", unknown);
  if (const Json* pod_spec = PodSpecOf(object)) {
    CheckPodSpec(*pod_spec, ".spec.template.spec", unknown);
  }
  return unknown;
}

std::vector<std::string> MistypedFields(const ResourceType& type, const Json& object) {
  std::vector<std::string> wrong;
  if (!type.builtin) {
    return wrong;
  }
  const Json& spec = Object(object, "spec");
  for (const char* key : {"replicas", "parallelism", "completions", "backoffLimit", "activeDeadlineSeconds"}) {
    if (Has(spec, key) && !spec.at(key).is_number()) {
      wrong.push_back(".spec." + std::string(key) + ": expected numeric (int or float), got " +
                      std::string(spec.at(key).type_name()));
    }
  }
  const auto strings = [&](const Json& map, const std::string& path) {
    for (const auto& [key, value] : map.items()) {
      if (!value.is_string()) {
        wrong.push_back(path + "." + key + ": expected string, got &value.valueUnstructured{Value:" + value.dump() +
                        "}");
      }
    }
  };
  if (type.kind == "ConfigMap" || type.kind == "Secret") {
    strings(Object(object, "data"), ".data");
  }
  strings(Object(Metadata(object), "labels"), ".metadata.labels");
  strings(Object(Metadata(object), "annotations"), ".metadata.annotations");
  if (const Json* pod_spec = PodSpecOf(object)) {
    const std::string path = type.kind == "Pod" ? ".spec" : ".spec.template.spec";
    for (const Json& container : Array(*pod_spec, "containers")) {
      for (const Json& variable : Array(container, "env")) {
        if (Has(variable, "value") && !variable.at("value").is_string()) {
          wrong.push_back(
              path + ".containers[name=\"" + Text(container, "name") + "\"].env[name=\"" + Text(variable, "name") +
              "\"].value: expected string, got &value.valueUnstructured{Value:" + variable.at("value").dump() + "}");
        }
      }
    }
  }
  return wrong;
}

}  // namespace kontrakt::fakes
