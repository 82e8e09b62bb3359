#include "lib/lifecycle/delete.h"

#include <gtest/gtest.h>

#include "tests/unit/lifecycle/applied_run.h"

namespace kontrakt {
namespace {

class Deleting : public AppliedRun {
 protected:
  Result<DeleteReport> DeleteIt() {
    options.wait = true;
    return Delete(ContextFor(), options);
  }
  bool IsThere() { return api_.Get("v1", "Namespace", "", NamespaceName()).has_value(); }
  DeleteOptions options;
};

TEST_F(Deleting, RemovesTheRunsNamespace) {
  AddKontrakt();
  const auto report = DeleteIt();
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  EXPECT_EQ(report->namespaces[0].result, "deleted");
  EXPECT_FALSE(IsThere());
}

TEST_F(Deleting, FindsNothingFine) {
  scope_.only = {"web"};
  const auto report = DeleteIt();
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->Outcome().ok());
  EXPECT_EQ(report->namespaces[0].result, "absent");
}

TEST_F(Deleting, NeverTouchesALookAlike) {
  api_.AddNamespace("kontrakt-web-aaaaaaaaaa", {{label::kManagedBy, label::kManagedByValue}, {label::kRun, "run-1"}});
  options.expired = true;
  ASSERT_TRUE(DeleteIt().ok());
  EXPECT_TRUE(api_.Get("v1", "Namespace", "", "kontrakt-web-aaaaaaaaaa"));
}

TEST_F(Deleting, SweepsOnlyWhatHasExpired) {
  AddKontrakt();
  options.expired = true;
  ASSERT_TRUE(DeleteIt().ok());
  EXPECT_TRUE(IsThere()) << "without an expiry nothing is swept";
  Annotate(annotation::kExpires, "2999-01-01T00:00:00Z");
  ASSERT_TRUE(DeleteIt().ok());
  EXPECT_TRUE(IsThere());
  Annotate(annotation::kExpires, "2001-01-01T00:00:00Z");
  ASSERT_TRUE(DeleteIt().ok());
  EXPECT_FALSE(IsThere());
}

TEST_F(Deleting, KeepsByPolicyWithAnExpiry) {
  AddKontrakt();
  options.keep = Keep::kOnFailure;
  const auto report = DeleteIt();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->namespaces[0].result, "kept");
  EXPECT_TRUE(Read().Expires());
  RunNamespace ns = Read();
  ASSERT_TRUE(WriteVerdict(*client_, ns, "passed", "", {}).ok());
  ASSERT_TRUE(DeleteIt().ok());
  EXPECT_FALSE(IsThere());
}

TEST_F(Deleting, TakesForeignFinalizersOffAndNamesThem) {
  AddKontrakt();
  api_.Put({{"apiVersion", "v1"},
            {"kind", "ConfigMap"},
            {"metadata", {{"name", "held"}, {"namespace", NamespaceName()}, {"finalizers", {"example.com/hold"}}}}});
  Context context = ContextFor();
  context.bound.deadline = Deadline::After(std::chrono::seconds(30));
  options.wait = true;
  const auto report = Delete(context, options);
  ASSERT_TRUE(report.ok()) << report.error().ToString();
  ASSERT_EQ(report->namespaces[0].finalizers_removed.size(), 1U);
  EXPECT_EQ(report->namespaces[0].finalizers_removed[0], "configmap/held: example.com/hold");
  EXPECT_FALSE(IsThere());
}

TEST_F(Deleting, WantsAnAgeForEverything) {
  options.all = true;
  EXPECT_EQ(DeleteIt().error().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace kontrakt
