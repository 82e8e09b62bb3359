#include "tests/fakes/workload_simulation.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/json_access.h"
#include "tests/fakes/status_conditions.h"

namespace kontrakt::fakes {
namespace {

ApiOptions Simulated() {
  ApiOptions options;
  options.simulate_workloads = true;
  return options;
}

std::string Phase(const Json* pod) {
  return pod == nullptr ? "" : Text(Object(*pod, "status"), "phase");
}

class Simulation : public testing::Test {
 protected:
  Simulation() { server_.AddNamespace("t"); }

  void Behave(const std::string& json) { server_.AddBehaviour(*PodBehaviour::Parse(Json::parse(json))); }
  void PutPod(const std::string& name, const std::string& restart, const std::string& more = "") {
    server_.Put(Json::parse(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":")" + name +
                            R"(","namespace":"t"},"spec":{"restartPolicy":")" + restart + "\"" + more +
                            R"(,"containers":[{"name":"c","image":"busybox:1"}]}})"));
  }
  void PutWorkload(const std::string& kind, const std::string& name, const std::string& spec) {
    server_.Put(Json::parse(R"({"apiVersion":")" + std::string(kind == "Job" ? "batch/v1" : "apps/v1") +
                            R"(","kind":")" + kind + R"(","metadata":{"name":")" + name +
                            R"(","namespace":"t"},"spec":)" + spec + "}"));
  }
  bool Until(const std::string& api_version, const std::string& kind, const std::string& name,
             const std::function<bool(const Json&)>& fulfilled) {
    return server_.WaitFor(api_version, kind, "t", name,
                           [&](const Json* object) { return object != nullptr && fulfilled(*object); });
  }
  bool PodReaches(const std::string& name, const std::string& phase) {
    return server_.WaitFor("v1", "Pod", "t", name, [&](const Json* pod) { return Phase(pod) == phase; });
  }

  FakeApiServer server_{Simulated()};
};

const std::string kTemplate =
    R"("selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}})";

TEST_F(Simulation, PodsRunAndBecomeReadyOrSucceed) {
  PutPod("web", "Always");
  PutPod("test", "Never");
  EXPECT_TRUE(Until("v1", "Pod", "web", [](const Json& pod) { return ConditionStatus(pod, "Ready") == "True"; }));
  EXPECT_TRUE(PodReaches("test", "Succeeded"));
}

TEST_F(Simulation, GatedPodsWaitUntilTheGateIsLifted) {
  PutPod("gated", "Never", R"(,"schedulingGates":[{"name":"kontrakt/ready"}])");
  PutPod("other", "Never");
  EXPECT_TRUE(PodReaches("other", "Succeeded"));
  EXPECT_EQ(Text(Object(*server_.Get("v1", "Pod", "t", "gated"), "spec"), "nodeName"), "");
  server_.Update("v1", "Pod", "t", "gated", [](Json& pod) { pod["spec"].erase("schedulingGates"); });
  EXPECT_TRUE(PodReaches("gated", "Succeeded"));
}

TEST_F(Simulation, FailingPodsKeepExitCodeMessageAndLog) {
  Behave(R"({"pod":"bad*","exit_code":3,"message":"why","log":"boom\n"})");
  PutPod("bad", "Never");
  EXPECT_TRUE(PodReaches("bad", "Failed"));
  const Json pod = *server_.Get("v1", "Pod", "t", "bad");
  const Json& terminated = pod["status"]["containerStatuses"][0]["state"]["terminated"];
  EXPECT_EQ(terminated["exitCode"], 3);
  EXPECT_EQ(terminated["message"], "why");
}

TEST_F(Simulation, CrashLoopsCountRestarts) {
  Behave(R"({"exit_code":1,"run_ms":2,"ready_ms":50})");
  PutPod("loop", "Always");
  EXPECT_TRUE(Until("v1", "Pod", "loop", [](const Json& pod) {
    const Json& statuses = Array(Object(pod, "status"), "containerStatuses");
    return !statuses.empty() && Number(statuses[0], "restartCount", 0) >= 3 &&
           Text(Object(Object(statuses[0], "state"), "waiting"), "reason") == "CrashLoopBackOff";
  }));
}

TEST_F(Simulation, ImagesThatCannotBePulledSayWhy) {
  Behave(R"({"waiting_reason":"ErrImagePull"})");
  PutPod("pull", "Always");
  EXPECT_TRUE(Until("v1", "Pod", "pull", [](const Json& pod) {
    return pod.dump().find("ImagePullBackOff") != std::string::npos &&
           pod.dump().find("not found") != std::string::npos;
  }));
}

