#include "tests/fakes/fake_api_server.h"

#include <gtest/gtest.h>

#include "tests/fakes/json_access.h"
#include "tests/unit/fakes/asking.h"

namespace kontrakt::fakes {
namespace {

// Codes, reasons and texts were compared with those of kube-apiserver 1.34.4.

using net::Method;

const std::string kPods = "/api/v1/namespaces/t/pods";

Json Pod(const std::string& name) {
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", {{"name", name}}},
          {"spec", {{"containers", Json::array({{{"name", "c"}, {"image", "busybox:1"}}})}}}};
}

class ApiServer : public testing::Test {
 protected:
  ApiServer() { server_.AddNamespace("t"); }

  FakeApiServer server_;
  Asking client_{server_.url()};
};

TEST_F(ApiServer, CreatesWithDefaultsAndRefusesTheSecond) {
  const net::Response created = client_.Ask(Method::kPost, kPods, Pod("a").dump());
  EXPECT_EQ(created.status, 201);
  EXPECT_TRUE(created.headers.Get("Date"));
  const Json pod = Json::parse(created.body);
  EXPECT_EQ(pod["spec"]["restartPolicy"], "Always");
  EXPECT_EQ(pod["spec"]["containers"][0]["imagePullPolicy"], "IfNotPresent");
  EXPECT_EQ(pod["status"]["phase"], "Pending");
  EXPECT_EQ(pod["metadata"]["generation"], 1);
  const Json again = client_.Json(Method::kPost, kPods, Pod("a"));
  EXPECT_EQ(again["code"], 409);
  EXPECT_EQ(again["reason"], "AlreadyExists");
  EXPECT_EQ(again["message"], "pods \"a\" already exists");
}

TEST_F(ApiServer, GeneratesNames) {
  Json pod = Pod("");
  pod["metadata"] = {{"generateName", "run-"}};
  const Json made = client_.Json(Method::kPost, kPods, pod);
  EXPECT_EQ(Name(made).size(), 9u);
  EXPECT_EQ(Name(made).rfind("run-", 0), 0u);
}

TEST_F(ApiServer, NewNamespacesGetAccountAndRootCertificate) {
  client_.Json(Method::kPost, "/api/v1/namespaces",
               {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "n"}}}});
  const auto there = [](const Json* object) { return object != nullptr; };
  EXPECT_TRUE(server_.WaitFor("v1", "ServiceAccount", "n", "default", there));
  EXPECT_TRUE(server_.WaitFor("v1", "ConfigMap", "n", "kube-root-ca.crt", there));
}

TEST_F(ApiServer, DeletedNamespacesTakeNothingNewAndGo) {
  server_.Configure([](ApiOptions& options) { options.namespace_deletion = std::chrono::hours(1); });
  EXPECT_EQ(client_.Json(Method::kDelete, "/api/v1/namespaces/t")["status"]["phase"], "Terminating");
  const Json refused = client_.Json(Method::kPost, kPods, Pod("late"));
  EXPECT_EQ(refused["code"], 403);
  EXPECT_EQ(refused["details"]["causes"][0]["reason"], "NamespaceTerminating");

  server_.AddNamespace("u");
  server_.Configure([](ApiOptions& options) { options.namespace_deletion = std::chrono::milliseconds(1); });
  Json held = {{"apiVersion", "v1"},
               {"kind", "ConfigMap"},
               {"metadata", {{"name", "held"}, {"namespace", "u"}, {"finalizers", {"example.com/hold"}}}}};
  client_.Json(Method::kPost, "/api/v1/namespaces/u/configmaps", held);
  client_.Json(Method::kDelete, "/api/v1/namespaces/u");
  EXPECT_TRUE(server_.WaitFor("v1", "Namespace", "", "u", [](const Json* home) {
    return home != nullptr && home->dump().find("example.com/hold in 1 resource instances") != std::string::npos;
  }));
  client_.Json(Method::kPatch, "/api/v1/namespaces/u/configmaps/held",
               Json::parse(R"({"metadata":{"finalizers":null}})"), kMergeType);
  EXPECT_TRUE(server_.WaitFor("v1", "Namespace", "", "u", [](const Json* home) { return home == nullptr; }));
}

