#include "lib/lifecycle/apply.h"

#include <gtest/gtest.h>

#include "tests/unit/lifecycle/chain_run.h"

namespace kontrakt {
namespace {

using Applying = ChainRun;

TEST_F(Applying, PinsTargetsGatesTestsAndRecordsUids) {
  WriteTarget();
  WriteTest();
  const Result<ApplyReport> report = ApplyIt();
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  ASSERT_TRUE(report->Outcome().ok()) << report->Outcome().error().ToString();
  const auto deployment = api_.Get("apps/v1", "Deployment", NamespaceName(), "web");
  ASSERT_TRUE(deployment);
  EXPECT_EQ(doc::StringAt((*deployment)["spec"]["template"]["spec"]["containers"][0], {"image"}),
            registry_server_.address() + "/team/web:1@" + image_.digest);
  const auto pod = api_.Get("v1", "Pod", NamespaceName(), "smoke");
  ASSERT_TRUE(pod);
  EXPECT_EQ((*pod)["spec"]["schedulingGates"][0]["name"], "kontrakt/ready");
  const RunNamespace ns = Read();
  EXPECT_TRUE(ns.IsOurs());
  EXPECT_EQ(ns.Phase(), "applied");
  for (const InventoryItem& item : ns.ReadInventory()->items)
    EXPECT_FALSE(item.uid.empty()) << item.Describe();
  EXPECT_EQ(ns.Label("pod-security.kubernetes.io/enforce"), "baseline");
}

TEST_F(Applying, ChangesNothingTheSecondTime) {
  WriteTarget();
  WriteTest();
  ASSERT_TRUE(ApplyIt()->Outcome().ok());
  const std::string before = Read().Attempt();
  const int lookups = registry_server_.Count("manifest-head");
  const Result<ApplyReport> again = ApplyIt();
  ASSERT_TRUE(again.ok()) << again.error().ToString();
  EXPECT_EQ(again->kontrakts[0].outcome, ApplyOutcome::kUnchanged);
  EXPECT_EQ(Read().Attempt(), before);
  EXPECT_EQ(registry_server_.Count("manifest-head"), lookups) << "pins are reused";
}

TEST_F(Applying, BeginsANewAttemptForOtherInputs) {
  WriteTest();
  ASSERT_TRUE(ApplyIt()->Outcome().ok());
  const RunNamespace before = Read();
  WriteTest("second");
  const Result<ApplyReport> again = ApplyIt();
  ASSERT_TRUE(again.ok() && again->Outcome().ok());
  EXPECT_NE(Read().uid, before.uid);
  EXPECT_NE(Read().Attempt(), before.Attempt());
}

TEST_F(Applying, BeginsANewAttemptAfterAFailure) {
  WriteTest();
  ASSERT_TRUE(ApplyIt()->Outcome().ok());
  RunNamespace ns = Read();
  ASSERT_TRUE(WriteVerdict(*client_, ns, "failed", "it broke", {}).ok());
  ASSERT_TRUE(ApplyIt()->Outcome().ok());
  EXPECT_NE(Read().uid, ns.uid);
}

TEST_F(Applying, LeavesAloneWhatHasPassed) {
  WriteTest();
  ASSERT_TRUE(ApplyIt()->Outcome().ok());
  RunNamespace ns = Read();
  ASSERT_TRUE(WriteVerdict(*client_, ns, "passed", "", {}).ok());
  const Result<ApplyReport> again = ApplyIt();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->kontrakts[0].outcome, ApplyOutcome::kAlreadyPassed);
  EXPECT_EQ(Read().uid, ns.uid);
}

TEST_F(Applying, RefusesANamespaceThatIsNotOurs) {
  WriteTest();
  api_.AddNamespace(NamespaceName());
  const Result<ApplyReport> report = ApplyIt();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kConflict);
}

TEST_F(Applying, TellsAllProblemsOfFilesBeforeItWritesAnything) {
  folder_.Write("kontrakt/a.yaml", "apiVersion: v1\nkind: Thingy\nmetadata: {name: a}\n");
  folder_.Write("kontrakt/b.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: b, namespace: other}\n");
  const Result<ApplyReport> report = ApplyIt();
  ASSERT_FALSE(report.ok());
  const std::string text = report.error().ToString();
  EXPECT_NE(text.find("a.yaml:1"), std::string::npos) << text;
  EXPECT_NE(text.find("b.yaml:1"), std::string::npos) << text;
  EXPECT_EQ(report.error().code(), ErrorCode::kInvalidInput);
  EXPECT_FALSE(api_.Get("v1", "Namespace", "", NamespaceName()));
}

TEST_F(Applying, TellsTheProblemsOfEveryKontraktTogether) {
  folder_.Write("a/kontrakt/x.yaml", "apiVersion: v1\nmetadata: {name: x}\n");
  folder_.Write("b/kontrakt/y.yaml", "apiVersion: v1\nmetadata: {name: y}\n");
  scope_.files = {folder_.path()};
  scope_.recursive = true;
  const Result<ApplyReport> report = ApplyIt();
  ASSERT_FALSE(report.ok());
  const std::string text = report.error().ToString();
  EXPECT_NE(text.find("x.yaml:1"), std::string::npos) << text;
  EXPECT_NE(text.find("y.yaml:1"), std::string::npos) << text;
}

TEST_F(Applying, WantsATest) {
  WriteTarget();
  const Result<ApplyReport> report = ApplyIt();
  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.error().ToString().find("has no test"), std::string::npos);
  options_.allow_no_tests = true;
  EXPECT_TRUE(ApplyIt().ok());
}

TEST_F(Applying, NamesTheLineOfAnImageThatDoesNotExist) {
  WriteTarget();
  WriteTest();
  options_.variables.source_reference = "nope";
  const Result<ApplyReport> report = ApplyIt();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kNotFound);
  EXPECT_NE(report.error().ToString().find("web.yaml:10"), std::string::npos) << report.error().ToString();
}

TEST_F(Applying, CreatesASharedDefinitionAndReleasesItWithTheLastRun) {
  WriteTest();
  folder_.Write(
      "kontrakt/crd.yaml",
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "
      "things.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Thing, plural: "
      "things}\n  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]\n");
  ASSERT_FALSE(ApplyIt().ok()) << "cluster-scoped kinds want a flag";
  options_.allow_cluster_scoped = true;
  Result<ApplyReport> first = ApplyIt();
  ASSERT_TRUE(first.ok() && first->Outcome().ok()) << (first ? first->Outcome().error() : first.error()).ToString();
  scope_.run_id = "run-2";
  Result<ApplyReport> second = ApplyIt();
  ASSERT_TRUE(second.ok() && second->Outcome().ok());
  const auto gone = [&](const std::string& run) {
    scope_.run_id = run;
    manifest::Scope all = scope_;
    all.files.clear();
    Context context{*client_, all, progress_, redactor_, report_, {{}, Deadline::After(std::chrono::seconds(20))}};
    DeleteOptions options;
    options.wait = true;
    const Result<DeleteReport> report = Delete(context, options);
    return report.ok() && report->Outcome().ok();
  };
  EXPECT_TRUE(gone("run-1"));
  EXPECT_TRUE(api_.Get("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "things.example.com"));
  EXPECT_TRUE(gone("run-2"));
  EXPECT_FALSE(api_.Get("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "things.example.com"));
}

}  // namespace
}  // namespace kontrakt
