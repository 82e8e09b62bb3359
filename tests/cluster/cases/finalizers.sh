#!/bin/bash
# Custom resources and pods that an operator finalizes go first, while that operator still runs.
source "$(dirname "$0")/../checks.sh"
export KO_DOCKER_REPO=$REGISTRY/finalizers
check "images are built" "$top/examples/operator/images"
mkdir -p "$work/kontrakt"
cd "$work"
sed -e 's/greetings.example/tasks.final/; s/example\.kontrakt\.dev/final.kontrakt.dev/; s/Greeting/Task/g; s/greeting/task/g' \
  "$top/examples/operator/kontrakt/crd.yaml" >kontrakt/crd.yaml
sed -i 's/tasks\.final\.final\.kontrakt/tasks.final.kontrakt/; s/name: tasks\.final.*/name: tasks.final.kontrakt.dev/' kontrakt/crd.yaml
cat >kontrakt/all.yaml <<'YAML'
apiVersion: v1
kind: ServiceAccount
metadata: {name: finalizer}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: finalizer}
rules:
- {apiGroups: [final.kontrakt.dev], resources: [tasks], verbs: [get, list, patch]}
- {apiGroups: [""], resources: [configmaps], verbs: [get, list, patch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: finalizer}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: finalizer}
subjects: [{kind: ServiceAccount, name: finalizer, namespace: "${kontrakt.namespace}"}]
---
apiVersion: v1
kind: Pod
metadata: {name: operator, labels: {kontrakt: target}}
spec:
  serviceAccountName: finalizer
  terminationGracePeriodSeconds: 1
  containers:
  - name: operator
    image: ${KO_DOCKER_REPO}/greeter:${kontrakt.sourceReference}
    command: [sh, -c]
    args:
    - |
      a=/var/run/secrets/kubernetes.io/serviceaccount
      u=https://kubernetes.default.svc/apis/final.kontrakt.dev/v1/namespaces/${kontrakt.namespace}/tasks/one
      while sleep 0.3; do
        curl -s --cacert $a/ca.crt -H "Authorization: Bearer $(cat $a/token)" $u | grep -q deletionTimestamp || continue
        curl -s -o /dev/null --cacert $a/ca.crt -H "Authorization: Bearer $(cat $a/token)" -X PATCH \
          -H 'Content-Type: application/merge-patch+json' $u -d '{"metadata":{"finalizers":null}}'
      done
---
apiVersion: final.kontrakt.dev/v1
kind: Task
metadata: {name: one, finalizers: [final.kontrakt.dev/hold], annotations: {kontrakt/wait: "false"}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: held, finalizers: [nobody.example.com/hold]}
---
apiVersion: v1
kind: Pod
metadata: {name: check, labels: {kontrakt: test}}
spec:
  restartPolicy: Never
  containers: [{name: check, image: "${KO_DOCKER_REPO}/greeter:${kontrakt.sourceReference}", command: ["true"]}]
YAML
check "applied" kontrakt apply -f kontrakt --run-id final --allow-cluster-scoped
check "passed" kontrakt wait --run-id final
ends 0 "delete ends although nobody lifts one of the finalizers" timeout 100 kontrakt delete --run-id final --wait
says "the finalizer that had to be taken off is named" "configmap/held: nobody.example.com/hold"
grep -q 'task' "$work/out" && grep -q 'finalizer taken off task' "$work/out"
report $((! $?)) "the operator itself finalized its custom resource"
[[ -z $(namespaces_of final) ]]
report $? "the namespace is gone"
! kubectl get crd tasks.final.kontrakt.dev >/dev/null 2>&1
report $? "so is the CRD"
exit $failed
