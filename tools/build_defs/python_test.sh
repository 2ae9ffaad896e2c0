#!/usr/bin/env bash
# Runs a test in Python, from the root of its runfiles, with Python's own modules and ours and no other (-S).
set -eu
export PYTHONPATH=$PWD PYTHONDONTWRITEBYTECODE=1
exec python3 -S "$@"
