#!/bin/bash
# wait as people type it who know kubectl wait.
source "$(dirname "$0")/../checks.sh"
check "an image" "$top/scripts/image" --quiet --tag "$REGISTRY/hand/app:1" --busybox -- sleep 1000
kubectl delete namespace by-hand --ignore-not-found --wait >/dev/null 2>&1
kubectl create namespace by-hand >/dev/null
(
  sleep 1
  kubectl -n by-hand create deployment app --image "$REGISTRY/hand/app:1" >/dev/null
) &
ends 0 "absence is waited for" kontrakt wait -n by-hand deploy/app --timeout 60s
ends 0 "a condition" kontrakt wait -n by-hand deployment app --for=condition=Available --timeout 30s
ends 0 "a JSONPath" kontrakt wait -n by-hand deploy/app --for='jsonpath={.status.readyReplicas}=1' --timeout 30s
ends 0 "pods by label" kontrakt wait -n by-hand pods -l app=app --for=ready --timeout 30s
ends 8 "what does not come is a deadline" kontrakt wait -n by-hand pod/none --timeout 2s
kubectl -n by-hand create deployment broken --image "$REGISTRY/hand/none:1" >/dev/null
ends 1 "an image that is not there ends early" kontrakt wait -n by-hand deploy/broken --timeout 100s
says "and says so" "ImageNotFound"
kubectl -n by-hand delete deployment app --wait=false >/dev/null
ends 0 "deletion" kontrakt wait -n by-hand deploy/app --for=delete --timeout 60s
ends 2 "an unknown --for" kontrakt wait -n by-hand deploy/app --for=nonsense
kubectl delete namespace by-hand --wait=false >/dev/null
exit $failed
