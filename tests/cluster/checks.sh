# Sourced by the cases: counts and prints 'ok' and 'not ok' lines, keeps each command's output in the case's log.
set -uo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
unset KONTRAKT_RUN_ID KONTRAKT_REPORT
export SOURCE_REFERENCE=t1

report() { # RESULT TEXT
  if [[ $1 == 0 ]]; then echo "ok $2"; else failed=1; echo "not ok $2"; fi
}
# check TEXT COMMAND...: the command must succeed.
check() {
  local text=$1 status=0
  shift
  "$@" >"$work/out" 2>&1 || status=$?
  sed 's/^/# /' "$work/out"
  report $status "$text"
}
# ends STATUS TEXT COMMAND...: the command must end with that status; its output is in $work/out.
ends() {
  local wanted=$1 text=$2 status=0
  shift 2
  "$@" >"$work/out" 2>&1 || status=$?
  sed 's/^/# /' "$work/out"
  [[ $status == "$wanted" ]] || text+=" (ended with $status, not $wanted)"
  report $((status != wanted)) "$text"
}
# says TEXT PATTERN: the last command's output holds the pattern.
says() { grep -qE "$2" "$work/out"; report $? "$1"; }
digest_of() { # REPOSITORY TAG: as the registry tells
  curl -sI -H 'Accept: application/vnd.oci.image.manifest.v1+json' "http://$REGISTRY/v2/$1/manifests/$2" |
    tr -d '\r' | sed -n 's/^[Dd]ocker-[Cc]ontent-[Dd]igest: //p'
}
namespaces_of() { kubectl get namespaces -l "kontrakt/run=$1" -o name; }
