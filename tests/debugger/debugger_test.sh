#!/usr/bin/env bash
# Promised: gdb with tools/heddle_gdb.py shows what a suspended task waits for, and its stack.
set -euo pipefail

out=$(gdb -nx -batch -ex "set startup-with-shell off" -ex "source tools/heddle_gdb.py" -ex "set breakpoint pending on" \
  -ex "break Blocked" -ex run -ex "heddle contexts" -ex "heddle backtrace" -ex kill tests/debugger/blocked 2>&1) || true
for expected in "a task factor of client solver waits for an event" "1 waiting" "WaitDeepInside"; do
  grep -qF "$expected" <<<"$out" || { echo "FAILED: '$expected' is missing in what gdb says:"; echo "$out"; exit 1; }
done
