#include "lib/lifecycle/apply.h"

#include <utility>

#include "lib/base/random.h"
#include "lib/base/task_group.h"
#include "lib/lifecycle/apply_one.h"
#include "lib/lifecycle/credentials_given.h"
#include "lib/lifecycle/namespace_setup.h"
#include "lib/lifecycle/pin.h"
#include "lib/lifecycle/plan.h"
#include "lib/manifest/folder.h"

namespace kontrakt {
namespace {

using doc::Json;

/// All that is known before the first write.
struct Prepared {
  std::string run_id;
  std::vector<Plan> plans;
  std::vector<NamespaceStanding> standings;
  std::vector<std::string> names;
  GivenSecrets given;
};

Result<std::string> ChooseRunId(const Context& context) {
  if (!context.scope.run_id.empty())
    return context.scope.run_id;
  if (!context.scope.report.empty()) {
    const std::string recorded = doc::StringAt(context.report.json(), {"run", "id"});
    if (!recorded.empty())
      return recorded;
  }
  std::string made_up = RandomHex(5);
  context.progress.Note("", "run id " + made_up + " (give --run-id to choose one)");
  return made_up;
}

manifest::Variables VariablesFor(const ApplyOptions& options, const manifest::Scope& scope, const std::string& run_id,
                                 const std::string& name) {
  manifest::Variables variables = options.variables;
  variables.name = name;
  variables.run = run_id;
  variables.namespace_name = manifest::NamespaceOf(scope.namespace_prefix, scope.owner, run_id, name);
  return variables;
}

/// Objects of --namespace-template but the Namespace itself are applied like manifests; its labels join the others.
Result<void> AddTemplate(manifest::Kontrakt& kontrakt, ApplyOptions& options, const manifest::Variables& variables,
                         manifest::LoadProblems& problems) {
  if (options.namespace_template.empty())
    return {};
  manifest::Folder folder = kontrakt.folder;
  folder.path = options.namespace_template;
  folder.files = {options.namespace_template};
  KT_ASSIGN(manifest::Kontrakt given, manifest::LoadKontrakt(folder, variables, problems));
  for (manifest::Object& object : given.objects) {
    if (object.gvk.kind == "Namespace" && object.gvk.group.empty()) {
      const Json& labels = doc::ObjectAt(object.value, {"metadata", "labels"});
      for (const auto& [key, value] : labels.items()) {
        options.namespace_labels.push_back(key + "=" + doc::ScalarText(value));
      }
      continue;
    }
    kontrakt.objects.push_back(std::move(object));
  }
  return {};
}

Result<std::vector<manifest::Kontrakt>> LoadAll(const Context& context, ApplyOptions& options,
                                                const std::string& run_id, std::vector<Error>& problems) {
  const manifest::Scope& scope = context.scope;
  KT_ASSIGN(manifest::Found found, manifest::FindKontrakts({.paths = scope.files,
                                                            .recursive = scope.recursive,
                                                            .only = scope.only,
                                                            .name = scope.name,
                                                            .root = scope.root}));
  for (const std::string& note : found.notes)
    context.progress.Note("", note);
  std::vector<manifest::Kontrakt> kontrakts;
  for (const manifest::Folder& folder : found.folders) {
    manifest::LoadProblems of_folder;
    const manifest::Variables variables = VariablesFor(options, scope, run_id, folder.name);
    Result<manifest::Kontrakt> kontrakt = manifest::LoadKontrakt(folder, variables, of_folder);
    if (kontrakt)
      KT_TRY(AddTemplate(*kontrakt, options, variables, of_folder));
    // The next kontrakt's problems are to be told as well.
    if (!kontrakt && of_folder.errors.empty())
      return std::move(kontrakt.error());
    problems.insert(problems.end(), of_folder.errors.begin(), of_folder.errors.end());
    if (kontrakt)
      kontrakts.push_back(std::move(*kontrakt));
  }
  return kontrakts;
}

/// Pins every target: from the attempt that is there, where its inputs are the same with those pins; else by asking.
void Pin(const Context& context, const oci::Registry& registry, const ApplyOptions& options, Prepared& prepared,
         std::vector<Error>& problems) {
  std::vector<std::vector<UnpinnedTarget>> targets(prepared.plans.size());
  std::vector<Plan*> asked;
  std::vector<std::vector<UnpinnedTarget>*> asked_targets;
  for (std::size_t i = 0; i < prepared.plans.size(); ++i) {
    Plan& plan = prepared.plans[i];
    targets[i] = FindTargets(plan, options, problems);
    if (prepared.standings[i].ns) {
      std::vector<UnpinnedTarget> reused = targets[i];
      Result<std::vector<Target>> earlier = prepared.standings[i].ns->ReadTargets();
      if (earlier && ReusePins(reused, *earlier)) {
        WritePins(plan, reused);
        SealInputs(plan, options);
        JudgeStanding(prepared.standings[i], plan);
        if (prepared.standings[i].standing != Standing::kNewAttempt)
          continue;
      }
    }
    asked.push_back(&plan);
    asked_targets.push_back(&targets[i]);
  }
  ResolvePins(context, registry, asked, asked_targets, problems);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    WritePins(*asked[i], *asked_targets[i]);
    SealInputs(*asked[i], options);
  }
  for (std::size_t i = 0; i < prepared.plans.size(); ++i)
    JudgeStanding(prepared.standings[i], prepared.plans[i]);
}

Result<Prepared> Prepare(const Context& context, const oci::Registry& registry, ApplyOptions& options) {
  Prepared prepared;
  std::vector<Error> problems;
  KT_ASSIGN(prepared.run_id, ChooseRunId(context));
  KT_ASSIGN(std::vector<manifest::Kontrakt> kontrakts, LoadAll(context, options, prepared.run_id, problems));
  if (!problems.empty())
    return manifest::Combine(std::move(problems));
  DefinedKinds defined;
  for (const manifest::Kontrakt& kontrakt : kontrakts)
    CollectDefinedKinds(kontrakt.objects, defined);
  for (manifest::Kontrakt& kontrakt : kontrakts) {
    prepared.names.push_back(kontrakt.folder.name);
    prepared.plans.push_back(MakePlan(context, std::move(kontrakt), defined, options, prepared.run_id, problems));
  }
  if (!problems.empty())
    return manifest::Combine(std::move(problems));
  for (const Plan& plan : prepared.plans) {
    KT_ASSIGN(NamespaceStanding standing, ReadStanding(context, plan, prepared.run_id));
    prepared.standings.push_back(std::move(standing));
  }
  Pin(context, registry, options, prepared, problems);
  if (!problems.empty())
    return manifest::Combine(std::move(problems));
  KT_ASSIGN(prepared.given, ReadGivenSecrets(context, registry, options, prepared.plans));
  return prepared;
}

Json RunOf(const Context& context, const ApplyOptions& options, const std::string& run_id) {
  return {{"id", run_id},
          {"owner", context.scope.owner},
          {"prefix", context.scope.namespace_prefix},
          {"root", context.scope.root},
          {"sourceReference", options.variables.source_reference.value_or("")}};
}

}  // namespace

