#!/bin/bash
# Compiles each header alone, with the second compiler: whoever includes one needs nothing before it.
# Usage: tests/lint/headers.sh [HEADER...]
set -uo pipefail
cd "$(dirname "$0")/../.."
headers=("$@")
if ((${#headers[@]} == 0)); then
  mapfile -t headers < <(git ls-files --cached --others --exclude-standard -- '*.h' | sort)
fi

compile() {
  [[ -f $1 ]] || return 0
  echo "#include \"$1\"" |
    clang++-19 -std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror -I. \
      -x c++ - 2>&1
}
export -f compile
printf '%s\0' "${headers[@]}" | xargs -0 -r -n 1 -P "$(nproc)" bash -c 'compile "$1" || { echo "$1 does not compile alone"; exit 1; }' -
status=$?
echo "headers: ${#headers[@]} headers compiled alone"
((status == 0))
