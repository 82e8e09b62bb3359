#include "lib/lifecycle/push.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "lib/doc/json.h"
#include "lib/lifecycle/labels.h"
#include "lib/lifecycle/run_namespace.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_registry.h"
#include "tests/fakes/registry_images.h"

namespace kontrakt {
namespace {

using doc::Json;
using fakes::StoredManifest;

class Pushing : public testing::Test {
 protected:
  Pushing() {
    kube::Connection connection;
    connection.server = api_.url();
    client_ = std::make_unique<kube::Client>(*kube::Client::Create(connection, {}));
    registry_ = std::make_unique<oci::Registry>(*oci::Registry::Create({}));
    scope_.run_id = "run-1";
    options_.ko_docker_repo = fake_.address() + "/team";
    options_.tags = {"stable"};
    image_ = fakes::PushImage(fake_.store(), "team/web", "1");
  }

  std::string NamespaceName(const std::string& name) const {
    return manifest::NamespaceOf(scope_.namespace_prefix, scope_.owner, scope_.run_id, name);
  }

  Target TargetOf(const StoredManifest& image, const std::string& path = "team/web") const {
    return {.object = "deployment/web",
            .container = "app",
            .repository = fake_.address() + "/" + path,
            .tag = "1",
            .digest = image.digest,
            .push_to = {}};
  }

  /// A kontrakt's namespace as apply leaves it.
  void Apply(const std::string& name, const std::vector<Target>& targets,
             const std::vector<std::string>& all = {"web"}) {
    api_.AddNamespace(NamespaceName(name), {{label::kManagedBy, label::kManagedByValue},
                                            {label::kOwner, manifest::LabelValueOf(scope_.owner)},
                                            {label::kRun, scope_.run_id},
                                            {label::kName, name}});
    api_.Update("v1", "Namespace", "", NamespaceName(name), [&](Json& object) {
      Json& annotations = object["metadata"]["annotations"];
      annotations[std::string(annotation::kPrefix)] = scope_.namespace_prefix;
      annotations[std::string(annotation::kPhase)] = "applied";
      annotations[std::string(annotation::kAttempt)] = "attempt-1";
      annotations[std::string(annotation::kInputs)] = "sha256:inputs";
      annotations[std::string(annotation::kInventory)] = "{}";
      annotations[std::string(annotation::kRunKontrakts)] = Join(all, ",");
      annotations[std::string(annotation::kTargets)] = TargetsToText(targets);
    });
  }

  void Judge(const std::string& name, const std::string& result, const std::string& reason = "") {
    RunNamespace ns = *ReadRunNamespace(*client_, NamespaceName(name), {});
    const Result<void> written = WriteVerdict(*client_, ns, result, reason, {});
    ASSERT_TRUE(written.ok()) << written.error().ToString();
  }

  Result<PushReport> Run() {
    const Context context{*client_, scope_, progress_, redactor_, report_, {}};
    return Push(context, *registry_, options_);
  }

  void ExpectRefusal(const std::string& says) {
    const Result<PushReport> report = Run();
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().code(), ErrorCode::kConflict) << report.error().ToString();
    EXPECT_NE(report.error().ToString().find(says), std::string::npos) << report.error().ToString();
    EXPECT_EQ(fake_.Count("manifest-put"), 0);
  }

  fakes::FakeApiServer api_;
  fakes::FakeRegistry fake_;
  std::unique_ptr<kube::Client> client_;
  std::unique_ptr<oci::Registry> registry_;
  manifest::Scope scope_;
  SilentProgress progress_;
  Redactor redactor_;
  ReportFile report_ = *ReportFile::Open("");
  PushOptions options_;
  StoredManifest image_;
};

TEST_F(Pushing, PromotesWhatPassed) {
  Apply("web", {TargetOf(image_)});
  Judge("web", "passed");
  const Result<PushReport> report = Run();
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_EQ(fake_.store().DigestOf("team/web", "stable"), image_.digest);
  EXPECT_EQ(report->requests, 3u);
  EXPECT_EQ(report_.json()["kontrakts"][0]["promotions"][0]["state"], "promoted");
}

TEST_F(Pushing, ChangesNothingTheSecondTime) {
  Apply("web", {TargetOf(image_)});
  Judge("web", "passed");
  ASSERT_TRUE(Run().ok());
  fake_.ClearCounts();
  const Result<PushReport> again = Run();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->outcome.promotions[0].state, PromotionState::kThere);
  EXPECT_EQ(fake_.Count("manifest-put"), 0);
}

