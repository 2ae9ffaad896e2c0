#!/usr/bin/env bash
# Promised: a required case that fails, or does not run at all, fails the conformance test; others do not.
set -euo pipefail
compare=$TEST_SRCDIR/$TEST_WORKSPACE/tests/conformance/compare_required.sh
cd "$TEST_TMPDIR"
printf 'PASS tags\nPASS filters\nFAIL tags_late: exit 1:\n2 passed, 1 failed\n' >results

expect() { # STATUS TEXT REQUIRED...
  local status=$1 text=$2 code=0
  shift 2
  printf '%s\n' "$@" >required
  "$compare" required results >out || code=$?
  ((code == status)) || { echo "required $*: exit $code, not $status" && exit 1; }
  [[ $(cat out) == "$text" ]] || { echo "required $*: printed '$(cat out)'" && exit 1; }
}
expect 0 "" tags "filters # since 0.1"
expect 0 "passes and is not required yet: filters" "# a comment" tags
expect 1 "required, but did not pass: tags_late" tags filters tags_late
expect 1 "required, but did not pass: absent" tags filters absent
expect 1 "required requires nothing" "# nothing"
