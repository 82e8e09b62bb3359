#!/bin/bash
# The chain as separate steps; each typed a second time changes nothing.
source "$(dirname "$0")/../checks.sh"
cd "$top/examples/two"
export KO_DOCKER_REPO=$REGISTRY/steps KONTRAKT_RUN_ID=steps-1 KONTRAKT_REPORT=$work/report.json
check "images are built" ./images

versions() { kubectl get all,configmaps,secrets,serviceaccounts,roles,rolebindings -A -l kontrakt/run=steps-1 \
  -o jsonpath='{range .items[*]}{.kind}/{.metadata.name}={.metadata.uid}.{.metadata.generation} {end}'; }

ends 8 "wait before apply waits, and gives up at its deadline" env KONTRAKT_REPORT= kontrakt wait --only frontend --timeout 2s
ends 0 "apply" kontrakt apply -R -f .
before=$(versions)
ends 0 "apply again" kontrakt apply -R -f .
says "apply again says that nothing changed" "unchanged"
[[ $before == "$(versions)" ]]
report $? "apply again makes and changes nothing"
ends 6 "push is refused without a verdict" env KONTRAKT_REPORT= kontrakt push --tag no
ends 0 "wait" kontrakt wait
ends 0 "wait again" kontrakt wait
ends 0 "assert" kontrakt assert --junit "$work/junit.xml"
ends 0 "assert again" kontrakt assert
grep -q '<testsuite' "$work/junit.xml"
report $? "the JUnit report is written"
ends 0 "apply after a pass has nothing to do" kontrakt apply -R -f .
says "and says so" "passed already"
ends 0 "push in a dry run" kontrakt push --tag "tested-$$" --dry-run
[[ -z $(digest_of steps/backend "tested-$$") ]]
report $? "a dry run moves nothing"
ends 0 "push" kontrakt push --tag "tested-$$"
ends 0 "push again" kontrakt push --tag "tested-$$"
[[ $(digest_of steps/backend "tested-$$") == "$(digest_of steps/backend t1)" ]]
report $? "the tag is the tested digest"
ends 0 "push to another repository" kontrakt push --to "$REGISTRY/elsewhere/"  --tag copy
[[ $(digest_of elsewhere/frontend copy) == "$(digest_of steps/frontend t1)" ]]
report $? "the copy has the same digest"
ends 0 "delete" kontrakt delete --wait --exit-with-verdict
ends 0 "delete again finds nothing" kontrakt delete --wait
[[ -z $(namespaces_of steps-1) ]]
report $? "nothing is left"
ends 0 "the report can be shown" kontrakt report "$KONTRAKT_REPORT"
exit $failed