TEST_F(ApiServer, ApplyTellsCreatedFromUnchangedByStatusAndVersion) {
  const std::string path = "/api/v1/namespaces/t/configmaps/c?fieldManager=kontrakt";
  const std::string body = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"1"}})";
  const net::Response first = client_.Ask(Method::kPatch, path, body, kApplyType);
  EXPECT_EQ(first.status, 201);
  const net::Response second = client_.Ask(Method::kPatch, path, body, kApplyType);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(first.body, second.body);
  // The order of keys makes no difference either.
  const net::Response third =
      client_.Ask(Method::kPatch, path,
                  R"({"kind":"ConfigMap","data":{"a":"1"},"metadata":{"name":"c"},"apiVersion":"v1"})", kApplyType);
  EXPECT_EQ(first.body, third.body);
}

TEST_F(ApiServer, UnknownFieldsAre500ForApplyAnd400ForCreate) {
  Json pod = Pod("u");
  pod["spec"]["foo"] = 1;
  const Json applied =
      client_.Json(Method::kPatch, kPods + "/u?fieldManager=k&fieldValidation=Strict", pod, kApplyType);
  EXPECT_EQ(applied["code"], 500);
  EXPECT_FALSE(Has(applied, "reason"));
  EXPECT_EQ(applied["message"],
            "failed to create typed patch object (/u; /v1, Kind=Pod): .spec.foo: field not declared in schema");
  const Json created = client_.Json(Method::kPost, kPods + "?fieldValidation=Strict", pod);
  EXPECT_EQ(created["code"], 400);
  EXPECT_EQ(created["message"],
            "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: unknown field \"spec.foo\"");
  const net::Response warned = client_.Ask(Method::kPost, kPods, pod.dump());
  EXPECT_EQ(warned.status, 201);
  EXPECT_EQ(warned.headers.Get("Warning"), "299 - \"unknown field \\\"spec.foo\\\"\"");
}

TEST_F(ApiServer, PatchesCheckVersionUidAndImmutableFields) {
  client_.Json(Method::kPost, kPods, Pod("a"));
  const auto patch = [&](const std::string& body) {
    return client_.Json(Method::kPatch, kPods + "/a", Json::parse(body), kMergeType);
  };
  EXPECT_EQ(patch(R"({"metadata":{"resourceVersion":"1","labels":{"a":"b"}}})")["code"], 409);
  EXPECT_EQ(patch(R"({"metadata":{"uid":"other"}})")["code"], 422);
  EXPECT_EQ(patch(R"({"spec":{"restartPolicy":"Never"}})")["code"], 422);
  EXPECT_EQ(patch(R"({"metadata":{"labels":{"a":"b"}}})")["metadata"]["labels"]["a"], "b");
}

TEST_F(ApiServer, LiftingTheGateRaisesTheGeneration) {
  Json pod = Pod("g");
  pod["spec"]["schedulingGates"] = Json::array({{{"name", "kontrakt/ready"}}});
  const Json gated = client_.Json(Method::kPost, kPods, pod);
  EXPECT_EQ(gated["status"]["conditions"][0]["reason"], "SchedulingGated");
  const Json lifted =
      client_.Json(Method::kPatch, kPods + "/g", Json::parse(R"({"spec":{"schedulingGates":[]}})"), kMergeType);
  EXPECT_FALSE(Has(lifted["spec"], "schedulingGates"));
  EXPECT_EQ(lifted["metadata"]["generation"], 2);
}

