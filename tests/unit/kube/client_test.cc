#include "lib/kube/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/doc/json.h"
#include "lib/net/transport.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/unit/kube/scripted_client.h"

namespace kontrakt::kube {
namespace {

using fakes::ScriptedTransport;
using net::Method;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

doc::Json Parse(const std::string& text) {
  auto json = doc::ParseJson(text);
  return json ? *json : doc::Json();
}

const ObjectKey kPod{Pods(), "ns", "web"};
const ObjectKey kMap{ConfigMaps(), "ns", "settings"};

net::Request Sent(const ScriptedTransport& transport, std::size_t index = 0) {
  return transport.Requests().at(index).request;
}

doc::Json SentBody(const ScriptedTransport& transport) {
  return Parse(transport.Requests().at(0).body);
}

TEST(Client, GetsAnObject) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "https://api/api/v1/namespaces/ns/pods/web", 200, R"({"kind":"Pod"})");
  const auto pod = ScriptedClient(transport).Get(kPod, Patient());
  ASSERT_TRUE(pod) << pod.error().ToString();
  EXPECT_EQ(doc::StringAt(*pod, {"kind"}), "Pod");
}

TEST(Client, ServerErrorsKeepStatusAndReason) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "*", 404,
                   StatusText(404, "NotFound", "pods not found", R"({"name":"web","kind":"pods"})"));
  const auto pod = ScriptedClient(transport).Get(kPod, Patient());
  ASSERT_FALSE(pod);
  EXPECT_EQ(pod.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(pod.error().http_status(), 404);
  EXPECT_EQ(pod.error().reason(), "NotFound");
}

TEST(Client, AppliesOnTheServersSide) {
  ScriptedTransport transport;
  transport.Expect(Method::kPatch, "*", 200, "{}");
  ApplyOptions options;
  options.force = Force::kYes;
  options.dry_run = DryRun::kServer;
  ASSERT_TRUE(ScriptedClient(transport).Apply(kMap, {{"kind", "ConfigMap"}}, options, Patient()));
  const net::Request request = Sent(transport);
  EXPECT_EQ(request.url.path, "/api/v1/namespaces/ns/configmaps/settings");
  EXPECT_EQ(request.url.query, "fieldManager=kontrakt&fieldValidation=Strict&dryRun=All&force=true");
  EXPECT_EQ(request.headers.Get("Content-Type"), "application/apply-patch+yaml");
  EXPECT_EQ(transport.Requests().at(0).body, R"({"kind":"ConfigMap"})");
}

TEST(Client, RepeatsReadsAppliesAndGuardedDeletesAfterALostConnection) {
  ScriptedTransport transport;
  for (const Method method : {Method::kGet, Method::kPatch, Method::kDelete}) {
    transport.ExpectError(method, "*", Unavailable("lost"));
    transport.Expect(method, "*", 200, "{}");
  }
  const Client client = ScriptedClient(transport);
  EXPECT_TRUE(client.Get(kPod, Patient()));
  EXPECT_TRUE(client.Apply(kMap, {}, {}, Patient()));
  DeleteOptions guarded;
  guarded.uid = "u1";
  EXPECT_TRUE(client.Delete(kPod, guarded, Patient()));
  EXPECT_TRUE(transport.Unused().empty());
}

TEST(Client, DoesNotRepeatOtherWritesAfterALostConnection) {
  ScriptedTransport transport;
  for (const Method method : {Method::kPost, Method::kDelete, Method::kPatch}) {
    transport.ExpectError(method, "*", Unavailable("lost"));
  }
  const Client client = ScriptedClient(transport);
  EXPECT_FALSE(client.Create(ConfigMaps(), "ns", {}, DryRun::kNone, Patient()));
  EXPECT_FALSE(client.Delete(kPod, {}, Patient()));
  EXPECT_FALSE(client.Patch(kPod, PatchType::kMerge, {}, "", Patient()));
  EXPECT_EQ(transport.Requests().size(), 3u);
}

TEST(Client, RepeatsACreationThatWasNeverSentOrWasThrottled) {
  ScriptedTransport transport;
  Error refused = Unavailable("refused");
  refused.SetReason(std::string(net::kNotSent));
  transport.ExpectError(Method::kPost, "*", refused);
  transport.Expect(Method::kPost, "*", 429, "", {{"Retry-After", "0"}});
  transport.Expect(Method::kPost, "*", 201, "{}");
  EXPECT_TRUE(ScriptedClient(transport).Create(ConfigMaps(), "ns", {}, DryRun::kNone, Patient()));
}

