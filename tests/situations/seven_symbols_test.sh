#!/usr/bin/env bash
# Our library has exactly the OpenMP symbols that Debian's OpenBLAS imports, at the same versions.
#   seven_symbols_test.sh OUR_LIBGOMP
set -euo pipefail

openblas=/usr/lib/x86_64-linux-gnu/openblas-openmp/libopenblas.so.0
[[ -e $openblas ]] || { echo "no $openblas: tools/setup test installs it"; exit 1; }

imported=$(nm -D --undefined-only "$openblas" | awk '$2 ~ /@G?OMP_/ { print $2 }' | sort)
exported=$(nm -D --defined-only "$1" | awk '$3 ~ /@@G?OMP_/ { sub("@@", "@", $3); print $3 }' | sort)
if [[ $imported != "$exported" ]]; then
  echo "OpenBLAS imports (<), we export (>):"
  diff <(echo "$imported") <(echo "$exported")
fi
[[ $(wc -l <<<"$imported") -eq 7 ]] || { echo "not seven symbols:"; echo "$imported"; exit 1; }
