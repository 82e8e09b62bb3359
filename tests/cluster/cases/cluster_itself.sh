#!/bin/bash
# Checks scripts/cluster itself on instances of its own: that it starts, stays idempotent, runs pods side by side,
# survives being killed half way and a reboot, and leaves nothing. Prints 'ok'/'not ok' lines; exit 1 when one failed.
set -uo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
state=${XDG_STATE_HOME:-$HOME/.local/state}/kontrakt/cluster
one=self-$$-one
two=self-$$-two
evidence=${KONTRAKT_TEST_EVIDENCE:-$(mktemp -d "${TMPDIR:-/tmp}/kontrakt-cluster.XXXXXX")}
passed=0
failed=0

cluster() { "$top/scripts/cluster" "$@"; }
kubectl() { # NAME ARGUMENTS
  local name=$1
  shift
  cluster --name "$name" kubectl --request-timeout=20s "$@"
}

# check WHAT COMMAND...: one line of the result; the command's output is kept as evidence.
check() {
  local what=$1 log
  shift
  log=$evidence/$((passed + failed + 1)).log
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1))
    echo "ok $((passed + failed)) - $what"
  else
    failed=$((failed + 1))
    echo "not ok $((passed + failed)) - $what"
    tail -n 12 "$log" | sed 's/^/  # /'
  fi
}

end_of_test() {
  cluster --name "$one" down >/dev/null 2>&1
  cluster --name "$two" down >/dev/null 2>&1
  rm -f "$state"/{"$one","$two"}.lock
  if ((failed == 0)) && [[ -z ${KONTRAKT_TEST_EVIDENCE:-} ]]; then rm -rf "$evidence"; else echo "# evidence: $evidence"; fi
}
trap end_of_test EXIT

setting() { sed -n "s/^$2=//p" "$state/$1/settings"; }
init_of() { cut -d' ' -f1 "$state/$1/identity"; }
milliseconds() { local t=${EPOCHREALTIME/[.,]/}; echo "${t%???}"; }

# Everything of these two clusters that this machine shows, a line each.
traces() {
  ip -o link | grep -oE "kontrakt($indexes)@" | sed 's/^/interface /'
  ip -o address | grep -oE "10\.213\.($indexes)\.[0-9]+" | sed 's/^/address /'
  ip route | grep -oE "dev kontrakt($indexes) " | sed 's/^/route /'
  ss -Hltn | grep -oE "127\.0\.0\.1:($ports) " | sed 's/^/port /'
  find /sys/fs/cgroup -type d -name "kontrakt-self-$$-*" | sed 's/^/cgroup /'
  grep -l "kontrakt-self-$$-" /proc/[0-9]*/cgroup 2>/dev/null | sed 's/^/process /'
  find /proc/[0-9]*/ns -name net -lname "*" -printf '%l\n' 2>/dev/null | grep -xF "$networks" | sort -u |
    sed 's/^/namespace /'
  ls -d "$state/self-$$-"*/ 2>/dev/null | sed 's/^/folder /'
  return 0
}

# What of the machine no cluster may change, whatever else goes on in it.
machine() {
  grep -F "$state/self-$$-" /proc/self/mountinfo
  ip netns list
  iptables-save 2>/dev/null | grep -iE 'kube|cni|kontrakt|10\.88|10\.213'
  ls -d /var/lib/kubelet /var/lib/cni /var/log/pods /var/log/containers /etc/cni /opt/containerd /opt/cni \
    /run/containerd /run/netns /usr/libexec/kubernetes 2>/dev/null
  sysctl vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops kernel.hostname net.ipv4.ip_forward \
    net.ipv4.conf.all.route_localnet net.netfilter.nf_conntrack_max 2>/dev/null
  return 0
}

learn_marks() {
  indexes="$(setting "$one" INDEX)|$(setting "$two" INDEX)"
  ports="$(setting "$one" REGISTRY_PORT)|$(setting "$two" REGISTRY_PORT)"
  networks=$(readlink "/proc/$(init_of "$one")/ns/net" "/proc/$(init_of "$two")/ns/net")
}

shows_traces() {
  local kind
  traces
  for kind in interface address route port cgroup process namespace folder; do
    traces | grep -q "^$kind " || { echo "no $kind is seen, so its absence would mean nothing"; return 1; }
  done
}

# A process that ended is shown until its parent, by now the machine's first process, has taken note.
leaves_nothing() {
  local round
  for round in {1..60}; do
    [[ -n $(traces) ]] || return 0
    sleep 0.05
  done
  traces
  return 1
}

leaves_machine_alone() { diff <(echo "$machine_before") <(machine); }

start_both_at_once() {
  cluster --name "$one" up >"$evidence/one.up" 2>&1 &
  local first=$!
  cluster --name "$two" up >"$evidence/two.up" 2>&1
  local second=$?
  wait "$first"
  first=$?
  cat "$evidence/one.up" "$evidence/two.up"
  return $((first || second))
}

has_own_addresses() {
  [[ $(setting "$one" INDEX) != "$(setting "$two" INDEX)" ]]
}

second_up_does_nothing() {
  local before since took
  before=$(init_of "$one")
  since=$(milliseconds)
  cluster --name "$one" up || return 1
  took=$(($(milliseconds) - since))
  echo "took $took ms"
  ((took < 2000)) && [[ $(init_of "$one") == "$before" ]]
}

has_default_service_account() {
  kubectl "$one" get serviceaccount default --namespace default -o name
}

reports_version() {
  kubectl "$one" version -o json | grep -c '"gitVersion": "v1.34.4"' | grep -qx 2
}

