#include "lib/lifecycle/namespace_setup.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "lib/base/random.h"
#include "lib/base/strings.h"
#include "lib/doc/json.h"
#include "lib/kube/watch.h"
#include "lib/lifecycle/account_rights.h"
#include "lib/lifecycle/labels.h"
#include "lib/lifecycle/namespace_removal.h"
#include "lib/manifest/scope.h"

namespace kontrakt {
namespace {

using doc::Json;

constexpr std::string_view kEnforce = "pod-security.kubernetes.io/enforce";
constexpr std::string_view kWarn = "pod-security.kubernetes.io/warn";

kube::ObjectKey KeyOf(const std::string& name) {
  return {kube::Namespaces(), "", name};
}

/// The root as the namespace records it: the same folder gives the same text, whatever the working directory.
std::string RootOf(const manifest::Scope& scope) {
  std::error_code failed;
  const std::filesystem::path root = std::filesystem::weakly_canonical(scope.root, failed);
  return failed ? scope.root : root.string();
}

/// Whether a recorded end says that this attempt can't pass any more.
std::optional<std::string> LostOrFailed(const RunNamespace& ns) {
  Result<std::vector<TestEnd>> ends = ns.ReadTests();
  if (!ends)
    return "what was recorded of its tests can't be read";
  for (const TestEnd& end : *ends) {
    if (end.result != "passed")
      return end.object + " " + end.result;
  }
  return std::nullopt;
}

Result<Json> NamespaceLabels(const ApplyOptions& options) {
  Json labels = {{std::string(kEnforce), "baseline"}, {std::string(kWarn), "restricted"}};
  for (const std::string& flag : options.namespace_labels) {
    const std::size_t equals = flag.find('=');
    if (equals == std::string::npos || equals == 0)
      return Usage("--namespace-label " + flag + " is not key=value");
    const std::string key = flag.substr(0, equals);
    const std::string value = flag.substr(equals + 1);
    const bool lowers = key == kEnforce && value != "baseline" && value != "restricted";
    if (lowers && !options.allow_privileged_namespace) {
      Error error = Conflict("--namespace-label " + flag + " would lower Pod Security below baseline");
      error.SetHint("--allow-privileged-namespace allows it");
      return error;
    }
    if (!IsLabelValue(value))
      return Usage("--namespace-label " + flag + ": that is no label value");
    labels[key] = value;
  }
  if (options.allow_privileged_namespace && labels[std::string(kEnforce)] == "baseline") {
    labels[std::string(kEnforce)] = "privileged";
  }
  if (!options.guard)
    labels[std::string(label::kGuard)] = "off";
  return labels;
}

/// A label, and an annotation of the same key with the full value where the label can only hold a hash of it.
void PutLabel(Json& metadata, std::string_view key, const std::string& value) {
  const std::string as_label = manifest::LabelValueOf(value);
  metadata["labels"][std::string(key)] = as_label;
  if (as_label != value)
    metadata["annotations"][std::string(key)] = value;
}

Result<Json> NamespaceObject(const Context& context, const NamespaceRequest& request) {
  KT_ASSIGN(Json labels, NamespaceLabels(request.options));
  Json metadata = {{"name", request.plan.namespace_name}, {"labels", std::move(labels)}};
  PutLabel(metadata, label::kManagedBy, std::string(label::kManagedByValue));
  PutLabel(metadata, label::kOwner, context.scope.owner);
  PutLabel(metadata, label::kRun, request.run_id);
  PutLabel(metadata, label::kName, request.plan.kontrakt.folder.name);
  Json& annotations = metadata["annotations"];
  const auto put = [&](std::string_view key, const std::string& value) {
    if (!value.empty())
      annotations[std::string(key)] = value;
  };
  put(annotation::kPrefix, context.scope.namespace_prefix);
  put(annotation::kRoot, RootOf(context.scope));
  put(annotation::kFolder, request.plan.kontrakt.folder.relative);
  put(annotation::kSourceReference, request.options.variables.source_reference.value_or(""));
  put(annotation::kRunKontrakts, Join(request.run_kontrakts, ","));
  put(annotation::kPhase, "applying");
  put(annotation::kInputs, request.plan.inputs);
  put(annotation::kAssertions, request.plan.kontrakt.assertion_digest.ToString());
  put(annotation::kTargets, TargetsToText(request.plan.targets));
  put(annotation::kInventory, request.plan.inventory.ToText());
  put(annotation::kAttempt, RandomHex(8));
  put(annotation::kExpires, FormatRfc3339(NowWall() + request.options.timeout + std::chrono::hours(1)));
  put(annotation::kReportUrl, request.options.report_url);
  return Json{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", std::move(metadata)}};
}

/// Waits until the controller has published the cluster's CA: pods that mount a token would hang without it.
Result<void> AwaitRootCa(const Context& context, const std::string& namespace_name) {
  kube::WatchSet watch(context.client);
  watch.Add({.resource = kube::ConfigMaps(),
             .namespace_name = namespace_name,
             .label_selector = "",
             .field_selector = "metadata.name=kube-root-ca.crt",
             .metadata_only = true});
  const Bound bound = context.bound.Until(Deadline::After(std::chrono::seconds(30)));
  while (true) {
    std::optional<kube::WatchEvent> event = watch.Next(std::chrono::seconds(1), bound);
    if (event && event->type == kube::EventType::kUpserted)
      return {};
    if (event && event->type == kube::EventType::kFailed && event->error)
      return *event->error;
    KT_TRY(context.bound.Check("ConfigMap kube-root-ca.crt in namespace " + namespace_name));
    if (bound.deadline.HasPassed()) {
      // Clusters without the publisher exist; pods that need the CA will say so.
      context.progress.Warn("namespace " + namespace_name + " got no ConfigMap kube-root-ca.crt within 30 s");
      return {};
    }
  }
}

Json ServiceAccount(const std::string& name, bool automount, const std::vector<std::string>& pull_secrets) {
  Json account = {{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", {{"name", name}}}};
  if (!automount)
    account["automountServiceAccountToken"] = false;
  for (const std::string& secret : pull_secrets)
    account["imagePullSecrets"].push_back({{"name", secret}});
  return account;
}

Result<void> ApplyInside(const Context& context, const std::string& namespace_name, const std::vector<Json>& objects) {
  std::vector<kube::Client::ApplyItem> items;
  for (const Json& object : objects) {
    const auto gvk = kube::GroupVersionKind::Of(doc::StringAt(object, {"apiVersion"}), doc::StringAt(object, {"kind"}));
    KT_ASSIGN(kube::Resource resource, context.client.ResourceOf(gvk, context.bound));
    kube::ApplyOptions options;
    options.field_manager = context.client.field_manager();
    // The controller may have made `default` first; its fields are ours to set in a namespace of our own.
    options.force = kube::Force::kYes;
    items.push_back({{resource, namespace_name, doc::StringAt(object, {"metadata", "name"})}, &object, options});
  }
  const auto results = ApplyAllWhileBinding(context, items);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i])
      return WithContext(results[i].error(), "applying " + items[i].key.ToString());
  }
  return {};
}

}  // namespace

Result<NamespaceStanding> ReadStanding(const Context& context, const Plan& plan, const std::string& run_id) {
  NamespaceStanding standing;
  while (true) {
    Result<RunNamespace> ns = ReadRunNamespace(context.client, plan.namespace_name, context.bound);
    if (!ns && ns.error().code() == ErrorCode::kNotFound)
      return standing;
    if (!ns)
      return WithContext(std::move(ns.error()), "reading namespace " + plan.namespace_name);
    if (!ns->IsOurs() || ns->Owner() != context.scope.owner || ns->RunId() != run_id) {
      Error error = Conflict("namespace " + ns->name + " exists and was not made by this run");
      error.SetHint("give another --run-id or --namespace-prefix");
      return error;
    }
    if (ns->terminating) {
      context.progress.Note(plan.kontrakt.folder.name, "namespace " + ns->name + " is being deleted; waiting",
                            Mood::kWaiting);
      KT_TRY(RemoveNamespace(context, *ns));
      continue;
    }
    if (ns->Folder() != plan.kontrakt.folder.relative || ns->Annotation(annotation::kRoot) != RootOf(context.scope)) {
      Error error = Conflict("namespace " + ns->name + " belongs to the kontrakt in " +
                             ns->Annotation(annotation::kRoot) + "/" + ns->Folder() + " of the same run");
      error.SetHint("give this one another --name, or run it under another --run-id");
      return error;
    }
    standing.ns = std::move(*ns);
    return standing;
  }
}

void JudgeStanding(NamespaceStanding& standing, const Plan& plan) {
  if (!standing.ns)
    return;
  const RunNamespace& ns = *standing.ns;
  const auto anew = [&](std::string why) {
    standing.standing = Standing::kNewAttempt;
    standing.why = std::move(why);
  };
  if (ns.Annotation(annotation::kInventory).empty())
    return anew("an earlier apply left it before it planned anything");
  if (ns.Annotation(annotation::kInputs) != plan.inputs)
    return anew("the inputs have changed");
  Result<std::optional<Verdict>> verdict = ns.ReadVerdict();
  if (!verdict)
    return anew("its verdict can't be read");
  if (*verdict && !ns.Mismatch(**verdict)) {
    if (!(*verdict)->passed())
      return anew("it failed: " + (*verdict)->reason);
    standing.standing = Standing::kPassed;
    return;
  }
  if (auto lost = LostOrFailed(ns))
    return anew(*lost);
  standing.standing = Standing::kSameInputs;
}

Result<void> RemoveNamespace(const Context& context, const RunNamespace& ns) {
  if (!ns.terminating) {
    kube::DeleteOptions options;
    options.uid = ns.uid;
    Result<Json> deleted = context.client.Delete(KeyOf(ns.name), options, context.bound);
    if (!deleted && deleted.error().code() == ErrorCode::kNotFound)
      return {};
    if (!deleted)
      return WithContext(std::move(deleted.error()), "deleting namespace " + ns.name);
  }
  KT_ASSIGN(const bool gone, AwaitGone(context, ns, context.bound));
  return gone ? Result<void>() : context.bound.Check("namespace " + ns.name + " to be gone");
}

Result<RunNamespace> MakeNamespace(const Context& context, const NamespaceRequest& request) {
  KT_ASSIGN(Json object, NamespaceObject(context, request));
  Result<Json> made = context.client.Create(kube::Namespaces(), "", object, kube::DryRun::kNone, context.bound);
  if (!made) {
    Error error = WithContext(std::move(made.error()), "creating namespace " + request.plan.namespace_name);
    if (error.code() == ErrorCode::kConflict && !error.hint())
      error.SetHint("another apply of this run is at work");
    if (error.code() == ErrorCode::kDenied && !error.hint()) {
      error.SetHint("the account needs the cluster-wide right to create namespaces: tasks/rbac has the roles");
    }
    return error;
  }
  return RunNamespace::Of(*made);
}

Result<void> SetUpNamespace(const Context& context, const RunNamespace& ns, const NamespaceRequest& request) {
  std::vector<Json> first = {ServiceAccount("default", false, request.given.pull_secrets),
                             ServiceAccount(std::string(kTestAccount), true, request.given.pull_secrets)};
  first.insert(first.end(), request.given.secrets.begin(), request.given.secrets.end());
  KT_TRY(ApplyInside(context, ns.name, first));
  KT_ASSIGN(std::vector<Json> rights, AccountRights(context, ns.name, request.plan, request.options));
  KT_TRY(ApplyInside(context, ns.name, rights));
  return AwaitRootCa(context, ns.name);
}

}  // namespace kontrakt
