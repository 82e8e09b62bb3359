#!/bin/bash
# What the tests' own account may not do, asked of the API server with that account's token; and two runs side by side.
source "$(dirname "$0")/../checks.sh"
cd "$top/examples/two"
export KO_DOCKER_REPO=$REGISTRY/rights
check "images are built" ./images
check "one run" kontrakt apply -R -f . --only backend --run-id rights-1
check "another beside it" kontrakt apply -R -f . --only backend --run-id rights-2
one=$(namespaces_of rights-1)
two=$(namespaces_of rights-2)
one=${one#namespace/}
two=${two#namespace/}
[[ -n $one && -n $two && $one != "$two" ]]
report $? "each has a namespace of its own"

token=$(kubectl -n "$one" create token kontrakt)
as() { kubectl --token "$token" --kubeconfig "$work/kubeconfig" "$@"; }
kubectl config view --raw --flatten >"$work/kubeconfig"
python3 - "$work/kubeconfig" <<'PY'
import re, sys
text = open(sys.argv[1]).read()
open(sys.argv[1], "w").write(re.sub(r"(?m)^\s+client-(certificate|key)(-data)?:.*\n", "", text))
PY
refused() { # TEXT COMMAND...
  local text=$1
  shift
  "$@" >"$work/out" 2>&1 && { report 1 "$text"; return; }
  sed 's/^/# /' "$work/out"
  grep -qi forbidden "$work/out"
  report $? "$text"
}
check "it may read its own pods" as -n "$one" get pods
check "it may make a ConfigMap" as -n "$one" create configmap mine
refused "it can't change its Namespace's annotations" as annotate namespace "$one" kontrakt/verdict=passed --overwrite
refused "it can't read another namespace" as -n "$two" get secrets
refused "it can't write outside its own" as -n default create configmap x
refused "it can't make namespaces" as create namespace rights-x
refused "it can't give itself rights" as -n "$one" create rolebinding x --clusterrole=cluster-admin --serviceaccount="$one:kontrakt"
refused "it can't exec into pods" as -n "$one" exec backend -- true
refused "it can't make tokens" as -n "$one" create token default

check "the first run ends" kontrakt delete --run-id rights-1 --wait
kubectl get namespace "$two" >"$work/out" 2>&1
report $? "the second is untouched"
check "the second passes" kontrakt wait --run-id rights-2
check "and ends" kontrakt delete --run-id rights-2 --wait
exit $failed
