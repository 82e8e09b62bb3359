#include "lib/lifecycle/run_namespace.h"

#include <algorithm>
#include <set>
#include <utility>

#include "lib/base/digest.h"
#include "lib/base/strings.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/labels.h"
#include "lib/lifecycle/report.h"
#include "lib/manifest/folder.h"

namespace kontrakt {
namespace {

using doc::Json;

/// Kubernetes refuses more (validation of ObjectMeta: 256 KiB for all keys and values together); the rest is room for
/// what later steps write.
constexpr std::size_t kAnnotationLimit = 256 * 1024 - 4096;

constexpr int kConflictAttempts = 10;

kube::ObjectKey NamespaceKey(const std::string& name) {
  return {kube::Namespaces(), "", name};
}

std::map<std::string, std::string> StringMap(const Json& object) {
  std::map<std::string, std::string> values;
  for (const auto& [key, value] : object.items())
    values[key] = doc::ScalarText(value);
  return values;
}

Result<void> CheckSize(const RunNamespace& ns, const AnnotationChanges& changes) {
  std::map<std::string, std::string> after = ns.annotations;
  for (const auto& [key, value] : changes) {
    if (value) {
      after[key] = *value;
    } else {
      after.erase(key);
    }
  }
  std::size_t total = 0;
  for (const auto& [key, value] : after)
    total += key.size() + value.size();
  if (total <= kAnnotationLimit)
    return {};
  Error error = InvalidInput("what is to be recorded on namespace " + ns.name + " takes " + std::to_string(total) +
                             " bytes, an object's annotations hold " + std::to_string(kAnnotationLimit));
  error.SetHint("split the kontrakt into several folders");
  return error;
}

bool ChangesNothing(const RunNamespace& ns, const AnnotationChanges& changes) {
  return std::all_of(changes.begin(), changes.end(), [&](const auto& change) {
    const auto found = ns.annotations.find(change.first);
    if (!change.second)
      return found == ns.annotations.end();
    return found != ns.annotations.end() && found->second == *change.second;
  });
}

Json MergePatchOf(const RunNamespace& ns, const AnnotationChanges& changes) {
  Json annotations = Json::object();
  for (const auto& [key, value] : changes)
    annotations[key] = value ? Json(*value) : Json(nullptr);
  return {{"metadata", {{"resourceVersion", ns.resource_version}, {"annotations", std::move(annotations)}}}};
}

Result<std::vector<std::string>> NamesInScope(const manifest::Scope& scope) {
  if (scope.files.empty())
    return scope.only;
  KT_ASSIGN(manifest::Found found, manifest::FindKontrakts({.paths = scope.files,
                                                            .recursive = scope.recursive,
                                                            .only = scope.only,
                                                            .name = scope.name,
                                                            .root = scope.root}));
  std::vector<std::string> names;
  for (const manifest::Folder& folder : found.folders)
    names.push_back(folder.name);
  return names;
}

Result<std::vector<RunNamespace>> ListNamespaces(const kube::Client& client, const std::string& selector,
                                                 const Bound& bound) {
  kube::ListOptions options;
  options.label_selector = selector;
  options.metadata_only = true;
  KT_ASSIGN_CONTEXT(std::vector<Json> objects, client.List(kube::Namespaces(), "", options, bound),
                    "listing the run's namespaces");
  std::vector<RunNamespace> namespaces;
  for (const Json& object : objects)
    namespaces.push_back(RunNamespace::Of(object));
  return namespaces;
}

}  // namespace

std::string RunNamespace::Annotation(std::string_view key) const {
  const auto found = annotations.find(std::string(key));
  return found == annotations.end() ? std::string() : found->second;
}

std::string RunNamespace::Label(std::string_view key) const {
  const auto found = labels.find(std::string(key));
  return found == labels.end() ? std::string() : found->second;
}

namespace {
std::string FullValue(const RunNamespace& ns, std::string_view key) {
  std::string full = ns.Annotation(key);
  return full.empty() ? ns.Label(key) : full;
}
}  // namespace

std::string RunNamespace::Owner() const {
  return FullValue(*this, label::kOwner);
}
std::string RunNamespace::RunId() const {
  return FullValue(*this, label::kRun);
}
std::string RunNamespace::KontraktName() const {
  return Label(label::kName);
}
std::string RunNamespace::Prefix() const {
  return Annotation(annotation::kPrefix);
}
std::string RunNamespace::Folder() const {
  return Annotation(annotation::kFolder);
}
std::string RunNamespace::Phase() const {
  return Annotation(annotation::kPhase);
}
std::string RunNamespace::Attempt() const {
  return Annotation(annotation::kAttempt);
}

std::vector<std::string> RunNamespace::RunKontrakts() const {
  const std::string text = Annotation(annotation::kRunKontrakts);
  return text.empty() ? std::vector<std::string>{} : Split(text, ',');
}

Result<Inventory> RunNamespace::ReadInventory() const {
  KT_ASSIGN_CONTEXT(Inventory inventory, Inventory::Parse(Annotation(annotation::kInventory)),
                    "reading namespace " + name);
  return inventory;
}

Result<std::vector<Target>> RunNamespace::ReadTargets() const {
  KT_ASSIGN_CONTEXT(std::vector<Target> targets, ParseTargets(Annotation(annotation::kTargets)),
                    "reading namespace " + name);
  return targets;
}

Result<std::vector<TestEnd>> RunNamespace::ReadTests() const {
  KT_ASSIGN_CONTEXT(std::vector<TestEnd> ends, ParseTestEnds(Annotation(annotation::kTests)),
                    "reading namespace " + name);
  return ends;
}

Result<std::optional<Verdict>> RunNamespace::ReadVerdict() const {
  const std::string text = Annotation(annotation::kVerdict);
  if (text.empty())
    return std::optional<Verdict>();
  KT_ASSIGN_CONTEXT(Verdict verdict, Verdict::Parse(text), "reading namespace " + name);
  return std::optional<Verdict>(std::move(verdict));
}

std::optional<WallTime> RunNamespace::Expires() const {
  Result<WallTime> when = ParseRfc3339(Annotation(annotation::kExpires));
  if (!when)
    return std::nullopt;
  return *when;
}

bool RunNamespace::IsOurs() const {
  return Label(label::kManagedBy) == label::kManagedByValue && !Prefix().empty() && !RunId().empty() &&
         name == manifest::NamespaceOf(Prefix(), Owner(), RunId(), KontraktName());
}

std::optional<std::string> RunNamespace::Mismatch(const Verdict& verdict) const {
  if (verdict.namespace_uid != uid)
    return "it was given for another namespace of this name";
  if (verdict.attempt != Attempt())
    return "it was given for another attempt";
  if (verdict.inputs != Annotation(annotation::kInputs))
    return "the inputs have changed since";
  if (verdict.inventory != Digest::Of(Annotation(annotation::kInventory)).ToString()) {
    return "the inventory has changed since";
  }
  if (verdict.targets != Digest::Of(Annotation(annotation::kTargets)).ToString())
    return "the targets have changed since";
  return std::nullopt;
}

RunNamespace RunNamespace::Of(const Json& object) {
  RunNamespace ns;
  ns.name = doc::StringAt(object, {"metadata", "name"});
  ns.uid = doc::StringAt(object, {"metadata", "uid"});
  ns.resource_version = doc::StringAt(object, {"metadata", "resourceVersion"});
  ns.terminating = doc::Find(object, {"metadata", "deletionTimestamp"}) != nullptr;
  if (auto created = ParseRfc3339(doc::StringAt(object, {"metadata", "creationTimestamp"})))
    ns.created = *created;
  ns.labels = StringMap(doc::ObjectAt(object, {"metadata", "labels"}));
  ns.annotations = StringMap(doc::ObjectAt(object, {"metadata", "annotations"}));
  return ns;
}

std::string Verdict::ToText() const {
  return doc::Dump(Json{{"result", result},
                        {"reason", reason},
                        {"attempt", attempt},
                        {"namespaceUid", namespace_uid},
                        {"inputs", inputs},
                        {"inventory", inventory},
                        {"targets", targets}});
}

Result<Verdict> Verdict::Parse(std::string_view text) {
  KT_ASSIGN_CONTEXT(Json object, doc::ParseJson(text), "reading annotation kontrakt/verdict");
  Verdict verdict{.result = doc::StringAt(object, {"result"}),
                  .reason = doc::StringAt(object, {"reason"}),
                  .attempt = doc::StringAt(object, {"attempt"}),
                  .namespace_uid = doc::StringAt(object, {"namespaceUid"}),
                  .inputs = doc::StringAt(object, {"inputs"}),
                  .inventory = doc::StringAt(object, {"inventory"}),
                  .targets = doc::StringAt(object, {"targets"})};
  if (verdict.result != "passed" && verdict.result != "failed") {
    return InvalidInput("annotation kontrakt/verdict holds no result");
  }
  return verdict;
}

std::string RunSelector(const std::string& owner, const std::string& run_id) {
  return std::string(label::kManagedBy) + "=" + std::string(label::kManagedByValue) + "," + std::string(label::kRun) +
         "=" + manifest::LabelValueOf(run_id) + "," + std::string(label::kOwner) + "=" + manifest::LabelValueOf(owner);
}

Result<RunNamespace> ReadRunNamespace(const kube::Client& client, const std::string& name, const Bound& bound) {
  KT_ASSIGN(Json object, client.Get(NamespaceKey(name), bound));
  return RunNamespace::Of(object);
}

Result<void> UpdateAnnotations(const kube::Client& client, RunNamespace& ns,
                               const std::function<Result<AnnotationChanges>(const RunNamespace&)>& change,
                               const Bound& bound) {
  for (int attempt = 1;; ++attempt) {
    KT_ASSIGN(AnnotationChanges changes, change(ns));
    if (ChangesNothing(ns, changes))
      return {};
    KT_TRY(CheckSize(ns, changes));
    Result<Json> written =
        client.Patch(NamespaceKey(ns.name), kube::PatchType::kMerge, MergePatchOf(ns, changes), "", bound);
    if (written) {
      ns = RunNamespace::Of(*written);
      return {};
    }
    if (written.error().code() != ErrorCode::kConflict || attempt == kConflictAttempts) {
      return WithContext(std::move(written.error()), "recording on namespace " + ns.name);
    }
    KT_ASSIGN(RunNamespace fresh, ReadRunNamespace(client, ns.name, bound));
    if (fresh.uid != ns.uid || fresh.Attempt() != ns.Attempt()) {
      Error error = Conflict("another attempt has begun in namespace " + ns.name);
      error.SetHint("two commands work on one run at the same time; give each its own --run-id");
      return error;
    }
    ns = std::move(fresh);
  }
}

Result<void> WriteAnnotations(const kube::Client& client, RunNamespace& ns, const AnnotationChanges& changes,
                              const Bound& bound) {
  return UpdateAnnotations(client, ns, [&](const RunNamespace&) { return Result<AnnotationChanges>(changes); }, bound);
}

Result<void> WriteVerdict(const kube::Client& client, RunNamespace& ns, const std::string& result,
                          const std::string& reason, const Bound& bound) {
  return UpdateAnnotations(
      client, ns,
      [&](const RunNamespace& fresh) -> Result<AnnotationChanges> {
        KT_ASSIGN(std::optional<Verdict> present, fresh.ReadVerdict());
        if (present && present->attempt == fresh.Attempt()) {
          if (present->result == result)
            return AnnotationChanges{};
          if (!present->passed())
            return Conflict("kontrakt " + fresh.KontraktName() + " has failed: " + present->reason);
        }
        const Verdict verdict{.result = result,
                              .reason = reason,
                              .attempt = fresh.Attempt(),
                              .namespace_uid = fresh.uid,
                              .inputs = fresh.Annotation(annotation::kInputs),
                              .inventory = Digest::Of(fresh.Annotation(annotation::kInventory)).ToString(),
                              .targets = Digest::Of(fresh.Annotation(annotation::kTargets)).ToString()};
        return AnnotationChanges{{std::string(annotation::kVerdict), verdict.ToText()}};
      },
      bound);
}

Result<void> ExtendExpiry(const kube::Client& client, RunNamespace& ns, std::chrono::milliseconds timeout,
                          const Bound& bound) {
  const WallTime wanted = NowWall() + timeout + std::chrono::hours(1);
  if (const auto expires = ns.Expires(); expires && *expires >= wanted - std::chrono::minutes(5))
    return {};
  return WriteAnnotations(client, ns, {{std::string(annotation::kExpires), FormatRfc3339(wanted)}}, bound);
}

Result<std::string> RequireRunId(const kube::Client& client, const manifest::Scope& scope, const Bound& bound) {
  if (!scope.run_id.empty())
    return scope.run_id;
  if (!scope.report.empty()) {
    KT_ASSIGN(std::optional<std::string> recorded, ReportFile::RunIdOf(scope.report));
    if (recorded && !recorded->empty())
      return *recorded;
  }
  Error error = Usage("no run is named");
  std::string hint = "give --run-id, or the --report of the apply that began it";
  const std::string ours = std::string(label::kManagedBy) + "=" + std::string(label::kManagedByValue);
  if (Result<std::vector<RunNamespace>> live = ListNamespaces(client, ours, bound); live) {
    std::set<std::string> ids;
    for (const RunNamespace& ns : *live) {
      if (ns.IsOurs() && !ns.terminating)
        ids.insert(ns.RunId());
    }
    hint += ids.empty() ? "; no run is live in this cluster"
                        : "; live runs: " + Join(std::vector<std::string>(ids.begin(), ids.end()), ", ");
  }
  error.SetHint(hint);
  return error;
}

Result<std::vector<ScopedNamespace>> FindRunNamespaces(const kube::Client& client, const manifest::Scope& scope,
                                                       const Bound& bound) {
  KT_ASSIGN(const std::string run_id, RequireRunId(client, scope, bound));
  KT_ASSIGN(std::vector<std::string> wanted, NamesInScope(scope));
  KT_ASSIGN(std::vector<RunNamespace> live, ListNamespaces(client, RunSelector(scope.owner, run_id), bound));
  std::set<std::string> names(wanted.begin(), wanted.end());
  if (wanted.empty()) {
    for (const RunNamespace& ns : live) {
      if (!ns.IsOurs() || ns.RunId() != run_id || ns.terminating)
        continue;
      names.insert(ns.KontraktName());
      for (std::string& named : ns.RunKontrakts())
        names.insert(std::move(named));
    }
  }
  std::vector<ScopedNamespace> scoped;
  for (const std::string& name : names) {
    ScopedNamespace entry{name, manifest::NamespaceOf(scope.namespace_prefix, scope.owner, run_id, name), std::nullopt};
    for (RunNamespace& ns : live) {
      // Any prefix is accepted when the whole run is meant: it is recorded on the namespace itself.
      const bool same = ns.name == entry.namespace_name || (wanted.empty() && ns.KontraktName() == name);
      if (same && ns.IsOurs()) {
        entry.namespace_name = ns.name;
        entry.ns = std::move(ns);
        break;
      }
    }
    scoped.push_back(std::move(entry));
  }
  return scoped;
}

}  // namespace kontrakt
