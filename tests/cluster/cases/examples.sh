#!/bin/bash
# Every example on the real cluster: what it decides, what is promoted, what is left.
source "$(dirname "$0")/../checks.sh"
cd "$top/examples"

repo() { export KO_DOCKER_REPO=$REGISTRY/$1; }
run() { kontrakt run --root "$top/examples" --run-id "$1" "${@:2}"; }

repo web
check "web: images are built" web/images
ends 0 "web passes" run ex-web -f web/kontrakt --push --tag stable
[[ -n $(digest_of web/web stable) && $(digest_of web/web stable) == "$(digest_of web/web t1)" ]]
report $? "web: the tag moved to the tested digest"
[[ -z $(namespaces_of ex-web) ]]
report $? "web: nothing is left"

ends 1 "failing-test is refused" run ex-fail -f failing-test/kontrakt --push --tag broken --evidence "$work/evidence"
says "failing-test names the test and its exit status" "pod/page.*exited with status 3"
says "failing-test shows the last log lines" "web answered: hello from redis"
[[ -z $(digest_of web/web broken) ]]
report $? "failing-test: nothing is promoted"
[[ -n $(find "$work/evidence" -name '*.log') ]]
report $? "failing-test: logs are kept as evidence"

repo crash
check "failing-build: image is built" failing-build/images
began=$SECONDS
ends 1 "failing-build is refused" run ex-crash -f failing-build/kontrakt --push --tag broken
says "failing-build names the cause" "CrashLoop"
says "failing-build shows why it crashed" "DATABASE_URL is not set"
((SECONDS - began < 90))
report $? "failing-build ends long before its timeout"

repo two
check "two: images are built" two/images
ends 0 "two pass side by side" run ex-two -R -f two --push --tag stable
[[ -n $(digest_of two/frontend stable) && -n $(digest_of two/backend stable) ]]
report $? "two: both are promoted"

repo operator
check "operator: image is built" operator/images
ends 6 "operator wants --allow-cluster-scoped" run ex-op -f operator/kontrakt
ends 0 "operator passes" run ex-op -f operator/kontrakt --allow-cluster-scoped --push --tag stable
[[ -n $(digest_of operator/greeter stable) ]]
report $? "operator is promoted"
! kubectl get crd greetings.example.kontrakt.dev >/dev/null 2>&1
report $? "operator: its CRD is gone"
exit $failed
