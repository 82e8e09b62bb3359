#include "lib/lifecycle/plan.h"

#include <algorithm>
#include <utility>

#include "lib/base/digest.h"
#include "lib/doc/path.h"
#include "lib/lifecycle/guardrails.h"
#include "lib/lifecycle/labels.h"
#include "lib/lifecycle/pod_metadata.h"
#include "lib/lifecycle/tests_hold.h"
#include "lib/manifest/images.h"
#include "lib/manifest/scope.h"

namespace kontrakt {
namespace {

using doc::Json;
using manifest::Object;

std::string KindKey(const kube::GroupVersionKind& gvk) {
  return gvk.group + "/" + gvk.kind;
}

Error At(const Object& object, Error error) {
  if (!error.location())
    error.SetLocation(object.location);
  return error;
}

class Planner {
 public:
  Planner(const Context& context, const DefinedKinds& defined, const ApplyOptions& options, const std::string& run_id,
          std::vector<Error>& problems, Plan& plan)
      : context_(context), defined_(defined), options_(options), run_id_(run_id), problems_(problems), plan_(plan) {}

  void Add(const Object& object) {
    Result<kube::Resource> resource = ResourceOf(object);
    if (!resource) {
      problems_.push_back(At(object, std::move(resource.error())));
      return;
    }
    InventoryItem item;
    item.key = {*resource, "", object.name};
    item.generate_name = object.generate_name;
    item.file = object.location.file;
    item.line = object.location.line;
    Json value = object.value;
    PlaceIn(object, item);
    const auto pod = manifest::PodSpecOf(value);
    ReadRole(object, value, pod, item);
    ReadExpectations(object, value, pod, item);
    if (item.role == Role::kTest)
      HoldTest(object, value, pod, item);
    Label(value, item);
    plan_.values.push_back(std::move(value));
    plan_.inventory.items.push_back(std::move(item));
  }

 private:
  Result<kube::Resource> ResourceOf(const Object& object) {
    if (const auto found = defined_.find(KindKey(object.gvk)); found != defined_.end()) {
      kube::Resource resource = found->second;
      resource.gvk = object.gvk;
      return resource;
    }
    return context_.client.ResourceOf(object.gvk, context_.bound);
  }

  void Refuse(const Object& object, const std::string& what, const std::string& hint) {
    Error error = Conflict(what);
    error.SetHint(hint);
    problems_.push_back(At(object, std::move(error)));
  }

  void PlaceIn(const Object& object, InventoryItem& item) {
    if (item.key.resource.scope == kube::Scope::kCluster) {
      item.outside = true;
      if (!options_.allow_cluster_scoped) {
        Refuse(object, object.Describe() + " belongs to no namespace: a kontrakt stays inside its own",
               "--allow-cluster-scoped applies it, and takes it away again with the last run that uses it");
      }
      return;
    }
    item.key.namespace_name = plan_.namespace_name;
    if (object.namespace_name.empty() || object.namespace_name == plan_.namespace_name)
      return;
    item.key.namespace_name = object.namespace_name;
    item.outside = true;
    if (!options_.allow_cluster_scoped) {
      Refuse(object,
             object.Describe() + " names namespace " + object.namespace_name + ": a kontrakt stays inside its own",
             "leave metadata.namespace out, or write ${kontrakt.namespace}");
    }
  }

  void ReadRole(const Object& object, const Json& value, const std::optional<manifest::PodSpecPath>& pod,
                InventoryItem& item) {
    if (!pod)
      return;
    const std::string role = PodLabel(value, *pod, label::kRole);
    if (role == "target") {
      item.role = Role::kTarget;
    } else if (role == "test") {
      item.role = Role::kTest;
    } else if (!role.empty()) {
      problems_.push_back(At(
          object, InvalidInput(object.Describe() + " has label kontrakt: " + role + "; it is \"target\" or \"test\"")));
    } else if (pod->metadata != "/metadata" && !OwnLabel(value, label::kRole).empty()) {
      Error error = InvalidInput(object.Describe() + " carries the label kontrakt itself, its pods do not");
      error.SetHint("put the label into the pod template's metadata");
      problems_.push_back(At(object, std::move(error)));
    }
    for (const char* list : {"/initContainers", "/containers"}) {
      const auto pointer = Json::json_pointer(pod->spec + list);
      if (!value.contains(pointer) || !value.at(pointer).is_array())
        continue;
      for (const Json& container : value.at(pointer))
        item.containers.push_back(doc::StringAt(container, {"name"}));
    }
  }

