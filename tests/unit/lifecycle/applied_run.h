#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "lib/doc/json.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/inventory.h"
#include "lib/lifecycle/labels.h"
#include "lib/lifecycle/run_namespace.h"
#include "lib/oci/registry.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_registry.h"
#include "tests/fakes/registry_images.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/unit/lifecycle/pod_statuses.h"

namespace kontrakt {

/// A run as apply leaves it, on a fake API server and a fake registry: one namespace for each kontrakt, whose objects
/// and inventory a test adds.
class AppliedRun : public testing::Test {
 protected:
  AppliedRun() {
    kube::Connection connection;
    connection.server = api_.url();
    client_ = std::make_unique<kube::Client>(*kube::Client::Create(connection, {}));
    registry_ = std::make_unique<oci::Registry>(*oci::Registry::Create({}));
    scope_.run_id = "run-1";
    image_ = fakes::PushImage(fake_.store(), "team/web", "1");
    pinned_ = {.object = "pod/web",
               .container = "app",
               .repository = fake_.address() + "/team/web",
               .tag = "1",
               .digest = image_.digest,
               .push_to = {}};
  }

  std::string NamespaceName(const std::string& kontrakt = "web") const {
    return manifest::NamespaceOf(scope_.namespace_prefix, scope_.owner, scope_.run_id, kontrakt);
  }

  void Annotate(std::string_view key, const std::string& value, const std::string& kontrakt = "web") {
    ASSERT_TRUE(api_.Update("v1", "Namespace", "", NamespaceName(kontrakt),
                            [&](doc::Json& object) { object["metadata"]["annotations"][std::string(key)] = value; }));
  }

  void AddKontrakt(const std::string& kontrakt = "web", const std::string& all = "web",
                   const std::string& phase = "applied") {
    api_.AddNamespace(NamespaceName(kontrakt), {{label::kManagedBy, label::kManagedByValue},
                                                {label::kOwner, manifest::LabelValueOf(scope_.owner)},
                                                {label::kRun, scope_.run_id},
                                                {label::kName, kontrakt}});
    Annotate(annotation::kPrefix, scope_.namespace_prefix, kontrakt);
    Annotate(annotation::kRunKontrakts, all, kontrakt);
    Annotate(annotation::kAttempt, "attempt-1", kontrakt);
    Annotate(annotation::kInputs, "sha256:inputs", kontrakt);
    Annotate(annotation::kInventory, "[]", kontrakt);
    Annotate(annotation::kPhase, phase, kontrakt);
  }

  /// Puts a pod there and into the inventory.
  const InventoryItem& AddPod(const std::string& name, Role role, doc::Json spec, doc::Json status,
                              const std::string& kontrakt = "web") {
    const doc::Json pod = api_.Put({{"apiVersion", "v1"},
                                    {"kind", "Pod"},
                                    {"metadata", {{"name", name}, {"namespace", NamespaceName(kontrakt)}}},
                                    {"spec", std::move(spec)},
                                    {"status", std::move(status)}});
    InventoryItem item;
    item.key = {kube::Pods(), NamespaceName(kontrakt), name};
    item.uid = doc::StringAt(pod, {"metadata", "uid"});
    item.role = role;
    item.file = kontrakt + "/kontrakt/" + name + ".yaml";
    item.line = 1;
    return Record(std::move(item), kontrakt);
  }

  const InventoryItem& Record(InventoryItem item, const std::string& kontrakt = "web") {
    inventories_[kontrakt].items.push_back(std::move(item));
    Annotate(annotation::kInventory, inventories_[kontrakt].ToText(), kontrakt);
    return inventories_[kontrakt].items.back();
  }

  void SetTargets(const std::vector<Target>& targets, const std::string& kontrakt = "web") {
    Annotate(annotation::kTargets, TargetsToText(targets), kontrakt);
  }

  /// A test pod that ended with that status; one that still runs without.
  const InventoryItem& AddTest(const std::string& name, std::optional<int> exit_code,
                               const std::string& kontrakt = "web") {
    return AddPod(name, Role::kTest,
                  {{"restartPolicy", "Never"}, {"containers", {{{"name", "test"}, {"image", "test:1"}}}}},
                  TestStatus(exit_code), kontrakt);
  }

  /// The target pod `web`, Ready, which runs `image_id`.
  const InventoryItem& AddTarget(const std::string& image_id, int restarts = 0,
                                 const std::string& last_end = "2026-01-01T00:00:00Z") {
    SetTargets({pinned_});
    return AddPod("web", Role::kTarget, {{"containers", {{{"name", "app"}, {"image", pinned_.Image()}}}}},
                  TargetStatus(image_id, restarts, last_end));
  }

  std::string ImageId() const { return pinned_.repository + "@" + pinned_.digest; }

  Context ContextFor(std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
    return {*client_, scope_, progress_, redactor_, report_, {{}, Deadline::After(timeout)}};
  }

  RunNamespace Read(const std::string& kontrakt = "web") const {
    const Result<RunNamespace> ns = ReadRunNamespace(*client_, NamespaceName(kontrakt), {});
    EXPECT_TRUE(ns.ok()) << ns.error().ToString();
    return ns ? *ns : RunNamespace();
  }

  /// "passed", "failed: reason" or "" without one.
  std::string VerdictText(const std::string& kontrakt = "web") const {
    const auto verdict = Read(kontrakt).ReadVerdict();
    if (!verdict.ok() || !*verdict)
      return "";
    return (*verdict)->result + ((*verdict)->reason.empty() ? "" : ": " + (*verdict)->reason);
  }

  fakes::FakeApiServer api_;
  fakes::FakeRegistry fake_;
  fakes::TemporaryFolder files_;
  std::unique_ptr<kube::Client> client_;
  std::unique_ptr<oci::Registry> registry_;
  manifest::Scope scope_;
  SilentProgress progress_;
  Redactor redactor_;
  ReportFile report_ = *ReportFile::Open("");
  fakes::StoredManifest image_;
  Target pinned_;
  std::map<std::string, Inventory> inventories_;
};

}  // namespace kontrakt