TEST_F(Simulation, UnschedulableAndDisruptedPodsHaveTheirConditions) {
  Behave(R"({"pod":"big","unschedulable":"0/1 nodes are available: 1 Insufficient cpu."})");
  Behave(R"({"pod":"lost","disruption":"EvictionByEvictionAPI"})");
  PutPod("big", "Never");
  PutPod("lost", "Never");
  EXPECT_TRUE(
      Until("v1", "Pod", "big", [](const Json& pod) { return ConditionStatus(pod, "PodScheduled") == "False"; }));
  EXPECT_TRUE(
      Until("v1", "Pod", "lost", [](const Json& pod) { return ConditionStatus(pod, "DisruptionTarget") == "True"; }));
}

TEST_F(Simulation, DeploymentsBecomeAvailableAndRollOver) {
  PutWorkload("Deployment", "web", R"({"replicas":2,)" + kTemplate + "}");
  const auto done = [](const Json& web) { return Number(Object(web, "status"), "availableReplicas", 0) == 2; };
  EXPECT_TRUE(Until("apps/v1", "Deployment", "web", done));
  server_.Update("apps/v1", "Deployment", "t", "web", [](Json& web) {
    web["spec"]["template"]["spec"]["containers"][0]["image"] = "i:2";
    web["metadata"]["generation"] = 2;
  });
  EXPECT_TRUE(Until("apps/v1", "Deployment", "web", [](const Json& web) {
    const Json& status = Object(web, "status");
    return Number(status, "observedGeneration", 0) == 2 && Number(status, "updatedReplicas", 0) == 2 &&
           Number(status, "replicas", 0) == 2 && Number(status, "availableReplicas", 0) == 2;
  }));
}

TEST_F(Simulation, StatefulSetsAndDaemonSetsBecomeReady) {
  PutWorkload("StatefulSet", "db", R"({"replicas":2,"serviceName":"db",)" + kTemplate + "}");
  PutWorkload("DaemonSet", "agent", "{" + kTemplate + "}");
  EXPECT_TRUE(Until("apps/v1", "StatefulSet", "db",
                    [](const Json& db) { return Number(Object(db, "status"), "readyReplicas", 0) == 2; }));
  EXPECT_TRUE(server_.Get("v1", "Pod", "t", "db-1"));
  EXPECT_TRUE(Until("apps/v1", "DaemonSet", "agent",
                    [](const Json& agent) { return Number(Object(agent, "status"), "numberAvailable", 0) == 1; }));
}

TEST_F(Simulation, JobsAnnounceTheirEndBeforeIt) {
  Behave(R"({"pod":"bad-*","exit_code":1})");
  const std::string job =
      R"({"backoffLimit":0,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}})";
  PutWorkload("Job", "good", job);
  PutWorkload("Job", "bad", job);
  EXPECT_TRUE(Until("batch/v1", "Job", "good", [](const Json& one) {
    return ConditionStatus(one, "Complete") == "True" && ConditionStatus(one, "SuccessCriteriaMet") == "True";
  }));
  EXPECT_TRUE(Until("batch/v1", "Job", "bad", [](const Json& one) {
    return ConditionStatus(one, "Failed") == "True" && ConditionStatus(one, "FailureTarget") == "True" &&
           one.dump().find("BackoffLimitExceeded") != std::string::npos;
  }));
}

TEST_F(Simulation, SuspendedJobsMakeNoPods) {
  PutWorkload(
      "Job", "held",
      R"({"suspend":true,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}})");
  EXPECT_TRUE(
      Until("batch/v1", "Job", "held", [](const Json& job) { return ConditionStatus(job, "Suspended") == "True"; }));
  EXPECT_TRUE(server_.GetAll("v1", "Pod", "t").empty());
  server_.Update("batch/v1", "Job", "t", "held", [](Json& job) { job["spec"]["suspend"] = false; });
  EXPECT_TRUE(
      Until("batch/v1", "Job", "held", [](const Json& job) { return ConditionStatus(job, "Complete") == "True"; }));
}

TEST(PodBehaviour, RefusesFieldsThatItDoesNotKnow) {
  EXPECT_FALSE(PodBehaviour::Parse(Json::parse(R"({"exitcode":1})")));
}

}  // namespace
}  // namespace kontrakt::fakes
