#!/usr/bin/env bash
# Runs a program with its arguments; Bazel starts scripts.
set -euo pipefail
HEDDLE_WORKERS=2 exec "$@"