push_image() { # NAME
  "$top/scripts/image" --tag "$(cluster --name "$1" registry)/self/tools:1" --busybox
}

run_web_server() { # NAME
  kubectl "$1" run web --image="$(cluster --name "$1" registry)/self/tools:1" --port=80 -- \
    sh -c "mkdir /www; echo 'this is $1' >/www/index.html; exec httpd -f -p 80 -h /www" &&
    kubectl "$1" expose pod web --port=80 &&
    kubectl "$1" wait --for=condition=Ready pod/web --timeout=20s
}

# A pod asks the Service by its name; the answer is read from its log.
asks_by_name() { # NAME POD
  kubectl "$1" run "$2" --image="$(cluster --name "$1" registry --from-pods)/self/tools:1" --restart=Never -- \
    sh -c 'for i in 1 2 3 4 5; do timeout 3 wget -qO- http://web && exit 0; sleep 1; done; exit 1' &&
    kubectl "$1" wait --for=jsonpath='{.status.phase}'=Succeeded "pod/$2" --timeout=20s &&
    kubectl "$1" logs "$2" | grep -x "this is $1"
}

registry_answers_in_pods() {
  kubectl "$one" run catalog --image="$(cluster --name "$one" registry)/self/tools:1" --restart=Never -- \
    timeout 5 wget -qO- "http://$(cluster --name "$one" registry --from-pods)/v2/_catalog" &&
    kubectl "$one" wait --for=jsonpath='{.status.phase}'=Succeeded pod/catalog --timeout=20s &&
    kubectl "$one" logs catalog | grep self/tools
}

pulls_fail_at_once() {
  kubectl "$one" run absent --image=registry.example/no/such:1 --restart=Never || return 1
  local round
  for round in {1..50}; do
    kubectl "$one" get pod absent -o jsonpath='{.status.containerStatuses[0].state.waiting.reason}' |
      grep -E 'ErrImagePull|ImagePullBackOff' && return
    sleep 0.1
  done
  return 1
}

audits() { grep -q '"verb":"create".*"resource":"pods"' "$state/$one/log/audit.log"; }

mends_an_ended_part() {
  cluster --name "$two" stop scheduler KILL || return 1
  ! cluster --name "$two" status || return 1
  cluster --name "$two" up && cluster --name "$two" status
}

other_is_unharmed() {
  cluster --name "$two" status && asks_by_name "$two" after
}

# Killed as soon as its init stands: the next up must clear that away and start.
killed_half_way() {
  setsid "$top/scripts/cluster" --name "$one" up >"$evidence/half.up" 2>&1 &
  local script=$! round
  for round in {1..200}; do
    [[ -e $state/$one/run/init ]] && break
    sleep 0.05
  done
  kill -KILL -- "-$script" "$script" 2>/dev/null
  wait "$script" 2>/dev/null
  [[ -e $state/$one/run/init && ! -e $state/$one/complete ]] || {
    echo "was not half way"
    return 1
  }
  ! cluster --name "$one" status || return 1
  cluster --name "$one" up && cluster --name "$one" status
}

# As after a reboot: the folder says it runs, its processes are gone, their numbers belong to others.
forgets_another_boot() {
  local process
  sleep 300 &
  process=$!
  kill -KILL "$(init_of "$one")"
  echo "$process 1 00000000-0000-0000-0000-000000000000" >"$state/$one/identity"
  ! cluster --name "$one" status && cluster --name "$one" up && kill -0 "$process"
  local result=$?
  kill "$process"
  return $result
}

spares_a_stranger() {
  local process
  sleep 300 &
  process=$!
  kill -KILL "$(init_of "$one")"
  echo "$process 1 $(</proc/sys/kernel/random/boot_id)" >"$state/$one/identity"
  cluster --name "$one" down && kill -0 "$process"
  local result=$?
  kill "$process"
  return $result
}

down_when_down() { cluster --name "$one" down && cluster --name "$one" down; }

if ! cluster check; then
  echo "skipped: this machine can't run a cluster"
  exit 77
fi

machine_before=$(machine)
check "two clusters start at the same time" start_both_at_once
((failed == 0)) || exit 1
learn_marks
check "their traces are seen while they run" shows_traces
check "each has addresses of its own" has_own_addresses
check "up again does nothing, within two seconds" second_up_does_nothing
check "all parts are ready" cluster --name "$one" status
check "server and kubectl are v1.34.4" reports_version
check "the service account default is there" has_default_service_account
check "an image is pushed to the first registry" push_image "$one"
check "an image is pushed to the second registry" push_image "$two"
check "a pod becomes ready in the first" run_web_server "$one"
check "a pod becomes ready in the second" run_web_server "$two"
check "a Service answers by name in the first" asks_by_name "$one" ask
check "a Service answers by name in the second" asks_by_name "$two" ask
check "the registry answers in a pod" registry_answers_in_pods
check "an image that is nowhere fails within seconds" pulls_fail_at_once
check "requests are audited" audits
check "up starts a part again that ended" mends_an_ended_part
check "down ends the first" cluster --name "$one" down
check "the second goes on" other_is_unharmed
check "up that was killed half way is started anew" killed_half_way
check "up after a reboot starts anew" forgets_another_boot
check "down kills no process of another" spares_a_stranger
check "down twice is fine" down_when_down
check "down ends the second" cluster --name "$two" down
check "nothing is left" leaves_nothing
check "the machine is as it was" leaves_machine_alone

echo "$passed passed, $failed failed"
((failed == 0))