TEST(Client, CreatesInACollection) {
  ScriptedTransport transport;
  transport.Expect(Method::kPost, "*", 201, "{}");
  ASSERT_TRUE(ScriptedClient(transport).Create(ConfigMaps(), "ns", {{"a", 1}}, DryRun::kServer, Patient()));
  EXPECT_EQ(Sent(transport).url.path, "/api/v1/namespaces/ns/configmaps");
  EXPECT_EQ(Sent(transport).url.query, "fieldManager=kontrakt&fieldValidation=Strict&dryRun=All");
  EXPECT_EQ(Sent(transport).headers.Get("Content-Type"), "application/json");
}

TEST(Client, AppliesManyInOrderAndCreatesWhatHasNoName) {
  ScriptedTransport transport;
  transport.Expect(Method::kPatch, "*/configmaps/a?*", 200, R"({"n":"a"})");
  transport.Expect(Method::kPost, "*/configmaps?*", 201, R"({"n":"generated"})");
  transport.Expect(Method::kPatch, "*/configmaps/c?*", 403, StatusText(403, "Forbidden", "no"));
  const doc::Json object = {{"kind", "ConfigMap"}};
  const auto results = ScriptedClient(transport).ApplyAll({{{ConfigMaps(), "ns", "a"}, &object, {}},
                                                           {{ConfigMaps(), "ns", ""}, &object, {}},
                                                           {{ConfigMaps(), "ns", "c"}, &object, {}}},
                                                          Patient());
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(doc::StringAt(*results[0], {"n"}), "a");
  EXPECT_EQ(doc::StringAt(*results[1], {"n"}), "generated");
  EXPECT_EQ(results[2].error().code(), ErrorCode::kDenied);
}

TEST(Client, PatchesASubresource) {
  ScriptedTransport transport;
  transport.Expect(Method::kPatch, "*/pods/web/status?fieldManager=kontrakt", 200, "{}");
  ASSERT_TRUE(ScriptedClient(transport).Patch(kPod, PatchType::kJson, doc::Json::array(), "status", Patient()));
  EXPECT_EQ(Sent(transport).headers.Get("Content-Type"), "application/json-patch+json");
}

TEST(Client, AlwaysSaysHowADeletionPropagates) {
  ScriptedTransport transport;
  transport.Expect(Method::kDelete, "*", 200, "{}");
  ASSERT_TRUE(ScriptedClient(transport).Delete(kPod, {}, Patient()));
  EXPECT_EQ(doc::Dump(SentBody(transport)),
            R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background"})");
}

TEST(Client, SendsEveryOptionOfADeletion) {
  ScriptedTransport transport;
  transport.Expect(Method::kDelete, "*", 200, "{}");
  DeleteOptions options;
  options.propagation = Propagation::kForeground;
  options.grace_period_seconds = 0;
  options.uid = "u1";
  options.resource_version = "7";
  options.dry_run = DryRun::kServer;
  ASSERT_TRUE(ScriptedClient(transport).Delete(kPod, options, Patient()));
  EXPECT_EQ(doc::Dump(SentBody(transport)),
            R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground","gracePeriodSeconds":0,)"
            R"("preconditions":{"uid":"u1","resourceVersion":"7"},"dryRun":["All"]})");
}

TEST(Client, AFailedPreconditionIsAConflictInBothForms) {
  for (const int status : {409, 422}) {
    ScriptedTransport transport;
    transport.Expect(Method::kDelete, "*", status, StatusText(status, "Invalid", "uid"));
    DeleteOptions options;
    options.uid = "u1";
    EXPECT_EQ(ScriptedClient(transport).Delete(kPod, options, Patient()).error().code(), ErrorCode::kConflict);
  }
}

TEST(Client, DeletesACollectionBySelector) {
  ScriptedTransport transport;
  transport.Expect(Method::kDelete, "*/namespaces/ns/pods?labelSelector=a%3Db", 200, "{}");
  ListOptions list;
  list.label_selector = "a=b";
  EXPECT_TRUE(ScriptedClient(transport).DeleteCollection(Pods(), "ns", {}, list, Patient()));
}

std::string Page(const std::string& names, const std::string& token) {
  std::string items;
  for (const char name : names) {
    items += std::string(items.empty() ? "" : ",") + R"({"metadata":{"name":")" + name + "\"}}";
  }
  return R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"42","continue":")" + token +
         R"("},"items":[)" + items + "]}";
}

TEST(Client, ListsAllPagesAndFillsInWhatItemsLeaveOut) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "https://api/api/v1/namespaces/ns/pods?labelSelector=a%3Db&limit=2", 200,
                   Page("ab", "next"));
  transport.Expect(Method::kGet, "*&limit=2&continue=next", 200, Page("c", ""));
  ListOptions options;
  options.label_selector = "a=b";
  options.page_size = 2;
  std::string version;
  const auto pods = ScriptedClient(transport).List(Pods(), "ns", options, Patient(), &version);
  ASSERT_TRUE(pods) << pods.error().ToString();
  ASSERT_EQ(pods->size(), 3u);
  EXPECT_EQ(doc::StringAt((*pods)[2], {"metadata", "name"}), "c");
  EXPECT_EQ(doc::StringAt((*pods)[0], {"kind"}), "Pod");
  EXPECT_EQ(doc::StringAt((*pods)[0], {"apiVersion"}), "v1");
  EXPECT_EQ(version, "42");
}

