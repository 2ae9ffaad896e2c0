#!/usr/bin/env bash
# What nocopy_test.cc does wrong ends the program, and says what was wrong.
set -euo pipefail
export HEDDLE_WORKERS=2 ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
program=$1
failed=0
expect() {  # NUMBER TEXT
  local said
  said=$("$program" misuse "$1" +p2 ++quiet 2>&1) && [[ $1 != 11 ]] && { echo "misuse $1: exits with 0"; failed=1; }
  [[ $said == *"$2"* ]] || { echo "misuse $1: says nothing of '$2' in: $said"; failed=1; }
}
expect 0 'get() with a source of 4000 bytes and a destination of 2000, which is too small'
expect 1 'get() with a CkNcpyBuffer without memory'
expect 2 'put() with a buffer of mode CK_BUFFER_NOREG'
expect 3 'CkPostBuffer() was called twice with tag 1, and no CkMatchBuffer() in between'
expect 4 'a nocopy parameter is a CkNcpyBuffer without memory'
expect 5 'has said nothing of nocopypost parameter 1: call CkMatchBuffer(posts, 1, tag)'
expect 6 'CkMatchBuffer() was called twice for nocopypost parameter 0 of take('
expect 7 'CkMatchBuffer() was called with tag 1 for take('
expect 8 'CkMatchBuffer() was called with index 2: take('
expect 9 'a buffer of 4004 bytes for tag 1, but nocopypost parameter 0 of take('
expect 10 'CkPostBuffer() was called with a null pointer for tag 1, for take('
expect 11 'nocopypost parameter 1 of take(int v[], int n, int w[]) still waits: CkMatchBuffer() was called with tag 2, and CkPostBuffer() was not'
exit $failed
