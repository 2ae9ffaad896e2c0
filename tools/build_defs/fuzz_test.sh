#!/usr/bin/env bash
# Compiles a libFuzzer program with clang++ and runs it on a copy of the corpus for HEDDLE_FUZZ_SECONDS, or else N.
#
#   fuzz_test.sh --seconds=N SOURCE... -- CORPUS_FILE...
#
# A crash, a leak, more than 512 MB of memory or more than 10 s for one input fail it; the input is printed.
set -euo pipefail
# A compiler that the system kills says nothing.
trap 'echo "FAILED: line $LINENO ended with $?: $BASH_COMMAND"' ERR

seconds=${HEDDLE_FUZZ_SECONDS:-${1#--seconds=}}
shift
sources=()
while [[ $1 != -- ]]; do sources+=("$1") && shift; done
shift
scratch=$(mktemp -d "${TEST_TMPDIR:-/tmp}/fuzz.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/corpus"
cp "$@" "$scratch/corpus"

clang++ -std=c++20 -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
  -I. "${sources[@]}" -labsl_statusor -labsl_status -labsl_cord -labsl_str_format_internal -labsl_strings -labsl_base \
  -labsl_throw_delegate -o "$scratch/fuzzer"

if ! "$scratch/fuzzer" "$scratch/corpus" -max_total_time="$seconds" -rss_limit_mb=512 -timeout=10 -max_len=4096 \
  -seed="${HEDDLE_FUZZ_SEED:-0}" -artifact_prefix="$scratch/" -print_final_stats=1 >"$scratch/log" 2>&1; then
  cat "$scratch/log"
  for input in "$scratch"/{crash,leak,oom,timeout}-*; do
    [[ -f $input ]] && echo "failing input, base64: $(base64 -w 0 "$input")"
  done
  exit 1
fi
grep -E '^stat::|^Done|^INFO: Seed' "$scratch/log"
# A fuzzer that ran nothing has found nothing.
executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$scratch/log")
[[ ${executed:-0} -ge 1000 ]] || { echo "only ${executed:-0} inputs were tried" && exit 1; }