TEST(Client, BeginsAListAnewWhenItsTokenExpired) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "*", 200, Page("ab", "next"));
  transport.Expect(Method::kGet, "*continue=next", 410, StatusText(410, "Expired", "token"));
  transport.Expect(Method::kGet, "*limit=500", 200, Page("xyz", ""));
  const auto pods = ScriptedClient(transport).List(Pods(), "ns", {}, Patient());
  ASSERT_TRUE(pods) << pods.error().ToString();
  EXPECT_EQ(pods->size(), 3u);
}

TEST(Client, GivesAListUpThatExpiresEveryTime) {
  ScriptedTransport transport;
  ScriptedTransport::Answer expired;
  expired.url = "*continue=next";
  expired.times = 0;
  expired.response.status = 410;
  expired.response.body = StatusText(410, "Expired", "token");
  transport.Expect(expired);
  ScriptedTransport::Answer page;
  page.times = 0;
  page.response.status = 200;
  page.response.body = Page("a", "next");
  transport.Expect(page);
  const auto pods = ScriptedClient(transport).List(Pods(), "ns", {}, Patient());
  ASSERT_FALSE(pods);
  EXPECT_EQ(pods.error().code(), ErrorCode::kExpired);
}

TEST(Client, ListsMetadataFromTheCache) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "https://api/api/v1/pods?resourceVersion=0", 200, Page("a", ""));
  ListOptions options;
  options.metadata_only = true;
  options.from_cache = true;
  ASSERT_TRUE(ScriptedClient(transport).List(Pods(), "", options, Patient()));
  EXPECT_THAT(*Sent(transport).headers.Get("Accept"), HasSubstr("as=PartialObjectMetadataList"));
}

TEST(Client, ReadsLogs) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet,
                   "https://api/api/v1/namespaces/ns/pods/web/"
                   "log?container=c&previous=true&timestamps=true&tailLines=20&limitBytes=1000",
                   200, "line\n");
  LogOptions options;
  options.container = "c";
  options.previous = true;
  options.timestamps = true;
  options.tail_lines = 20;
  options.limit_bytes = 1000;
  EXPECT_EQ(*ScriptedClient(transport).Logs("ns", "web", options, Patient()), "line\n");
}

TEST(Client, LogsThatAreNotThereYetAreNotFound) {
  for (const std::string message : {"container c in pod web is waiting to start: ContainerCreating",
                                    "previous terminated container c in pod web not found"}) {
    ScriptedTransport transport;
    transport.Expect(Method::kGet, "*", 400, StatusText(400, "BadRequest", message));
    const auto log = ScriptedClient(transport).Logs("ns", "web", {}, Patient());
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code(), ErrorCode::kNotFound);
    EXPECT_THAT(log.error().message(), HasSubstr(message));
  }
}

TEST(Client, AContainerThatMustBeNamedIsInvalidInput) {
  ScriptedTransport transport;
  transport.Expect(Method::kGet, "*", 400,
                   StatusText(400, "BadRequest", "a container name must be specified for pod web"));
  EXPECT_EQ(ScriptedClient(transport).Logs("ns", "web", {}, Patient()).error().code(), ErrorCode::kInvalidInput);
}

TEST(Client, RawHandsOnWhateverTheServerAnswers) {
  ScriptedTransport transport;
  transport.Expect(Method::kPut, "https://api/some/path?x=1", 418, "teapot");
  const auto response = ScriptedClient(transport).Raw(Method::kPut, "/some/path?x=1", "body", "text/plain", Patient());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 418);
  EXPECT_EQ(Sent(transport).headers.Get("Content-Type"), "text/plain");
}

TEST(Client, KnowsBuiltInKindsWithoutAsking) {
  ScriptedTransport transport;
  const Client client = ScriptedClient(transport);
  EXPECT_EQ(client.ResourceOf(GroupVersionKind::Of("apps/v1", "Deployment"), Patient())->plural, "deployments");
  EXPECT_EQ(client.ResourceNamed("po", Patient())->plural, "pods");
  EXPECT_TRUE(transport.Requests().empty());
}

