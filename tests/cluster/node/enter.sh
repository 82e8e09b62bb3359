#!/bin/bash
# Enters the namespaces of one cluster and becomes its init. Runs in the host's namespaces, in the background:
#   enter.sh FOLDER
# FOLDER/settings holds the instance's addresses. The cgroup is entered before the namespaces are made, so that
# everything the node ever starts is counted there.
set -euo pipefail

folder=$1
# shellcheck source=/dev/null
source "$folder/settings"

# Controllers of a mounted v1 hierarchy as `mount -o` wants them: "cpu,cpuacct", "none,name=systemd".
v1_options() {
  local option kept=()
  for option in ${1//,/ }; do
    case $option in
      rw | ro | xattr | clone_children | noprefix | release_agent=*) ;;
      name=*) kept+=(none "$option") ;;
      *) kept+=("$option") ;;
    esac
  done
  (IFS=, && printf '%s\n' "${kept[*]}")
}

# Writes FOLDER/cgroups, one "NAME OPTIONS" a line, and enters a cgroup of ours in each hierarchy.
enter_v1() {
  local point options name group rest
  : >"$folder/cgroups"
  while read -r _ _ _ _ point rest; do
    [[ $rest == *" - cgroup "* && $point == /sys/fs/cgroup/* ]] || continue
    name=${point##*/} group=$point/$CGROUP
    options=$(v1_options "${rest##* }")
    mkdir -p "$group"
    if [[ -e $group/cpuset.cpus ]]; then
      cat "$point/cpuset.cpus" >"$group/cpuset.cpus"
      cat "$point/cpuset.mems" >"$group/cpuset.mems"
      echo 1 >"$group/cgroup.clone_children"
    fi
    echo $$ >"$group/cgroup.procs"
    printf '%s %s\n' "$name" "$options" >>"$folder/cgroups"
  done </proc/self/mountinfo
  [[ -s $folder/cgroups ]] || {
    echo "no cgroup hierarchy is mounted under /sys/fs/cgroup" >&2
    exit 1
  }
}

# In v2 a cgroup with controllers for its children holds no process itself: ours live one level down, in init.
enter_v2() {
  local controller group=/sys/fs/cgroup/$CGROUP offered
  for controller in cpuset cpu io memory hugetlb pids; do
    echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null || true
  done
  mkdir -p "$group/init"
  offered=" $(<"$group/cgroup.controllers") "
  for controller in cpu memory pids; do
    [[ $offered == *" $controller "* ]] || {
      echo "new cgroups get no $controller controller here (only:$offered): a container without --cgroupns=host?" >&2
      rmdir "$group/init" "$group"
      exit 1
    }
  done
  echo $$ >"$group/init/cgroup.procs"
  echo v2 >"$folder/cgroups"
}

if [[ $(stat -fc %T /sys/fs/cgroup) == cgroup2fs ]]; then enter_v2; else enter_v1; fi

# Descriptor 9 is the way back to the host's network: init makes the veth pair and the loopback forwarder with it, so
# that these live in our pid namespace and end with it.
exec 9</proc/self/ns/net
exec unshare --net --mount --propagation private --pid --fork --uts --ipc --kill-child \
  env -i HOME=/root LANG=C.UTF-8 PATH="$PATH" bash "$folder/node/init.sh" "$folder"