TEST_F(ApiServer, DeletesUnderPreconditionsAndWithWhatIsOwned) {
  const Json owner = client_.Json(Method::kPost, "/api/v1/namespaces/t/configmaps",
                                  Json::parse(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"o"}})"));
  Json owned = Json::parse(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}})");
  owned["metadata"]["ownerReferences"] =
      Json::array({{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"name", "o"}, {"uid", Uid(owner)}}});
  client_.Json(Method::kPost, "/api/v1/namespaces/t/secrets", owned);
  const std::string path = "/api/v1/namespaces/t/configmaps/o";
  const Json refused = client_.Json(Method::kDelete, path, Json::parse(R"({"preconditions":{"uid":"x"}})"));
  EXPECT_EQ(refused["code"], 409);
  const Json done = client_.Json(Method::kDelete, path, {{"preconditions", {{"uid", Uid(owner)}}}});
  EXPECT_EQ(done["status"], "Success");
  EXPECT_EQ(done["details"]["uid"], Uid(owner));
  EXPECT_EQ(client_.Ask(Method::kGet, path).status, 404);
  EXPECT_EQ(client_.Ask(Method::kGet, "/api/v1/namespaces/t/secrets/s").status, 404);
}

TEST_F(ApiServer, ListsInPagesWithItemsThatDoNotNameTheirKind) {
  for (const char* name : {"a", "b", "c"}) {
    client_.Json(Method::kPost, kPods, Pod(name));
  }
  const Json first = client_.Json(Method::kGet, kPods + "?limit=2");
  EXPECT_EQ(first["items"].size(), 2u);
  EXPECT_FALSE(Has(first["items"][0], "kind"));
  const Json second = client_.Json(Method::kGet, kPods + "?limit=2&continue=" + Text(first["metadata"], "continue"));
  EXPECT_EQ(second["items"].size(), 1u);
  EXPECT_FALSE(Has(second["metadata"], "continue"));
  server_.Configure([](ApiOptions& options) { options.expire_continue_tokens = true; });
  EXPECT_EQ(client_.Ask(Method::kGet, kPods + "?limit=2&continue=" + Text(first["metadata"], "continue")).status, 410);
}

TEST_F(ApiServer, ServesTypesOfItsDefinitions) {
  const std::string path = "/apis/example.com/v1/namespaces/t/widgets";
  EXPECT_EQ(client_.Ask(Method::kGet, path).body, "404 page not found\n");
  client_.Json(Method::kPost, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Json::parse(R"({
    "apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.example.com"},
    "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget"},
            "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}}}]}})"));
  EXPECT_TRUE(server_.WaitFor(
      "apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "widgets.example.com", [](const Json* definition) {
        return definition != nullptr && definition->dump().find("Established") != std::string::npos;
      }));
  const Json made = client_.Json(Method::kPost, path, Json::parse(R"({"apiVersion":"example.com/v1","kind":"Widget",
    "metadata":{"name":"w"},"spec":{"size":1},"status":{"ignored":true}})"));
  EXPECT_EQ(made["metadata"]["generation"], 1);
  EXPECT_FALSE(Has(made, "status"));
  const Json status =
      client_.Json(Method::kPatch, path + "/w/status", Json::parse(R"({"status":{"ready":true}})"), kMergeType);
  EXPECT_EQ(status["status"]["ready"], true);
  EXPECT_EQ(status["metadata"]["generation"], 1);
  EXPECT_NE(client_.Ask(Method::kGet, "/apis/example.com/v1").body.find("widgets/status"), std::string::npos);
  client_.Json(Method::kDelete, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com");
  EXPECT_TRUE(server_.WaitFor("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "widgets.example.com",
                              [](const Json* definition) { return definition == nullptr; }));
  EXPECT_EQ(client_.Ask(Method::kGet, path).status, 404);
}

