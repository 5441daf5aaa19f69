# shellcheck shell=bash
# Runs suites and gates one after another, lets none stop the others, and sums them up at the end.

passed=0
failed=0
logs=${TMPDIR:-/tmp}/kafkascope.$$
mkdir -p "$logs"
trap 'rm -rf "$logs"' EXIT

title() { printf '\n%s\n' "### $1"; }

# gate "name" command...: one pass or one failure.
gate() {
  title "$1"
  if "${@:2}"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $1"
  fi
}

# suite "name" command...: as many as the runner says in its closing line. A runner that fails
# without saying so, or that ran nothing at all, is one failure.
suite() {
  title "$1"
  local log=$logs/suite status counts
  "${@:2}" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  counts=$(count_tests "$log")
  local ok=${counts% *} bad=${counts#* }
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
    echo "FAILED: $1 ended with status $status"
    bad=1
  elif [ $((ok + bad)) -eq 0 ]; then
    echo "FAILED: $1 ran nothing"
    bad=1
  fi
  passed=$((passed + ok))
  failed=$((failed + bad))
}

# "passed failed" of a log. Our own runners end with "N passed, N failed", which sums up all above
# it; cargo and wasm-bindgen say "test result: ok. N passed; N failed; ..." once for each program,
# and wasm-bindgen says "no tests to run!" of an empty one.
count_tests() {
  awk '
    /^test result: / { ok += $4; bad += $6 }
    /^no tests to run!/ { bad += 1; print "FAILED: a test program without tests" >"/dev/stderr" }
    NF { last = $0 }
    END {
      if (last ~ /^[0-9]+ passed, [0-9]+ failed$/) { split(last, n, " "); ok = n[1]; bad = n[3] }
      print ok + 0, bad + 0
    }' "$1"
}

# The last line, and the exit status of the whole.
close_tally() {
  printf '\n%s\n' "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
