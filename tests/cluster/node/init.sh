#!/bin/bash
# Process 1 of a cluster's namespaces: makes the mounts and the network, then starts and stops parts as told through
# the pipe FOLDER/control ("start NAME", "stop NAME"). It ends by SIGKILL only, and everything inside ends with it.
set -euo pipefail

folder=$1
stage=${2:-first}
# shellcheck source=/dev/null
source "$folder/settings"

# The /proc mounted here is still the host's, so "self" names this process by its number out there.
record_identity() {
  local stat number
  read -r stat </proc/self/stat
  number=${stat%% *}
  # Field 22, the start time, tells this process from a later one of its number: the 20th after the name.
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  printf '%s %s %s\n' "$number" "${20}" "$(</proc/sys/kernel/random/boot_id)" >"$folder/identity.new"
  mv "$folder/identity.new" "$folder/identity"
}

# Everything inside is reached by the same short paths: /mnt/node (FOLDER), /mnt/bin and /mnt/packages.
mount_folders() {
  local stage_point=$folder/mnt
  mkdir -p "$stage_point" "$folder"/{etc,opt,run,var-lib,var-log}
  mount -t tmpfs -o size=1m,mode=755 kontrakt "$stage_point"
  mkdir "$stage_point"/{node,bin,packages}
  mount --bind "$folder" "$stage_point/node"
  mount --bind "$BIN" "$stage_point/bin"
  mount --bind "$PACKAGES" "$stage_point/packages"
  mount --move "$stage_point" /mnt
  folder=/mnt/node
  mount -t proc proc /proc
  mount --bind "$folder/var-lib" /var/lib
  mount --bind "$folder/var-log" /var/log
  mount_name_servers
}

# The host's name servers can't be reached from inside: the cluster's own answers, or refuses at once.
mount_name_servers() {
  local target
  target=$(readlink -m /etc/resolv.conf)
  mount -t tmpfs -o mode=755 tmpfs /run
  case $target in
    /run/*)
      mkdir -p "${target%/*}"
      cp "$folder/etc/resolv.conf" "$target"
      ;;
    *) [[ ! -e $target ]] || mount --bind "$folder/etc/resolv.conf" "$target" ;;
  esac
}

# The kubelet sets these to fixed values. They belong to the whole machine: it is shown files that say so already.
shield_sysctls() {
  local pair
  mkdir -p "$folder/sysctl"
  for pair in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
    kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
    local file=$folder/sysctl/${pair//\//.}
    echo "${pair#*=}" >"$file"
    [[ ! -e /proc/sys/${pair%=*} ]] || mount --bind "$file" "/proc/sys/${pair%=*}"
  done
}

mount_cgroups() {
  mount -t sysfs sysfs /sys
  if [[ $(<"$folder/cgroups") == v2 ]]; then
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    echo 1 >/sys/fs/cgroup/init/cgroup.procs
    local controller
    for controller in $(</sys/fs/cgroup/cgroup.controllers); do
      echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null || true
    done
    return
  fi
  local name options alias
  mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
  while read -r name options; do
    mkdir "/sys/fs/cgroup/$name"
    mount -t cgroup -o "$options" cgroup "/sys/fs/cgroup/$name"
    for alias in ${options//,/ }; do
      [[ $alias == none || $alias == name=* || $alias == "$name" ]] || ln -s "$name" "/sys/fs/cgroup/$alias"
    done
  done <"$folder/cgroups"
}

on_host() { nsenter --net=/proc/self/fd/9 "$@"; }

make_network() {
  ip link set lo up
  ip address add "$CLUSTER_DNS/32" dev lo
  ip link add eth0 type veth peer name "$INTERFACE" netns /proc/self/fd/9
  ip address add "$NODE_ADDRESS/30" dev eth0
  ip link set eth0 up
  on_host ip address add "$HOST_ADDRESS/30" dev "$INTERFACE"
  on_host ip link set "$INTERFACE" up
  # There is no way out but to this host. Saying so at once spares a pull or a lookup its time-out.
  ip route add unreachable default
  # Processes of the node need a route to Service addresses before kube-proxy's rules turn them to a pod's.
  ip route add "$SERVICE_RANGE" dev eth0
  echo 1 >/proc/sys/net/ipv4/ip_forward
  iptables -w -t nat -A POSTROUTING -s "$POD_RANGE" -o eth0 -j MASQUERADE
}

start() {
  local name=$1
  declare -F "part_$name" >/dev/null || {
    echo "no part is called $name" >&2
    return
  }
  [[ ! -e $folder/run/$name.pid ]] || return 0
  rm -f "$folder/run/$name.exit"
  (
    exec 8<&- </dev/null >>"$folder/log/$name.log" 2>&1
    set +e
    "part_$name" &
    echo $! >"$folder/run/$name.pid"
    wait $!
    local status=$?
    rm -f "$folder/run/$name.pid"
    echo $status >"$folder/run/$name.exit"
  ) &
}

stop() {
  local pid
  pid=$(cat "$folder/run/$1.pid" 2>/dev/null) || return 0
  kill "-${2:-TERM}" "$pid" 2>/dev/null || true
}

obey() {
  local verb part signal
  exec 8<>"$folder/control"
  echo up >"$folder/run/init"
  set +e
  while :; do
    read -r verb part signal <&8 || continue
    case $verb in
      start) start "$part" ;;
      stop) stop "$part" "$signal" ;;
      *) echo "unknown order: $verb" >&2 ;;
    esac
  done
}

if [[ $stage == first ]]; then
  record_identity
  if [[ $(<"$folder/cgroups") == v2 ]]; then echo 1 >"/sys/fs/cgroup/$CGROUP/cgroup.procs"; fi
  # The cgroup that a process is in when it unshares becomes the root of what it sees.
  exec unshare --cgroup bash "$folder/node/init.sh" "$folder" second
fi

echo node1 >/proc/sys/kernel/hostname
mount_folders
mount_cgroups
shield_sysctls
mount --make-rshared /
make_network
PATH=/mnt/packages/usr/bin:/mnt/packages/usr/sbin:/mnt/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
ulimit -n 65536 2>/dev/null || true
cd /mnt/node
# shellcheck source=parts.sh
source /mnt/node/node/parts.sh
obey