TEST(Client, CopiesShareWhatTheyLearn) {
  ScriptedTransport transport;
  const Client client = ScriptedClient(transport);
  const Client copy = client;
  copy.LearnResource({{"new.example", "v1", "Widget"}, "widgets", Scope::kNamespaced});
  EXPECT_TRUE(client.ResourceOf(GroupVersionKind::Of("new.example/v1", "Widget"), Patient()));
}

TEST(Client, SaysWhoAndWhereItIs) {
  ScriptedTransport transport;
  Connection connection = Nowhere();
  connection.namespace_name = "team";
  const Client client = ScriptedClient(transport, connection);
  EXPECT_EQ(client.default_namespace(), "team");
  EXPECT_EQ(client.field_manager(), "kontrakt");
  EXPECT_EQ(client.connection().context, "test");
  EXPECT_EQ(client.ServerTimeSeconds(), std::nullopt);
}

/// The same against a server that keeps objects.
class ClientWithServerTest : public ::testing::Test {
 protected:
  ClientWithServerTest() {
    server_.AddNamespace("ns");
    Connection connection;
    connection.server = server_.url();
    client_ = std::make_unique<Client>(*Client::Create(connection, QuickOptions()));
  }

  doc::Json Map(const std::string& name) const {
    return {{"apiVersion", "v1"},
            {"kind", "ConfigMap"},
            {"metadata", {{"name", name}, {"namespace", "ns"}}},
            {"data", {{"key", name}}}};
  }

  fakes::FakeApiServer server_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientWithServerTest, AppliesReadsListsAndDeletes) {
  const ObjectKey key{ConfigMaps(), "ns", "a"};
  const auto applied = client_->Apply(key, Map("a"), {}, Patient());
  ASSERT_TRUE(applied) << applied.error().ToString();
  const std::string uid = doc::StringAt(*applied, {"metadata", "uid"});
  EXPECT_FALSE(uid.empty());
  EXPECT_EQ(doc::StringAt(*client_->Get(key, Patient()), {"data", "key"}), "a");
  DeleteOptions wrong;
  wrong.uid = "other";
  EXPECT_EQ(client_->Delete(key, wrong, Patient()).error().code(), ErrorCode::kConflict);
  DeleteOptions right;
  right.uid = uid;
  EXPECT_TRUE(client_->Delete(key, right, Patient()));
  EXPECT_EQ(client_->Get(key, Patient()).error().code(), ErrorCode::kNotFound);
  EXPECT_TRUE(client_->ServerTimeSeconds());
}

TEST_F(ClientWithServerTest, AppliesManyThroughFaults) {
  for (const int from : {3, 9}) {
    fakes::Fault fault;
    fault.method = "PATCH";
    fault.from = from;
    fault.kind = from == 3 ? fakes::FaultKind::kDropAfter : fakes::FaultKind::kAnswer;
    fault.answer = {503, {}, "busy"};
    server_.http().faults().Add(fault);
  }
  std::vector<doc::Json> objects;
  for (int i = 0; i < 24; ++i)
    objects.push_back(Map("m" + std::to_string(i)));
  std::vector<Client::ApplyItem> items;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    items.push_back({{ConfigMaps(), "ns", "m" + std::to_string(i)}, &objects[i], {}});
  }
  for (const auto& result : client_->ApplyAll(items, Patient())) {
    ASSERT_TRUE(result) << result.error().ToString();
  }
  EXPECT_EQ(server_.GetAll("v1", "ConfigMap", "ns").size(), 24u + 1u) << "and the root CA";
}

TEST_F(ClientWithServerTest, PagesThroughExpiringTokens) {
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(client_->Create(ConfigMaps(), "ns", Map("m" + std::to_string(i)), {}, Patient()));
  ListOptions options;
  options.page_size = 2;
  EXPECT_EQ(client_->List(ConfigMaps(), "ns", options, Patient())->size(), 6u);
}

TEST_F(ClientWithServerTest, DiscoversBothWays) {
  for (const bool aggregated : {true, false}) {
    server_.Configure([&](fakes::ApiOptions& options) { options.aggregated_discovery = aggregated; });
    Connection connection;
    connection.server = server_.url();
    const Client fresh = *Client::Create(connection, QuickOptions());
    const auto resources = fresh.NamespacedResources(Patient());
    ASSERT_TRUE(resources) << resources.error().ToString();
    EXPECT_THAT(*resources, ::testing::Contains(ConfigMaps()));
    EXPECT_THAT(*resources, ::testing::Not(::testing::Contains(Namespaces())));
  }
}

TEST_F(ClientWithServerTest, RefusesFieldsThatTheSchemaDoesNotKnow) {
  doc::Json object = Map("a");
  object["dta"] = {{"a", "b"}};
  const auto refused = client_->Apply({ConfigMaps(), "ns", "a"}, object, {}, Patient());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput) << refused.error().ToString();
}

}  // namespace
}  // namespace kontrakt::kube
