#!/usr/bin/env bash
# balance_test.sh PROGRAM: every balancer moves what it should, and options that are wrong or missing say so.
set -euo pipefail
export HEDDLE_WORKERS=2 ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
program=$1

run() {
  echo "== $*"
  "$program" "$@" ++quiet
}
for pes in 1 2 4; do
  for name in GreedyLB GreedyRefineLB RefineLB TreeLB HybridLB DistributedLB MetisLB RecBipartLB; do run even "+p$pes" +balancer "$name"; done
  for name in RotateLB RandCentLB; do run moves "+p$pes" +balancer "$name"; done
  for name in DummyLB NullLB; do run stays "+p$pes" +balancer "$name"; done
  for name in RotateLB GreedyLB DistributedLB; do run period "+p$pes" +balancer "$name" +LBPeriod 0.01; done
done
run even +p8 +balancer DistributedLB +LBDebug 2
# The first once, then the second; or in turn.
run moves +p2 +balancer GreedyLB +balancer DummyLB +LBDebug
run even +p2 +balancer DummyLB +balancer GreedyLB +LBLoop +LBCentPE 1 +LBTestPESpeed +LBUseCpuTime +LBObjOnly +LBSyncResume +LBCommOff
# Balance once, then there is nothing to do.
run even +p4 +balancer GreedyLB +MetaLB

fails() {
  local expected=$1 output
  shift
  echo "== fails: $*"
  if output=$("$program" "$@" ++quiet 2>&1); then echo "it should have failed"; exit 1; fi
  grep -qF -- "$expected" <<<"$output" || { echo "not said: $expected"; echo "$output"; exit 1; }
}
fails "there is no such balancer; there are GreedyLB" even +p2 +balancer GreadyLB
fails "+LBPredictor is not supported" even +p2 +balancer GreedyLB +LBPredictor
fails "+LBCentPE 7: there are PEs 0 to 1" even +p2 +balancer GreedyLB +LBCentPE 7