TEST_F(Pushing, RefusesWithoutAVerdict) {
  Apply("web", {TargetOf(image_)});
  ExpectRefusal("kontrakt web: it has no verdict yet");
}

TEST_F(Pushing, RefusesWhatFailed) {
  Apply("web", {TargetOf(image_)});
  Judge("web", "failed", "test pod/smoke ended with exit code 3");
  ExpectRefusal("kontrakt web: it failed: test pod/smoke ended with exit code 3");
}

TEST_F(Pushing, RefusesAHalfAppliedKontrakt) {
  Apply("web", {TargetOf(image_)});
  Judge("web", "passed");
  api_.Update("v1", "Namespace", "", NamespaceName("web"),
              [](Json& object) { object["metadata"]["annotations"][std::string(annotation::kPhase)] = "applying"; });
  ExpectRefusal("kontrakt web: it is not applied in full");
}

TEST_F(Pushing, RefusesWhenAKontraktOfTheRunIsMissing) {
  Apply("web", {TargetOf(image_)}, {"web", "api"});
  Judge("web", "passed");
  ExpectRefusal("kontrakt api: it has no namespace");
}

TEST_F(Pushing, RefusesAVerdictOfOtherTargets) {
  Apply("web", {TargetOf(image_)});
  Judge("web", "passed");
  const StoredManifest other = fakes::PushImage(fake_.store(), "team/web", "2", {.seed = "other"});
  api_.Update("v1", "Namespace", "", NamespaceName("web"), [&](Json& object) {
    object["metadata"]["annotations"][std::string(annotation::kTargets)] = TargetsToText({TargetOf(other)});
  });
  ExpectRefusal("the targets have changed since");
}

TEST_F(Pushing, RefusesWhenNothingIsThere) {
  ExpectRefusal("there is no kontrakt that passed");
}

TEST_F(Pushing, RefusesWithoutATarget) {
  Apply("web", {});
  Judge("web", "passed");
  ExpectRefusal("no kontrakt in scope has a target");
}

TEST_F(Pushing, PromotesAllOrNothing) {
  const StoredManifest api = fakes::PushImage(fake_.store(), "team/api", "1", {.seed = "api"});
  Apply("web", {TargetOf(image_)}, {"web", "api"});
  Apply("api", {TargetOf(api, "team/api")}, {"web", "api"});
  Judge("web", "passed");
  Judge("api", "failed", "no");
  ExpectRefusal("kontrakt api: it failed: no");
}

TEST_F(Pushing, PromotesTheOnesThatPassedWhereAsked) {
  const StoredManifest api = fakes::PushImage(fake_.store(), "team/api", "1", {.seed = "api"});
  Apply("web", {TargetOf(image_)}, {"web", "api"});
  Apply("api", {TargetOf(api, "team/api")}, {"web", "api"});
  Judge("web", "passed");
  Judge("api", "failed", "no");
  options_.per_kontrakt = true;
  const Result<PushReport> report = Run();
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_EQ(fake_.store().DigestOf("team/web", "stable"), image_.digest);
  EXPECT_EQ(fake_.store().DigestOf("team/api", "stable"), "");
  EXPECT_EQ(report->notes, std::vector<std::string>{"kontrakt api: it failed: no"});
}

TEST_F(Pushing, NeverPromotesADigestThatIsAlsoInOneThatDidNotPass) {
  const StoredManifest api = fakes::PushImage(fake_.store(), "team/api", "1", {.seed = "api"});
  Apply("web", {TargetOf(image_), TargetOf(api, "team/api")}, {"web", "api"});
  Apply("api", {TargetOf(image_)}, {"web", "api"});
  Judge("web", "passed");
  options_.per_kontrakt = true;
  const Result<PushReport> report = Run();
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_EQ(fake_.store().DigestOf("team/web", "stable"), "");
  EXPECT_EQ(fake_.store().DigestOf("team/api", "stable"), api.digest);
}