Result<ApplyReport> Apply(const Context& context, const oci::Registry& registry, const ApplyOptions& given_options) {
  ApplyOptions options = given_options;
  KT_ASSIGN(Prepared prepared, Prepare(context, registry, options));
  context.report.SetRun(RunOf(context, options, prepared.run_id));
  KT_TRY(context.report.Write());
  ApplyReport report;
  report.run_id = prepared.run_id;
  report.kontrakts.resize(prepared.plans.size());
  TaskGroup group(static_cast<std::size_t>(options.jobs), context.bound.stop, OnError::kContinue);
  for (std::size_t i = 0; i < prepared.plans.size(); ++i) {
    group.Add([&, i](std::stop_token) -> Result<void> {
      Plan& plan = prepared.plans[i];
      if (options.dry_run != ChainDryRun::kNone) {
        report.kontrakts[i] = PlanOne(context, plan, prepared.standings[i], options);
        return {};
      }
      const NamespaceRequest request{plan, options, prepared.run_id, prepared.names, prepared.given};
      report.kontrakts[i] = ApplyOne(context, plan, std::move(prepared.standings[i]), request);
      return {};
    });
  }
  KT_TRY(group.Wait());
  const Json json = report.ToJson();
  for (const Json& kontrakt : json["kontrakts"]) {
    context.report.MergeKontrakt(doc::StringAt(kontrakt, {"name"}), kontrakt);
  }
  KT_TRY(context.report.Write());
  return report;
}

}  // namespace kontrakt
