#include "lib/lifecycle/evidence.h"

#include <filesystem>

#include <gmock/gmock.h>

#include "tests/unit/lifecycle/applied_run.h"

namespace kontrakt {
namespace {

using doc::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Evidence : public AppliedRun {
 protected:
  void SetUp() override {
    AddKontrakt();
    options_.folder = files_ / "evidence";
  }

  void Collect() {
    const Context context = ContextFor();
    const Result<void> collected = CollectEvidence(context, Read(), options_, context.bound);
    ASSERT_TRUE(collected.ok()) << collected.error().ToString();
  }

  std::string Collected(const std::string& file) const { return files_.Read("evidence/web/" + file); }
  bool IsThere(const std::string& file) const { return std::filesystem::exists(files_ / ("evidence/web/" + file)); }

  void AddSecret(const std::string& value_in_base64) {
    api_.Put({{"apiVersion", "v1"},
              {"kind", "Secret"},
              {"metadata", {{"name", "db"}, {"namespace", NamespaceName()}}},
              {"data", {{"password", value_in_base64}}}});
  }

  EvidenceOptions options_;
};

TEST_F(Evidence, HoldsLogsOfEveryContainerAlsoOfItsLastRun) {
  AddPod("web", Role::kTarget,
         {{"initContainers", {{{"name", "init"}}}}, {"containers", {{{"name", "app"}}, {{"name", "waits"}}}}},
         {{"phase", "Running"},
          {"initContainerStatuses", {{{"name", "init"}, {"state", {{"terminated", {{"exitCode", 0}}}}}}}},
          {"containerStatuses",
           {{{"name", "app"}, {"restartCount", 1}, {"state", {{"running", Json::object()}}}},
            {{"name", "waits"}, {"restartCount", 0}, {"state", {{"waiting", {{"reason", "ImagePullBackOff"}}}}}}}}});
  api_.AppendLog(NamespaceName(), "web", "init", "prepared\n");
  api_.AppendLog(NamespaceName(), "web", "app", "serving\n");
  api_.SetPreviousLog(NamespaceName(), "web", "app", "panic\n");
  Collect();
  EXPECT_EQ(Collected("logs/web/init.log"), "prepared\n");
  EXPECT_EQ(Collected("logs/web/app.log"), "serving\n");
  EXPECT_EQ(Collected("logs/web/app.previous.log"), "panic\n");
  EXPECT_FALSE(IsThere("logs/web/waits.log"));
  EXPECT_FALSE(IsThere("problems.txt")) << Collected("problems.txt");
}

TEST_F(Evidence, LogsAreBounded) {
  AddTest("smoke", 1);
  std::string log;
  for (int i = 0; i < 500; ++i)
    log += "line " + std::to_string(i) + "\n";
  api_.AppendLog(NamespaceName(), "smoke", "test", log);
  options_.log_lines = 3;
  Collect();
  EXPECT_EQ(Collected("logs/smoke/test.log"), "line 497\nline 498\nline 499\n");
  options_.log_bytes = 10;
  Collect();
  EXPECT_EQ(Collected("logs/smoke/test.log"), "(18 bytes before this line are left out)\nline 499\n");
}

TEST_F(Evidence, HoldsObjectsOfTheInventoryAndWhatTheyOwn) {
  InventoryItem map;
  map.key = {kube::ConfigMaps(), NamespaceName(), "settings"};
  Record(map);
  for (const char* name : {"settings", "foreign"}) {
    api_.Put({{"apiVersion", "v1"},
              {"kind", "ConfigMap"},
              {"metadata", {{"name", name}, {"namespace", NamespaceName()}, {"managedFields", {{{"manager", "x"}}}}}},
              {"data", {{"a", "b"}}}});
  }
  AddTest("smoke", 1);
  Collect();
  EXPECT_THAT(Collected("objects/configmap-settings.yaml"), HasSubstr("apiVersion: v1\nkind: ConfigMap\n"));
  EXPECT_THAT(Collected("objects/configmap-settings.yaml"), Not(HasSubstr("managedFields")));
  EXPECT_TRUE(IsThere("objects/pod-smoke.yaml"));
  EXPECT_FALSE(IsThere("objects/configmap-foreign.yaml"));
  EXPECT_THAT(Collected("namespace.yaml"), HasSubstr("kontrakt/attempt: attempt-1"));
}

TEST_F(Evidence, HoldsEventsInOrder) {
  for (const auto& [name, when] : {std::pair{"late", "2026-01-01T00:00:02Z"}, {"early", "2026-01-01T00:00:01Z"}}) {
    api_.Put({{"apiVersion", "v1"},
              {"kind", "Event"},
              {"metadata", {{"name", name}, {"namespace", NamespaceName()}}},
              {"reason", name},
              {"lastTimestamp", when},
              {"involvedObject", {{"kind", "Pod"}, {"name", "smoke"}}}});
  }
  Collect();
  EXPECT_THAT(Collected("events.txt"), HasSubstr("early"));
  EXPECT_LT(Collected("events.txt").find("early"), Collected("events.txt").find("late"));
  EXPECT_THAT(Collected("events.json"), HasSubstr("\"reason\": \"early\""));
}

TEST_F(Evidence, NeverHoldsASecret) {
  AddSecret("aHVudGVyMi1odW50ZXIy");  // hunter2-hunter2
  InventoryItem secret;
  secret.key = {kube::Secrets(), NamespaceName(), "db"};
  Record(secret);
  AddPod("smoke", Role::kTest,
         {{"containers", {{{"name", "test"}, {"env", {{{"name", "API_TOKEN"}, {"value", "literal-token"}}}}}}}},
         {{"phase", "Failed"},
          {"containerStatuses",
           {{{"name", "test"},
             {"state", {{"terminated", {{"exitCode", 1}, {"message", "denied for literal-token"}}}}}}}}});
  api_.AppendLog(NamespaceName(), "smoke", "test", "hunter2-hunter2 aHVudGVyMi1odW50ZXIy literal-token\n");
  Collect();
  EXPECT_EQ(Collected("logs/smoke/test.log"), "*** *** ***\n");
  EXPECT_THAT(Collected("objects/secret-db.yaml"), Not(HasSubstr("aHVudGVy")));
  EXPECT_THAT(Collected("objects/pod-smoke.yaml"), Not(HasSubstr("literal-token")));
}

TEST_F(Evidence, GoesOnAfterSingleFailuresAndNamesThem) {
  AddTest("smoke", 1);
  api_.AppendLog(NamespaceName(), "smoke", "test", "boom\n");
  api_.http().faults().Add({.method = "GET",
                            .path = "*/events",
                            .count = 0,
                            .kind = fakes::FaultKind::kAnswer,
                            .answer = {.status = 403, .body = R"({"kind":"Status","code":403,"reason":"Forbidden"})"}});
  Collect();
  EXPECT_TRUE(IsThere("logs/smoke/test.log"));
  EXPECT_THAT(Collected("problems.txt"), HasSubstr("events: "));
}

TEST_F(Evidence, ProblemsOfAnEarlierCollectionGo) {
  files_.Write("evidence/web/problems.txt", "old");
  Collect();
  EXPECT_FALSE(IsThere("problems.txt"));
}

TEST_F(Evidence, WithoutAFolderNothingIsWrittenOrAsked) {
  options_.folder = "";
  const RunNamespace ns = Read();
  api_.http().ClearLog();
  const Context context = ContextFor();
  EXPECT_TRUE(CollectEvidence(context, ns, options_, context.bound).ok());
  EXPECT_TRUE(api_.http().Requests().empty());
}

TEST_F(Evidence, AFolderThatCantBeMadeIsAnError) {
  files_.Write("evidence", "a file");
  const Context context = ContextFor();
  const Result<void> collected = CollectEvidence(context, Read(), options_, context.bound);
  ASSERT_FALSE(collected.ok());
  EXPECT_THAT(collected.error().ToString(), HasSubstr("evidence"));
}

TEST_F(Evidence, LastLogLinesAreThoseOfTheRunBeforeWhereThisOneIsSilent) {
  AddTest("smoke", std::nullopt);
  api_.SetPreviousLog(NamespaceName(), "smoke", "test", "one\n\ntwo\n");
  EXPECT_THAT(LastLogLines(ContextFor(), NamespaceName(), "smoke", "test", 10), ElementsAre("one", "two"));
  api_.AppendLog(NamespaceName(), "smoke", "test", "three\nfour\n");
  EXPECT_THAT(LastLogLines(ContextFor(), NamespaceName(), "smoke", "test", 1), ElementsAre("four"));
}

TEST_F(Evidence, LastLogLinesComeAfterTheDeadlineToo) {
  AddTest("smoke", 1);
  api_.AppendLog(NamespaceName(), "smoke", "test", "boom\n");
  std::stop_source stop;
  stop.request_stop();
  Context context = ContextFor(std::chrono::milliseconds(0));
  context.bound.stop = stop.get_token();
  EXPECT_THAT(LastLogLines(context, NamespaceName(), "smoke", "test", 5), ElementsAre("boom"));
}

TEST_F(Evidence, ALogThatIsGoneIsAProblemNotALog) {
  AddTest("smoke", 1);
  api_.AppendLog(NamespaceName(), "smoke", "test", "unable to retrieve container logs for containerd://1234");
  Collect();
  EXPECT_FALSE(IsThere("logs/smoke/test.log"));
  EXPECT_THAT(Collected("problems.txt"), HasSubstr("unable to retrieve container logs"));
  EXPECT_THAT(LastLogLines(ContextFor(), NamespaceName(), "smoke", "test", 5), IsEmpty());
}

TEST_F(Evidence, NoLogIsNoLine) {
  EXPECT_THAT(LastLogLines(ContextFor(), NamespaceName(), "none", "test", 5), IsEmpty());
}

TEST_F(Evidence, LearnsSecretsForAllThatIsShown) {
  AddSecret("aHVudGVyMi1odW50ZXIy");
  const Context context = ContextFor();
  ASSERT_TRUE(LearnSecrets(context, NamespaceName()).ok());
  EXPECT_EQ(redactor_.Redact("hunter2-hunter2"), "***");
}

}  // namespace
}  // namespace kontrakt
