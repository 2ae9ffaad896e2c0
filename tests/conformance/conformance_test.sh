#!/usr/bin/env bash
# Promised: a program of the original system compiles against our installation with pkg-config and does what it does there.
#
#   conformance_test SYSTEM TARGETS   run by Bazel: installs frontend SYSTEM into $TEST_TMPDIR with tools/install, then runs `check`
#
# TARGETS are what this test has built; a user's tools/install builds what the manifests name, and the two must be the same.
#
# SYSTEM/required names the cases that must pass, one a line; the rest run too and are reported, so that the file can grow.
# `# why` after a blank is a comment. Outside Bazel: PREFIX=DIR tests/conformance/check SYSTEM.
set -euo pipefail
system=$1
shift
runfiles=$TEST_SRCDIR/$TEST_WORKSPACE
here=$runfiles/tests/conformance
export PREFIX=$TEST_TMPDIR/prefix HOME=$TEST_TMPDIR
# For mpirun: the paths of its sockets must be short, and no two launchers may share them (see tests/processes/mpi_test.sh).
TMPDIR=$(mktemp -d /tmp/heddle_conformance.XXXXXX)
export TMPDIR OMPI_MCA_orte_tmpdir_base=$TMPDIR OMPI_MCA_btl_vader_backing_directory=$TMPDIR OMPI_MCA_mpi_yield_when_idle=1
trap 'rm -rf "$TMPDIR"' EXIT

diff <(printf '%s\n' "$@" | sort) <(find -L "$runfiles" -name install.json -exec grep -h '"build"' {} + | grep -o '//[^"]*' | sort) >&2 ||
  { echo "conformance_test: SYSTEMS in BUILD.bazel and \"build\" in the install.json files differ, as above" >&2; exit 1; }
"$runfiles/tools/install" --only "$system" --built "$runfiles" "$PREFIX"
results=$TEST_TMPDIR/results
"$here/check" "$system" | tee "$results" || true
"$here/compare_required.sh" "$here/$system/required" "$results"
