#include "lib/lifecycle/run.h"

#include <gtest/gtest.h>

#include "tests/unit/lifecycle/chain_run.h"

namespace kontrakt {
namespace {

using Running = ChainRun;

TEST_F(Running, PromotesWhatPassedAndLeavesNothing) {
  WriteTarget();
  WriteTest();
  const Result<RunReport> report = RunIt();
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_TRUE(report->Outcome().ok()) << report->ToText({});
  EXPECT_EQ(DigestOfTag("stable"), image_.digest);
  EXPECT_FALSE(api_.Get("v1", "Namespace", "", NamespaceName()));
  EXPECT_EQ(left_behind_, "");
}

TEST_F(Running, RefusesWhatFailedAndSaysWhy) {
  WriteTarget();
  WriteTest();
  Behave("smoke", [](fakes::PodBehaviour& pod) {
    pod.exit_code = 3;
    pod.log = "no answer\n";
  });
  const Result<RunReport> report = RunIt();
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  ASSERT_FALSE(report->Outcome().ok());
  EXPECT_EQ(report->Outcome().error().code(), ErrorCode::kNegative);
  EXPECT_EQ(DigestOfTag("stable"), "");
  const std::string text = report->ToText({});
  EXPECT_NE(text.find("exited with status 3"), std::string::npos) << text;
  EXPECT_NE(text.find("no answer"), std::string::npos) << text;
  EXPECT_FALSE(api_.Get("v1", "Namespace", "", NamespaceName()));
}

TEST_F(Running, EndsEarlyWhenTheTargetCannotStart) {
  WriteTarget();
  WriteTest();
  Behave("web-*", [](fakes::PodBehaviour& pod) {
    pod.waiting_reason = "InvalidImageName";
    pod.message = "no such name";
  });
  const auto began = std::chrono::steady_clock::now();
  const Result<RunReport> report = RunIt();
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_EQ(report->Outcome().error().code(), ErrorCode::kNegative);
  EXPECT_NE(report->ToText({}).find("ImageNameInvalid"), std::string::npos) << report->ToText({});
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(15));
}

TEST_F(Running, KeepsAFailureForALook) {
  WriteTest();
  Behave("smoke", [](fakes::PodBehaviour& pod) { pod.exit_code = 1; });
  RunOptions options;
  options.apply = options_;
  options.deletion.keep = Keep::kOnFailure;
  options.status_of = [](const Error&) { return 1; };
  options.left_behind = [](const std::string&) {};
  const Result<RunReport> report = kontrakt::Run(ContextFor(), *registry_, options);
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(api_.Get("v1", "Namespace", "", NamespaceName()));
  EXPECT_NE(report->ToText({}).find("kubectl -n " + NamespaceName()), std::string::npos);
}

}  // namespace
}  // namespace kontrakt
