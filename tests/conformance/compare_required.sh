#!/usr/bin/env bash
# compare_required REQUIRED RESULTS: fails where a case that REQUIRED names did not pass in RESULTS, the output of `check`.
set -euo pipefail
required=$1 results=$2 status=0 count=0
while read -r name _; do
  [[ -n $name && $name != \#* ]] || continue
  count=$((count + 1))
  grep -qxF "PASS $name" "$results" && continue
  echo "required, but did not pass: $name"
  status=1
done <"$required"
((count > 0)) || { echo "$required requires nothing" && exit 1; }
while read -r name; do
  grep -qE "^$name( |\$)" "$required" || echo "passes and is not required yet: $name"
done < <(sed -n 's/^PASS //p' "$results")
exit "$status"
