#include "lib/lifecycle/guardrails.h"

#include <gtest/gtest.h>

#include "tests/unit/lifecycle/chain_run.h"

namespace kontrakt {
namespace {

struct Case {
  const char* name;
  const char* yaml;
  const char* says;
};

class Guardrails : public ChainRun, public testing::WithParamInterface<Case> {};

TEST_P(Guardrails, RefuseBeforeTheFirstWrite) {
  WriteTest();
  folder_.Write("kontrakt/x.yaml", GetParam().yaml);
  const Result<ApplyReport> report = ApplyIt();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kConflict) << report.error().ToString();
  EXPECT_NE(report.error().ToString().find(GetParam().says), std::string::npos) << report.error().ToString();
  EXPECT_FALSE(api_.Get("v1", "Namespace", "", NamespaceName()));
}

INSTANTIATE_TEST_SUITE_P(
    Refused, Guardrails,
    testing::Values(
        Case{"NodePort", "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {type: NodePort}}", "NodePort"},
        Case{"ExternalIps", "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {externalIPs: [1.2.3.4]}}",
             "external addresses"},
        Case{"ForeignVolume",
             "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, spec: {storageClassName: ''}}",
             "empty storage class"},
        Case{"TokenSecret",
             "{apiVersion: v1, kind: Secret, metadata: {name: x}, type: kubernetes.io/service-account-token}",
             "service account token"},
        Case{"StarRole",
             "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: x}, rules: [{apiGroups: ['*'], "
             "resources: ['*'], verbs: ['*']}]}",
             "every API group"},
        Case{"ExecRole",
             "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: x}, rules: [{apiGroups: [''], "
             "resources: [pods/exec], verbs: [create]}]}",
             "pods/exec"},
        Case{"ClusterRoleBinding",
             "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: x}, roleRef: {kind: "
             "ClusterRole, name: admin}}",
             "binds ClusterRole admin"}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace kontrakt
