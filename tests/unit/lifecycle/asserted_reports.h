#pragma once

#include <string>
#include <utility>

#include "lib/lifecycle/assert.h"

namespace kontrakt {

inline Check MakeCheck(CheckKind kind, std::string name, CheckResult result, std::string message = "") {
  Check check;
  check.kind = kind;
  check.name = std::move(name);
  check.result = result;
  check.message = std::move(message);
  return check;
}

inline AssertedKontrakt MakeAsserted(std::string name, CheckResult result, std::string reason = "") {
  AssertedKontrakt kontrakt;
  kontrakt.name = std::move(name);
  kontrakt.namespace_name = "kontrakt-" + kontrakt.name + "-abc";
  kontrakt.result = result;
  kontrakt.reason = std::move(reason);
  kontrakt.duration = std::chrono::milliseconds(4'200);
  return kontrakt;
}

/// One that passed, and one that failed in a test and an assertion.
inline AssertReport MixedReport() {
  AssertedKontrakt good = MakeAsserted("backend", CheckResult::kPassed);
  good.checks = {
      MakeCheck(CheckKind::kTestsExist, "tests exist", CheckResult::kPassed, "1 test"),
      MakeCheck(CheckKind::kTest, "test pod/smoke", CheckResult::kPassed),
      MakeCheck(CheckKind::kTarget, "target pod/web container app", CheckResult::kNote, "runs imageID \"x\"")};
  AssertedKontrakt bad = MakeAsserted("frontend", CheckResult::kFailed, "ContainerFailed: test job/page");
  Check test = MakeCheck(CheckKind::kTest, "test job/page", CheckResult::kFailed, "exited with status 3");
  test.cause = "ContainerFailed";
  test.exit_code = 3;
  test.duration = std::chrono::seconds(7);
  test.last_log_lines = {"GET /", "expected <b>200</b> & got \"500\""};
  test.location = {"frontend/kontrakt/page.yaml", 12, 0};
  Check assertion = MakeCheck(CheckKind::kAssertion, "page.assert.yaml:3 service/web", CheckResult::kFailed,
                              "service/web differs in 1 field");
  assertion.fields = {{"spec.type", "\"LoadBalancer\"", "\"ClusterIP\""}};
  bad.checks = {std::move(test), std::move(assertion)};
  bad.evidence = "out/frontend";
  AssertReport report;
  report.kontrakts = {std::move(good), std::move(bad)};
  return report;
}

}  // namespace kontrakt