  void ReadExpectations(const Object& object, const Json& value, const std::optional<manifest::PodSpecPath>& pod,
                        InventoryItem& item) {
    item.ready_when = AnnotationOf(value, pod, annotation::kReadyWhen);
    if (!item.ready_when.empty()) {
      if (Result<doc::Condition> parsed = doc::Condition::Parse(item.ready_when); !parsed) {
        problems_.push_back(At(object, WithContext(std::move(parsed.error()), "annotation kontrakt/ready-when")));
      }
    }
    item.waited_for = AnnotationOf(value, pod, annotation::kWait) != "false";
    item.expect = AnnotationOf(value, pod, annotation::kExpect);
    if (!item.expect.empty() && item.expect != "completion" && item.expect != "readiness") {
      problems_.push_back(At(object, InvalidInput("annotation kontrakt/expect is \"" + item.expect +
                                                  "\"; it is \"completion\" or \"readiness\"")));
    }
  }

  void HoldTest(const Object& object, Json& value, const std::optional<manifest::PodSpecPath>& pod,
                InventoryItem& item) {
    const std::string start = AnnotationOf(value, pod, annotation::kStart);
    if (!start.empty() && start != "at-once") {
      problems_.push_back(
          At(object, InvalidInput("annotation kontrakt/start is \"" + start + "\"; it is \"at-once\"")));
    }
    if (options_.tests_at_once || start == "at-once")
      return;
    item.hold = HoldBack(value, *pod);
    if (item.hold == Hold::kNone) {
      plan_.notes.push_back(object.Describe() + " starts at once: a pod with spec.nodeName can't be held back");
    }
  }

  void Label(Json& value, const InventoryItem& item) {
    Json& metadata = value["metadata"];
    if (item.outside)
      return;
    metadata["namespace"] = item.key.namespace_name;
    metadata["labels"][std::string(label::kRun)] = manifest::LabelValueOf(run_id_);
  }

  const Context& context_;
  const DefinedKinds& defined_;
  const ApplyOptions& options_;
  const std::string& run_id_;
  std::vector<Error>& problems_;
  Plan& plan_;
};

void CheckThereAreTests(const Plan& plan, const ApplyOptions& options, std::vector<Error>& problems) {
  if (options.allow_no_tests || !plan.inventory.WithRole(Role::kTest).empty())
    return;
  Error error = InvalidInput("kontrakt " + plan.kontrakt.folder.name + " (" + plan.kontrakt.folder.path +
                             ") has no test: nothing could say that it passed");
  error.SetHint("label a pod, or a Job's pod template, with kontrakt: test; or give --allow-no-tests");
  problems.push_back(std::move(error));
}

}  // namespace

void CollectDefinedKinds(const std::vector<Object>& objects, DefinedKinds& kinds) {
  for (const Object& object : objects) {
    if (object.gvk.kind != "CustomResourceDefinition")
      continue;
    kube::Resource resource;
    resource.gvk.group = doc::StringAt(object.value, {"spec", "group"});
    resource.gvk.kind = doc::StringAt(object.value, {"spec", "names", "kind"});
    resource.plural = doc::StringAt(object.value, {"spec", "names", "plural"});
    resource.scope =
        doc::StringAt(object.value, {"spec", "scope"}) == "Cluster" ? kube::Scope::kCluster : kube::Scope::kNamespaced;
    if (!resource.plural.empty())
      kinds[KindKey(resource.gvk)] = resource;
  }
}

Plan MakePlan(const Context& context, manifest::Kontrakt kontrakt, const DefinedKinds& defined,
              const ApplyOptions& options, const std::string& run_id, std::vector<Error>& problems) {
  Plan plan;
  const std::string& name = kontrakt.folder.name;
  plan.namespace_name = manifest::NamespaceOf(context.scope.namespace_prefix, context.scope.owner, run_id, name);
  plan.kontrakt = std::move(kontrakt);
  const std::size_t known_problems = problems.size();
  Planner planner(context, defined, options, run_id, problems, plan);
  for (const Object& object : plan.kontrakt.objects)
    planner.Add(object);
  // Indexes of waves and locations hold only when every object has found its place.
  if (problems.size() != known_problems && plan.values.size() != plan.kontrakt.objects.size())
    return plan;
  CheckGuardrails(plan, options, problems);
  CheckThereAreTests(plan, options, problems);
  Result<std::vector<manifest::Wave>> waves = manifest::OrderIntoWaves(plan.kontrakt.objects);
  if (waves) {
    plan.waves = std::move(*waves);
  } else {
    problems.push_back(std::move(waves.error()));
  }
  return plan;
}

void SealInputs(Plan& plan, const ApplyOptions& options) {
  std::string text = plan.kontrakt.source_digest.ToString() + "\n" + TargetsToText(plan.targets) + "\n";
  text += options.test_rights == TestRights::kFull ? "rights=full\n" : "";
  text += options.tests_at_once ? "tests-at-once\n" : "";
  for (const std::string& entry : options.namespace_labels)
    text += entry + "\n";
  plan.inputs = Digest::Of(text).ToString();
}

}  // namespace kontrakt