TEST_F(Pushing, ActsOnItsScopeAlone) {
  const StoredManifest api = fakes::PushImage(fake_.store(), "team/api", "1", {.seed = "api"});
  Apply("web", {TargetOf(image_)}, {"web", "api"});
  Apply("api", {TargetOf(api, "team/api")}, {"web", "api"});
  Judge("web", "passed");
  scope_.only = {"web"};
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(fake_.store().DigestOf("team/web", "stable"), image_.digest);
  EXPECT_EQ(fake_.store().DigestOf("team/api", "stable"), "");
}

TEST_F(Pushing, WritesNowhereElse) {
  Target target = TargetOf(image_);
  target.push_to = {fake_.address() + "/elsewhere/web:v1"};
  Apply("web", {target});
  Judge("web", "passed");
  ExpectRefusal("not allowed to write to " + fake_.address() + "/elsewhere/web");
  EXPECT_EQ(registry_->RequestCount(), 0u);
}

TEST_F(Pushing, LooksAtTheVerdictAgainBeforeTheFirstTag) {
  Apply("web", {TargetOf(image_)});
  Judge("web", "passed");
  options_.to = fake_.address() + "/live/web";
  // A new apply clears the verdict while the content is being copied.
  fake_.http().faults().Add(
      {.method = "POST", .path = "*/live/web/*", .kind = fakes::FaultKind::kDelay, .delay = std::chrono::seconds(1)});
  std::jthread other([&] {
    fake_.http().WaitForRequests("POST", "*/live/web/*", 1);
    api_.Update("v1", "Namespace", "", NamespaceName("web"),
                [](Json& object) { object["metadata"]["annotations"].erase(std::string(annotation::kVerdict)); });
  });
  ExpectRefusal("since it was judged");
}

TEST_F(Pushing, BelievesTheReportOnlyWhereTold) {
  report_.MergeKontrakt(
      "web",
      {{"namespace", "gone"}, {"verdict", {{"result", "passed"}}}, {"images", TargetsToJson({TargetOf(image_)})}});
  ExpectRefusal("there is no kontrakt that passed");
  options_.verdict_from_report = true;
  const Result<PushReport> report = Run();
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_EQ(fake_.store().DigestOf("team/web", "stable"), image_.digest);
  EXPECT_EQ(report->notes, std::vector<std::string>{"the verdict is the report's, not the cluster's"});
  EXPECT_TRUE(report->ToJson()["verdictFromReport"].get<bool>());
}

TEST_F(Pushing, RefusesAReportThatDidNotPass) {
  report_.MergeKontrakt("web", {{"verdict", {{"result", "failed"}}}, {"images", TargetsToJson({TargetOf(image_)})}});
  options_.verdict_from_report = true;
  ExpectRefusal("kontrakt web: it failed");
}

TEST_F(Pushing, WritesNothingInADryRun) {
  Apply("web", {TargetOf(image_)});
  Judge("web", "passed");
  const std::string before = api_.ResourceVersion();
  options_.dry_run = true;
  const Result<PushReport> report = Run();
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_EQ(report->outcome.promotions[0].state, PromotionState::kPlanned);
  EXPECT_EQ(fake_.Count("manifest-put"), 0);
  EXPECT_EQ(api_.ResourceVersion(), before);
}

TEST_F(Pushing, PromotesAPersonsImageOnlyWhenItIsSaidToBeUnverified) {
  options_.from = fake_.address() + "/team/web:1";
  EXPECT_EQ(PushUnverified(*registry_, options_, progress_, {}).error().code(), ErrorCode::kUsage);
  options_.unverified = true;
  const Result<PushReport> report = PushUnverified(*registry_, options_, progress_, {});
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_EQ(fake_.store().DigestOf("team/web", "stable"), image_.digest);
  EXPECT_TRUE(report->ToJson()["unverified"].get<bool>());
  EXPECT_EQ(report->notes.size(), 1u);
}

}  // namespace
}  // namespace kontrakt
