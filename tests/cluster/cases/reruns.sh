#!/bin/bash
# Typed again after a kill, other inputs, a failure; two teams with one run id; a CRD that was there before.
source "$(dirname "$0")/../checks.sh"
export KO_DOCKER_REPO=$REGISTRY/reruns
check "images are built" "$top/examples/two/images"
check "and the operator's" "$top/examples/operator/images"
mkdir -p "$work/repo"
cp -r "$top/examples/two/backend" "$top/examples/operator" "$work/repo/"
cd "$work/repo"
uid() { kubectl get namespaces -l "kontrakt/run=$1" -o jsonpath='{.items[*].metadata.uid}'; }

for pause in 0.02 0.05 0.1 0.2; do
  kontrakt apply -f backend/kontrakt --run-id killed >/dev/null 2>&1 &
  apply=$!
  sleep $pause
  kill -KILL $apply 2>/dev/null
  wait $apply 2>/dev/null
done
ends 0 "what a kill left half done is finished by the same command" kontrakt run -f backend/kontrakt --run-id killed
[[ -z $(namespaces_of killed) ]]
report $? "and removed"

check "a run" kontrakt apply -f backend/kontrakt --run-id inputs
before=$(uid inputs)
sed -i 's/name: answers$/name: answers-again/' backend/kontrakt/answers-test.yaml
check "other inputs" kontrakt apply -f backend/kontrakt --run-id inputs
[[ -n $before && $before != "$(uid inputs)" ]]
report $? "begin a new attempt in a new namespace"
ends 0 "which passes" kontrakt run -f backend/kontrakt --run-id inputs

sed 's/grep backend/grep nothing-like-it/' -i backend/kontrakt/answers-test.yaml
sed 's/OnFailure/Never/' -i backend/kontrakt/answers-test.yaml
ends 1 "a failure that is kept" kontrakt run -f backend/kontrakt --run-id fails --keep on-failure
before=$(uid fails)
ends 1 "typed again" kontrakt run -f backend/kontrakt --run-id fails
[[ -n $before && -z $(uid fails) ]]
report $? "it is tried anew, not read from the old namespace"
sed 's/grep nothing-like-it/grep backend/' -i backend/kontrakt/answers-test.yaml

check "one team" kontrakt apply -f backend/kontrakt --run-id shared --owner team-a
check "another with the same run id" kontrakt apply -f backend/kontrakt --run-id shared --owner team-b
[[ $(namespaces_of shared | wc -l) == 2 ]]
report $? "have namespaces of their own"
check "one ends" kontrakt delete --run-id shared --owner team-a --wait
[[ $(namespaces_of shared | wc -l) == 1 ]]
report $? "the other stays"
check "until it ends, too" kontrakt delete --run-id shared --owner team-b --wait

kubectl apply -f operator/kontrakt/crd.yaml >/dev/null
kubectl wait --for=condition=Established crd/greetings.example.kontrakt.dev --timeout=20s >/dev/null
ends 0 "a CRD that was there before is used" kontrakt run -f operator/kontrakt --allow-cluster-scoped --run-id found
kubectl get crd greetings.example.kontrakt.dev >/dev/null 2>&1
report $? "and left alone"
[[ -z $(kubectl get crd greetings.example.kontrakt.dev -o jsonpath='{.metadata.labels}') ]]
report $? "without a label of ours"
kubectl label crd greetings.example.kontrakt.dev x=y >/dev/null
sed -i 's/type: object, properties: {whom: {type: string}}/type: object, properties: {whom: {type: integer}}/' operator/kontrakt/crd.yaml
ends 6 "one that differs is refused" kontrakt run -f operator/kontrakt --allow-cluster-scoped --run-id differs
kubectl delete crd greetings.example.kontrakt.dev >/dev/null
exit $failed
