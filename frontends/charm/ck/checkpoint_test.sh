#!/usr/bin/env bash
# Promised: a program goes on from its checkpoint on as many, more and fewer PEs; every damage to a file of the checkpoint is an error that
# names it, and never a wrong result; a checkpoint that cannot be written leaves the one before it whole.
# HEDDLE_SEED chooses what is damaged; HEDDLE_ROUNDS how often.
set -euo pipefail
program=$(realpath "$1")
# PEs and what they hold last as long as the process.
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/checkpoint.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
seed=${HEDDLE_SEED:-$RANDOM} rounds=${HEDDLE_ROUNDS:-12}
RANDOM=$seed
fail() { echo "FAILED (HEDDLE_SEED=$seed): $1"; [[ ! -e out ]] || tail -n 20 out; exit 1; }
# run CODE ARGUMENT...: ends with that code, -1: any but 0; never by a time limit
run() {
  local wanted=$1 code=0
  shift
  timeout -k 5 120 "$program" "$@" +p"${pes:-2}" ++quiet >out 2>&1 </dev/null || code=$?
  ((code != 124 && code != 137)) || fail "$*: hangs"
  if ((wanted == -1)); then ((code != 0)) || fail "$*: succeeds"; else ((code == wanted)) || fail "$*: ends with $code, not $wanted"; fi
  ! grep -q FAILED out || fail "$*: wrong result"
}

run 0 good
grep -q 'done: 9 steps' out || fail 'the program does not end'
[[ $(ls good) == $(printf 'meta\nnode.0.2\npe.0.2\npe.1.2') ]] || fail "good holds $(ls good)"
# Restarts write into good, too.
cp -r good first
# Of a program that died while it wrote one.
echo part >good/pe.0.3.new
run 0 +restart good; grep -q 'done: 18 steps' out || fail 'it does not go on'
run 0 +restart good; grep -q 'done: 27 steps' out || fail 'it does not go on from the checkpoint of a restarted program'
! compgen -G 'good/*.new' || fail 'what a program left that died stays'
for pes in 1 4; do
  run 0 +restart first; grep -q 'done: 18 steps' out || fail "it does not go on with +p$pes"
  run 0 +restart first; grep -q '^step 9' out || fail "with +p$pes not every step is made"
done
pes=2
rm -rf good; mv first good

# Damage
for ((round = 0; round < rounds; ++round)); do
  rm -rf bad; cp -r good bad
  files=(bad/*); file=${files[RANDOM % ${#files[@]}]}
  bytes=$(stat -c %s "$file") at=$(((RANDOM * 32768 + RANDOM) % $(stat -c %s "$file")))
  case $((round % 5)) in
    0) kind="byte $at changed"; old=$(od -An -tu1 -j $at -N 1 "$file"); printf "\\x$(printf %x $(((old + 1 + RANDOM % 255) % 256)))" | dd of="$file" bs=1 seek=$at conv=notrunc status=none ;;
    1) kind="truncated from $bytes to $at"; truncate -s $at "$file" ;;
    2) kind="missing"; rm "$file" ;;
    3) kind="longer"; echo more >>"$file" ;;
    4) kind="a directory"; rm "$file"; mkdir "$file" ;;
  esac
  run -1 +restart bad
  grep -q "cannot restart: $file" out || fail "$file, $kind: the error does not name it"
  echo "$file, $kind: $(grep -m1 -o 'cannot restart.*' out)"
done

# Files that are whole, but not these
rm -rf bad; cp -r good bad; cp bad/pe.0.2 bad/pe.1.2
run -1 +restart bad; grep -q 'bad/pe.1.2 is another file' out || fail 'a file under a wrong name'
run 0 other
rm -rf bad; cp -r good bad; cp other/pe.1.2 bad/pe.1.2
run -1 +restart bad; grep -q "bad/pe.1.2 is of another checkpoint" out || fail "another checkpoint's file"
run -1 +restart nowhere; grep -q 'cannot restart: nowhere/meta: No such file' out || fail 'no directory'

# What cannot be written: status, and the old checkpoint stays.
echo >file
run 3 file/under; grep -q 'no checkpoint: file/under' out || fail 'a directory that cannot be made'
cp -r good full
before=$(cat full/* | md5sum)
# The elements' files are larger than this limit of the file system, which stands for a full disk. ThreadSanitizer copies
# constants by way of a file, and dies of the limit itself.
if ! grep -q __tsan_init "$program"; then
  (ulimit -f 4; trap '' XFSZ; run 3 full) || exit 1
  grep -q 'no checkpoint: full/pe' out || fail 'a full disk is not named'
fi
[[ $(cat full/* | md5sum) == "$before" ]] || fail 'a full disk damages the checkpoint that was there'
run 0 +restart full
echo "checkpoints are whole or errors (seed $seed)"
