#include "lib/lifecycle/evidence_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/base64.h"
#include "lib/doc/json.h"
#include "lib/kube/client.h"

namespace kontrakt {
namespace {

using doc::Json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

Json Parse(const std::string& text) {
  auto json = doc::ParseJson(text);
  EXPECT_TRUE(json.ok()) << text;
  return json ? *json : Json();
}

TEST(EvidenceFileName, KeepsOrdinaryNames) {
  EXPECT_EQ(EvidenceFileName("pod-web-0.a_b"), "pod-web-0.a_b");
}

TEST(EvidenceFileName, LeadsNowhereElse) {
  for (const char* name : {"../../etc/passwd", "a/b", "", ".", "..", ".hidden", "a\nb", "c:d"}) {
    const std::string safe = EvidenceFileName(name);
    EXPECT_EQ(safe.find_first_of("/\n:"), std::string::npos) << name;
    ASSERT_FALSE(safe.empty());
    EXPECT_NE(safe.front(), '.') << name;
  }
}

TEST(EvidenceFileName, KeepsDifferentNamesApart) {
  EXPECT_NE(EvidenceFileName("a:b"), EvidenceFileName("a/b"));
  const std::string long_name(300, 'x');
  EXPECT_LE(EvidenceFileName(long_name).size(), 128U);
  EXPECT_NE(EvidenceFileName(long_name + "1"), EvidenceFileName(long_name + "2"));
}

TEST(ForEvidence, BeginsWithKindAndLeavesNoiseOut) {
  const Json shown = ForEvidence(Parse(R"({"metadata":{"name":"a","managedFields":[{}],"annotations":{
      "kubectl.kubernetes.io/last-applied-configuration":"{}","b":"c"}},"spec":{"x":1}})"),
                                 kube::ConfigMaps());
  EXPECT_EQ(doc::Dump(shown),
            R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","annotations":{"b":"c"}},"spec":{"x":1}})");
}

TEST(ForEvidence, MasksSecretsAndSecretLookingLiterals) {
  const Json secret = ForEvidence(Parse(R"({"data":{"a":"aGVsbG8="},"stringData":{"b":"x"}})"), kube::Secrets());
  EXPECT_EQ(doc::Dump(secret), R"({"apiVersion":"v1","kind":"Secret","data":{"a":"***"},"stringData":{"b":"***"}})");
  const Json pod = ForEvidence(
      Parse(R"({"spec":{"containers":[{"env":[{"name":"DB_PASSWORD","value":"pw"},{"name":"MODE","value":"on"}]}]}})"),
      kube::Pods());
  EXPECT_THAT(doc::Dump(pod), Not(HasSubstr("pw")));
  EXPECT_THAT(doc::Dump(pod), HasSubstr(R"("value":"on")"));
}

TEST(SecretValuesOf, DecodesAndLooksIntoDockerConfigs) {
  const std::string config =
      R"({"auths":{"r":{"username":"u","password":"pass-word","auth":")" + Base64Encode("u:pass-word") + R"("}}})";
  const Json secret = {{"type", "kubernetes.io/dockerconfigjson"},
                       {"data", {{".dockerconfigjson", Base64Encode(config)}}}};
  const auto values = SecretValuesOf(secret);
  EXPECT_THAT(values, Contains("pass-word"));
  EXPECT_THAT(values, Contains(Base64Encode("u:pass-word")));
  EXPECT_THAT(values, Contains(config));
}

TEST(SecretValuesOf, TakesOnlyTheTokenOfAToken) {
  const Json secret = {{"type", "kubernetes.io/service-account-token"},
                       {"data",
                        {{"token", Base64Encode("the-token")},
                         {"namespace", Base64Encode("kontrakt-web-1")},
                         {"ca.crt", Base64Encode("certificate")}}}};
  EXPECT_THAT(SecretValuesOf(secret), ElementsAre("the-token"));
}

TEST(SecretLiteralsOf, GoByName) {
  const Json pod = Parse(R"({"spec":{"initContainers":[{"env":[{"name":"API_TOKEN","value":"one"}]}],
      "containers":[{"env":[{"name":"PASSWORD","value":"two"},{"name":"MODE","value":"three"},
      {"name":"SECRET","valueFrom":{}}]}]}})");
  EXPECT_THAT(SecretLiteralsOf(pod), UnorderedElementsAre("one", "two"));
}

TEST(EventsToText, SortsByTheLastTimeAndCounts) {
  std::vector<Json> events = {
      Parse(
          R"({"type":"Warning","reason":"BackOff","message":"back-off\nrestarting","lastTimestamp":"2026-01-01T00:00:02Z",
          "count":3,"involvedObject":{"kind":"Pod","name":"a"}})"),
      Parse(R"({"type":"Normal","reason":"Pulled","message":"pulled","eventTime":"2026-01-01T00:00:01.000000Z",
          "involvedObject":{"kind":"Pod","name":"a"}})")};
  SortEvents(events);
  EXPECT_EQ(EventsToText(events),
            "2026-01-01T00:00:01.000000Z  Normal   Pulled   pod/a  pulled\n"
            "2026-01-01T00:00:02Z         Warning  BackOff  pod/a  back-off restarting (x3)\n");
}

TEST(IsLostLog, KnowsTheKubeletsWordForIt) {
  EXPECT_TRUE(IsLostLog("unable to retrieve container logs for containerd://48494e5e51bc"));
  EXPECT_TRUE(IsLostLog("unable to retrieve container logs for containerd://48494e5e51bc\n"));
  EXPECT_FALSE(IsLostLog("unable to retrieve container logs for x\nsaid my program\n"));
  EXPECT_FALSE(IsLostLog("unable to connect\n"));
  EXPECT_FALSE(IsLostLog(""));
}

TEST(LastBytes, CutsAtALineAndSaysSo) {
  EXPECT_EQ(LastBytes("short", 10), "short");
  EXPECT_EQ(LastBytes("one\ntwo\nthree\n", 10), "(8 bytes before this line are left out)\nthree\n");
  EXPECT_EQ(LastBytes("0123456789", 4), "(6 bytes before this line are left out)\n6789");
}

}  // namespace
}  // namespace kontrakt
