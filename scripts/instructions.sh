#!/usr/bin/env bash
# Counts the instructions that an event of the engine and a picture take, and fails above a limit.
# Unlike time, they are the same on a machine that is busy. Needs valgrind, and skips without it.
set -euo pipefail
cd "$(dirname "$0")/.."

per_event=4900        # 4,690 when this was written; 4,440 with as much inlining as the page has
per_picture=3800000   # 3.57 million when this was written: the display list, and its digests

if ! command -v valgrind >/dev/null; then
  echo "skipped: valgrind is not installed"
  exit
fi

# count bench function,...: instructions within the functions while the bench runs with what follows.
count() {
  local bench=$1 within=$2 exe name toggles=()
  shift 2
  exe=$(cargo bench --no-default-features --bench "$bench" --no-run 2>&1 |
    sed -n 's/.*Executable.*(\(.*\))/\1/p')
  for name in ${within//,/ }; do toggles+=("--toggle-collect=*$name*"); done
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "${toggles[@]}" "$exe" "$@" 2>&1 |
    sed -n "s/.*Collected : \([0-9]*\).*/\1/p; t; s/^\([0-9][0-9]*\)\$/\1/p"
}

# judge what figure limit
judge() {
  printf '%s: %d instructions, at most %d\n' "$1" "$2" "$3"
  [ "$2" -le "$3" ]
}

read -r -d '' events instructions <<<"$(count engine reference::go_on 100 10)" || true
judge "an event" $((instructions / events)) "$per_event"
judge "a picture" $(($(count scene scene::draw,scene::compare 60) / 60)) "$per_picture"
