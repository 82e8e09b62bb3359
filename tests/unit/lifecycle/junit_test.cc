#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/lifecycle/assert.h"
#include "tests/unit/lifecycle/asserted_reports.h"

namespace kontrakt {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

AssertReport Of(AssertedKontrakt kontrakt) {
  AssertReport report;
  report.kontrakts = {std::move(kontrakt)};
  return report;
}

TEST(Junit, HasOneSuiteAKontraktAndOneCaseACheck) {
  EXPECT_EQ(MixedReport().ToJunit(),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="kontrakt" tests="5" failures="2" errors="0">
  <testsuite name="backend" tests="3" failures="0" errors="0" time="4.200">
    <testcase classname="kontrakt.backend" name="tests exist" time="0"/>
    <testcase classname="kontrakt.backend" name="test pod/smoke" time="0"/>
    <testcase classname="kontrakt.backend" name="target pod/web container app" time="0">
      <system-out>runs imageID &quot;x&quot;</system-out>
    </testcase>
  </testsuite>
  <testsuite name="frontend" tests="2" failures="2" errors="0" time="4.200">
    <testcase classname="kontrakt.frontend" name="test job/page" time="7" file="frontend/kontrakt/page.yaml" line="12">
      <failure message="exited with status 3" type="ContainerFailed">exited with status 3&#10;| GET /&#10;| expected &lt;b&gt;200&lt;/b&gt; &amp; got &quot;500&quot;&#10;</failure>
    </testcase>
    <testcase classname="kontrakt.frontend" name="page.assert.yaml:3 service/web" time="0">
      <failure message="service/web differs in 1 field" type="failed">service/web differs in 1 field&#10;spec.type: wanted &quot;LoadBalancer&quot;, found &quot;ClusterIP&quot;&#10;</failure>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST(Junit, WhatIsLostOrUndecidedIsAnErrorNotAFailure) {
  AssertedKontrakt kontrakt = MakeAsserted("web", CheckResult::kUndecided);
  kontrakt.checks = {MakeCheck(CheckKind::kTest, "test pod/a", CheckResult::kUndecided, "still runs"),
                     MakeCheck(CheckKind::kTest, "test pod/b", CheckResult::kLost, "evicted")};
  const std::string xml = Of(kontrakt).ToJunit();
  EXPECT_THAT(xml, HasSubstr(R"(failures="0" errors="2")"));
  EXPECT_THAT(xml, HasSubstr(R"(<error message="still runs" type="undecided">)"));
  EXPECT_THAT(xml, Not(HasSubstr("<failure")));
}

TEST(Junit, AKontraktWithoutChecksHasACaseOfItsOwn) {
  const std::string xml = Of(MakeAsserted("web", CheckResult::kUndecided, "it was never applied")).ToJunit();
  EXPECT_THAT(xml, HasSubstr(R"(tests="1" failures="0" errors="1")"));
  EXPECT_THAT(xml, HasSubstr(R"(name="verdict")"));
  EXPECT_THAT(xml, HasSubstr("it was never applied"));
}

TEST(Junit, AFailureThatNoCheckShowsIsStillAFailure) {
  AssertedKontrakt kontrakt = MakeAsserted("web", CheckResult::kFailed, "CrashLoop: deployment/web");
  kontrakt.standing = true;
  kontrakt.checks = {MakeCheck(CheckKind::kTest, "test pod/a", CheckResult::kPassed)};
  EXPECT_THAT(Of(kontrakt).ToJunit(), HasSubstr(R"(<failure message="CrashLoop: deployment/web")"));
}

TEST(Junit, HoldsOnlyCharactersThatXmlKnows) {
  AssertedKontrakt kontrakt = MakeAsserted("web", CheckResult::kFailed);
  kontrakt.checks = {MakeCheck(CheckKind::kTest, "test", CheckResult::kFailed,
                               std::string("a\0b\x01\x1b[31mc\x7f ]]> \xEF\xBF\xBE\xEF\xBF\xBF \xff ä", 31))};
  const std::string xml = Of(kontrakt).ToJunit();
  const bool clean = std::none_of(xml.begin(), xml.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == '\x7f' || c == '\xff';
  });
  EXPECT_TRUE(clean) << xml;
  EXPECT_THAT(xml, Not(HasSubstr("\xEF\xBF\xBE")));
  EXPECT_THAT(xml, Not(HasSubstr("]]>")));
  EXPECT_THAT(xml, HasSubstr("ä"));
}

}  // namespace
}  // namespace kontrakt