TEST_F(ApiServer, DiscoversInBothForms) {
  const net::Headers aggregated{
      {"Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"}};
  const net::Response answer = client_.Ask(Method::kGet, "/apis", "", "", aggregated);
  EXPECT_NE(answer.headers.Get("Content-Type")->find("as=APIGroupDiscoveryList"), std::string::npos);
  EXPECT_EQ(Json::parse(answer.body)["kind"], "APIGroupDiscoveryList");
  server_.Configure([](ApiOptions& options) { options.aggregated_discovery = false; });
  EXPECT_EQ(Json::parse(client_.Ask(Method::kGet, "/apis", "", "", aggregated).body)["kind"], "APIGroupList");
  EXPECT_EQ(client_.Json(Method::kGet, "/api/v1")["kind"], "APIResourceList");
}

TEST_F(ApiServer, KnowsUsersByTokenAndRefusesByRule) {
  server_.AddUser("good", {"runner", {}});
  AccessRule rule;
  rule.user = "runner";
  rule.verb = "create";
  rule.resource = "secrets";
  server_.AddRule(rule);
  EXPECT_EQ(client_.Ask(Method::kGet, kPods).status, 401);
  const net::Headers token{{"Authorization", "Bearer good"}};
  EXPECT_EQ(client_.Ask(Method::kGet, kPods, "", "", token).status, 200);
  const net::Response refused = client_.Ask(Method::kPost, "/api/v1/namespaces/t/secrets",
                                            R"({"metadata":{"name":"s"}})", "application/json", token);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(Json::parse(refused.body)["message"],
            "secrets is forbidden: User \"runner\" cannot create resource \"secrets\" in API group \"\" in the "
            "namespace \"t\"");
  const net::Response review =
      client_.Ask(Method::kPost, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                  R"({"spec":{"resourceAttributes":{"verb":"create","resource":"secrets","namespace":"t"}}})",
                  "application/json", token);
  EXPECT_EQ(Json::parse(review.body)["status"]["allowed"], false);
}

TEST_F(ApiServer, HoldsPodsToTheNamespacesPodSecurity) {
  server_.AddNamespace("safe", {{"pod-security.kubernetes.io/enforce", "baseline"}});
  Json pod = Pod("p");
  pod["spec"]["containers"][0]["securityContext"] = {{"privileged", true}};
  const Json refused = client_.Json(Method::kPost, "/api/v1/namespaces/safe/pods", pod);
  EXPECT_EQ(refused["code"], 403);
  EXPECT_EQ(refused["message"],
            "pods \"p\" is forbidden: violates PodSecurity \"baseline:latest\": privileged (container \"c\" must not "
            "set securityContext.privileged=true)");
}

TEST_F(ApiServer, GivesLogsOrSaysWhyNot) {
  Json pod = Pod("p");
  pod["metadata"]["namespace"] = "t";
  pod["spec"]["nodeName"] = "n";
  server_.Put(pod);
  EXPECT_EQ(client_.Json(Method::kGet, kPods + "/p/log")["message"],
            "container \"c\" in pod \"p\" is waiting to start: ContainerCreating");
  server_.AppendLog("t", "p", "c", "one\ntwo\nthree\n");
  EXPECT_EQ(client_.Ask(Method::kGet, kPods + "/p/log?tailLines=2").body, "two\nthree\n");
  EXPECT_EQ(client_.Ask(Method::kGet, kPods + "/p/log?limitBytes=5").body, "one\nt");
  const std::string stamped = client_.Ask(Method::kGet, kPods + "/p/log?timestamps=true&tailLines=1").body;
  EXPECT_EQ(stamped.substr(30), " three\n");
  EXPECT_EQ(client_.Ask(Method::kGet, kPods + "/p/log?previous=true").status, 400);
  server_.SetPreviousLog("t", "p", "c", "before\n");
  EXPECT_EQ(client_.Ask(Method::kGet, kPods + "/p/log?previous=true").body, "before\n");
}

}  // namespace
}  // namespace kontrakt::fakes
