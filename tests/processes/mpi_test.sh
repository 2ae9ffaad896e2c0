#!/usr/bin/env bash
# Runs a program under mpirun, or without it for 0 processes, and checks how it ends and what it says.
#
#   mpi_test.sh PLUGIN PROGRAM WHAT PROCESSES [EXIT_CODE|any [PATTERN...]]
#
# Each pattern, an extended regular expression, must stand in the output.
set -euo pipefail
plugin=$1 program=$2 what=$3 processes=$4 code=${5:-0}
patterns=("${@:6}")

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_mpi_yield_when_idle=1  # More processes than cores.
# Open MPI names its folders and its shared memory after the launcher's process number, which in a sandbox is another launcher's,
# too: two at once would share them.
folder=$(mktemp -d /tmp/heddle_mpi.XXXXXX)
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder OMPI_MCA_orte_tmpdir_base=$folder OMPI_MCA_btl_vader_backing_directory=$folder
HEDDLE_PLUGIN_PATH=$(dirname "$(realpath "$plugin")")
export HEDDLE_PLUGIN_PATH

launch=()
((processes == 0)) || launch=(mpirun --oversubscribe -n "$processes")
# mpirun would end the others before they notice: here they must notice by themselves.
[[ $what != kill ]] || launch+=(--enable-recovery)
[[ $what != stale ]] || {
  # What mpirun told a process that has long ended.
  export OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 PMIX_RANK=0 PMIX_NAMESPACE=4242 PMIX_SERVER_TMPDIR=/nowhere
  export PMIX_SERVER_URI2='4242.0;tcp4://127.0.0.1:1' OMPI_MCA_orte_hnp_uri='4242.0;tcp://127.0.0.1:1'
  what=exchange
}

status=0
output=$(timeout --kill-after=5 100 "${launch[@]}" "$program" "$what" 2>&1) || status=$?
printf '%s\n' "$output"
if [[ $status == 124 || ($code != any && $status != "$code") ]]; then
  echo "FAILED: it ended with $status, not $code (124: it hung)"
  exit 1
fi
for pattern in "${patterns[@]}"; do
  grep -Eq -- "$pattern" <<<"$output" || { echo "FAILED: nothing in the output matches '$pattern'" && exit 1; }
done
