#!/bin/bash
# Builds static libcurl (HTTP only, HTTP/2, OpenSSL), simdjson and fmt from the distribution's own
# sources, which ships these as shared libraries only or with more than Kontrakt needs. They land in
# ${XDG_CACHE_HOME:-~/.cache}/kontrakt/static/<hash of versions>; the last line printed is that path.
# The system's apt configuration is read, never changed.
set -euo pipefail

sources=(curl simdjson fmtlib)
# What the result depends on: the packages whose twins are built, what is compiled in, and this file.
built_against=(libcurl4-openssl-dev libsimdjson-dev libfmt-dev libssl-dev libnghttp2-dev zlib1g-dev g++)

say() { echo "static libraries: $*" >&2; }

key=$({ dpkg-query -W -f '${Package} ${Version}\n' "${built_against[@]}"; cat "$0"; } | sha256sum | cut -c1-16)
cache=${XDG_CACHE_HOME:-${HOME:?neither XDG_CACHE_HOME nor HOME is set}/.cache}/kontrakt/static
prefix=$cache/$key
mkdir -p "$cache"

exec 9>"$cache/$key.lock"
flock 9
if [[ -e $prefix/complete ]]; then
  echo "$prefix"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
started=$SECONDS

# apt with folders of its own and, for sources, the very archives that the system's packages come from.
mkdir -p "$work"/{apt/lists/partial,apt/cache/archives/partial,apt/parts,src}
if ! apt-get indextargets 'Created-By: Packages' 'Origin: Debian' --format '$(ORIGIN)' 2>/dev/null | grep -q .; then
  say "no package lists of Debian are there: run 'apt-get update' first"
  exit 1
fi
apt-get indextargets 'Created-By: Packages' 'Origin: Debian' --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' |
  sort -u |
  while read -r uri release component; do
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $release $component"
  done >"$work/apt/sources.list"
apt=(apt-get -q -y
  -o Dir::Etc::SourceList="$work/apt/sources.list" -o Dir::Etc::SourceParts="$work/apt/parts"
  -o Dir::State::Lists="$work/apt/lists" -o Dir::Cache="$work/apt/cache"
  -o APT::Sandbox::User=root -o Debug::NoLocking=1)

logged() {
  if ! "$@" >>"$work/log" 2>&1; then
    tail -n 40 "$work/log" >&2
    say "gave up at: $*"
    exit 1
  fi
}

say "fetching the sources of ${sources[*]}"
logged "${apt[@]}" update
cd "$work/src"
logged "${apt[@]}" source --only-source "${sources[@]}"

build() {
  local name=$1 folder
  shift
  folder=$(find . -maxdepth 1 -type d -name "$name-*" | head -n 1)
  say "building ${folder#./}"
  logged cmake -G Ninja -S "$folder" -B "$work/build/$name" -DCMAKE_BUILD_TYPE=Release "-DCMAKE_C_FLAGS_RELEASE=-O2" \
    "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG" -DCMAKE_INSTALL_PREFIX="$prefix.new" -DCMAKE_INSTALL_LIBDIR=lib \
    -DBUILD_SHARED_LIBS=OFF "$@"
  logged cmake --build "$work/build/$name"
  logged cmake --install "$work/build/$name"
}

sections="-ffunction-sections -fdata-sections"
rm -rf "$prefix.new"
build curl -DCMAKE_C_FLAGS="$sections" -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DHTTP_ONLY=ON -DUSE_NGHTTP2=ON \
  -DCURL_USE_OPENSSL=ON -DCURL_USE_LIBSSH2=OFF -DCURL_USE_LIBSSH=OFF -DCURL_USE_LIBPSL=OFF -DUSE_LIBIDN2=OFF \
  -DCURL_USE_GSSAPI=OFF -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF -DUSE_LIBRTMP=OFF -DCURL_DISABLE_LDAP=ON \
  -DCURL_DISABLE_LDAPS=ON -DENABLE_MANUAL=OFF -DENABLE_THREADED_RESOLVER=ON \
  -DCURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt -DCURL_CA_PATH=/etc/ssl/certs
build simdjson -DCMAKE_CXX_FLAGS="$sections" -DSIMDJSON_DEVELOPER_MODE=OFF
build fmtlib -DCMAKE_CXX_FLAGS="$sections" -DFMT_TEST=OFF -DFMT_DOC=OFF

touch "$prefix.new/complete"
mv "$prefix.new" "$prefix"
say "done in $((SECONDS - started)) s"
echo "$prefix"
