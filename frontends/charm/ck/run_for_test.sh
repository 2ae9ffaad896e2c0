#!/usr/bin/env bash
# Runs a program with its arguments; Bazel starts scripts. PEs and what they hold last as long as the process, outside of what
# LeakSanitizer looks at.
set -euo pipefail
export HEDDLE_WORKERS=2 ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
exec "$@"
