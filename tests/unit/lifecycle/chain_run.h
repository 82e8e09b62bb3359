#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lib/lifecycle/apply.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/run.h"
#include "lib/lifecycle/run_namespace.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_registry.h"
#include "tests/fakes/registry_images.h"
#include "tests/fakes/temporary_folder.h"

namespace kontrakt {

/// A kontrakt's folder, a registry with its image, and a fake cluster that runs pods in its imagination.
class ChainRun : public testing::Test {
 protected:
  ChainRun() {
    api_.Configure([](fakes::ApiOptions& options) { options.simulate_workloads = true; });
    kube::Connection connection;
    connection.server = api_.url();
    client_ = std::make_unique<kube::Client>(*kube::Client::Create(connection, {}));
    registry_ = std::make_unique<oci::Registry>(*oci::Registry::Create({}));
    image_ = fakes::PushImage(registry_server_.store(), "team/web", "1");
    scope_.run_id = "run-1";
    scope_.root = folder_.path();
    scope_.files = {folder_ / "kontrakt"};
    options_.variables.ko_docker_repo = registry_server_.address() + "/team";
    options_.variables.source_reference = "1";
  }

  void WriteTarget() {
    folder_.Write(
        "kontrakt/web.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: "
        "web}}\n  template:\n    metadata: {labels: {app: web, kontrakt: target}}\n    spec:\n      containers:\n"
        "      - {name: web, image: '${KO_DOCKER_REPO}/web:${kontrakt.sourceReference}'}\n");
  }
  void WriteTest(const std::string& name = "smoke") {
    folder_.Write("kontrakt/" + name + ".yaml",
                  "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name +
                      ", labels: {kontrakt: test}}\nspec:\n  restartPolicy: Never\n  containers:\n  - {name: t, image: "
                      "'test:1'}\n");
  }

  Context ContextFor(std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
    return {*client_, scope_, progress_, redactor_, report_, {{}, Deadline::After(timeout)}};
  }
  Result<ApplyReport> ApplyIt() { return Apply(ContextFor(), *registry_, options_); }
  Result<RunReport> RunIt(bool pushes = true) {
    RunOptions options;
    options.apply = options_;
    options.assertion.variables = options_.variables;
    options.push.ko_docker_repo = *options_.variables.ko_docker_repo;
    options.push.tags = {"stable"};
    options.pushes = pushes;
    options.status_of = [](const Error&) { return 1; };
    options.left_behind = [this](std::string text) { left_behind_ = std::move(text); };
    return kontrakt::Run(ContextFor(), *registry_, options);
  }

  /// What pods of that name do; `change` fills the rest in.
  template <typename Change>
  void Behave(const std::string& pod, Change change) {
    fakes::PodBehaviour behaviour;
    behaviour.pod = pod;
    change(behaviour);
    api_.AddBehaviour(std::move(behaviour));
  }

  std::string NamespaceName() const { return manifest::NamespaceOf("kontrakt", "", scope_.run_id, "kontrakt"); }
  RunNamespace Read() {
    Result<RunNamespace> ns = ReadRunNamespace(*client_, NamespaceName(), {});
    EXPECT_TRUE(ns.ok());
    return ns ? *ns : RunNamespace();
  }
  std::string DigestOfTag(const std::string& tag) {
    const auto reference = oci::Reference::Parse(registry_server_.address() + "/team/web:" + tag);
    Result<oci::Resolved> resolved = registry_->Resolve(*reference, oci::Access::kPull, {});
    return resolved ? resolved->digest.ToString() : "";
  }

  fakes::FakeApiServer api_;
  fakes::FakeRegistry registry_server_;
  fakes::TemporaryFolder folder_;
  fakes::StoredManifest image_;
  std::unique_ptr<kube::Client> client_;
  std::unique_ptr<oci::Registry> registry_;
  manifest::Scope scope_;
  ApplyOptions options_;
  SilentProgress progress_;
  Redactor redactor_;
  ReportFile report_ = *ReportFile::Open("");
  std::string left_behind_;
};

}  // namespace kontrakt
