#!/usr/bin/env bash
# Promised: charmc and charmrun call compilers, charmxi and mpirun as their helps say, and name what they do not have.
# Not promised here: that what they build works; tests/conformance does.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TEST_TMPDIR:-/tmp}/commands.XXXXXX")
trap 'rm -rf "$work"' EXIT
export PREFIX=$work/prefix
mkdir -p "$PREFIX"/{bin,lib,include/charm} "$work/tools" "$work/here"
cp "$here"/{charmc,charmrun,testrun} "$PREFIX/bin/"
touch "$PREFIX/lib/libcharm.so" "$PREFIX/include/charm/CkMulticast.decl.h"
# Tools that say how they are called, and make the file behind -o.
cat >"$work/tools/say" <<'SAY'
#!/usr/bin/env bash
printf '%s' "$(basename "$0")"; printf ' %s' "$@"; echo
for ((i = 1; i <= $#; ++i)); do
  [[ ${!i} != -o ]] || { next=$((i + 1)); echo made >"${!next}"; }
  case ${!i} in *module_init.C) sed 's/^/  | /' "${!i}" ;; esac
done
SAY
chmod +x "$work/tools/say"
for tool in gcc g++ mpirun program; do ln -s say "$work/tools/$tool"; done
cp "$work/tools/say" "$PREFIX/bin/charmxi"
export PATH=$work/tools:$PATH CC=gcc CXX=g++
cd "$work/here"
touch a.C b.cc c.c x.o libmodulemine.a
printf 'module a {\n}\n' >plain.ci
printf '#define N 1\nmodule b {\n}\n' >macros.ci

failures=0
# says COMMAND... -- PATTERN...    it succeeds and its output holds each; `!PATTERN`: does not.   fails ...: it ends with 1
check() {
  local wanted=$1 command=() output code=0
  shift
  while [[ $1 != -- ]]; do command+=("$1"); shift; done
  shift
  output=$("${command[@]}" 2>&1) || code=$?
  local problem=''
  ((code == wanted)) || problem="exit code $code"
  for pattern in "$@"; do
    if [[ $pattern == !* ]]; then
      [[ $output != *"${pattern#!}"* ]] || problem="has '${pattern#!}'"
    else
      [[ $output == *"$pattern"* ]] || problem="lacks '$pattern'"
    fi
  done
  [[ -z $problem ]] || { echo "FAILED: ${command[*]##*/}: $problem"; sed 's/^/    /' <<<"$output"; failures=$((failures + 1)); }
}
says() { check 0 "$@"; }
fails() { check 1 "$@"; }
charmc=$PREFIX/bin/charmc charmrun=$PREFIX/bin/charmrun

# Compiling
says "$charmc" -c a.C -- "g++ -std=gnu++11 -fno-lifetime-dse -I$PREFIX/include/charm -D__CHARMC__=1" "-c -o a.o -x c++ a.C"
says "$charmc" -O2 a.C -- "-O2" "-c -o a.o" '!-lcharm'
says "$charmc" -c -std=c++17 -DX=1 -I sub a.C -- "-std=gnu++11" "-std=c++17" "-DX=1" "-Isub"
says "$charmc" -c -o other.o c.c -- "gcc " "-o other.o c.c" '!gnu++11'
says "$charmc" -optimize -c a.C -- " -O "
says "$charmc" -production -O1 -c a.C -- "-O1" '!-O3'
fails "$charmc" -c -o x.o a.C b.cc -- "one output for 2 sources"
fails "$charmc" -c missing.C -- "missing.C: no such file"
fails "$charmc" old.f90 -- "Fortran"
fails "$charmc" -- "no input files"

# Interfaces
says "$charmc" plain.ci -- "charmxi plain.ci" '!gcc'
says "$charmc" macros.ci -- "gcc -E -x c" "charmxi -orig-file macros.ci"
says "$charmc" -DX plain.ci -- "gcc -E -x c -D__CHARMC__=1 -DX plain.ci" "charmxi -orig-file plain.ci"
says "$charmc" -no-preprocess-ci macros.ci -- "charmxi macros.ci"

# Linking
says "$charmc" -o pgm x.o -- "g++ -rdynamic -o pgm x.o" "-L$PREFIX/lib -Wl,-rpath,$PREFIX/lib -lcharm_main -lcharm -lconverse -lheddle" '!module_init'
[[ -x charmrun ]] || { echo "FAILED: no charmrun beside the program"; failures=$((failures + 1)); }
rm -f charmrun
says "$charmc" -no-charmrun -language converse++ -o pgm a.C -lz -- "-lz -L$PREFIX/lib" "-lconverse" '!-lcharm' '!charm_main'
[[ ! -e charmrun ]] || { echo "FAILED: charmrun in spite of -no-charmrun"; failures=$((failures + 1)); }
says "$charmc" -o pgm x.o -module CommonLBs,RefineLB -tracemode projections -charm-shared -- '!module_init' '!-lmodule' "HEDDLE_TRACE=FILE ./pgm"
says "$charmc" -o pgm x.o -tracemode none -- '!HEDDLE_TRACE'
says "$charmc" -o pgm x.o -module CkMulticast -module CkMulticast -- "  |   _registerCkMulticast();" '!-lmodule'
says "$charmc" -o pgm x.o -module mine -- "-lmodulemine" "  | extern void _registermine(void);" "  |   _registermine();"
says "$charmc" -o pgm x.o -balancer GreedyLB -- '  |   LBDefaultCreate("GreedyLB");' '!-lmodule'
says "$charmc" -o pgm x.o -nomain-module -- 'CkRegisterMainModule(void) {}' "-lcharm_main"
says "$charmc" -o pgm x.o -nomain -- "-lcharm" '!charm_main'
says "$charmc" -o pgm x.o -seq -- '!-lcharm' '!-lconverse'
says "$charmc" -o libpart.a x.o a.C -- '!-lcharm'
[[ $(ar t libpart.a) == *x.o* ]] || { echo "FAILED: no archive"; failures=$((failures + 1)); }
says "$charmc" -o pgm x.o -memory paranoid -- "note: memory 'paranoid'"
fails "$charmc" -o pgm x.o -module liveViz -- "module 'liveViz' is not here"
fails "$charmc" -o pgm x.o -balancer ScotchLB -- "module 'ScotchLB' is not here"
fails "$charmc" -language converse++ -o pgm x.o -module CkMulticast -- "is for Charm++"
fails "$charmc" -language ampi -o pgm x.o -- "'ampi' is not here"
fails "$charmc" -language nonsense -o pgm x.o -- "unknown language"
fails "$charmc" -o pgm x.o -mpi -- "-mpi"
fails "$charmc" -o pgm x.o -tracemode nonsense -- "tracing mode 'nonsense'"
fails "$charmc" -o pgm x.o -memory isomalloc -- "isomalloc"
rm "$PREFIX/lib/libcharm.so"
fails "$charmc" -o pgm x.o -- "libcharm is not installed"
says "$charmc" -language converse++ -o pgm x.o -- "-lconverse"

# Starting
program=$work/tools/program
says "$charmrun" +p4 "$program" 10 -- "program 10 +pe 4" '!mpirun'
says "$charmrun" "$program" +p 2 ++local 10 ++quiet -- "program 10 ++quiet +pe 2"
says "$charmrun" +p4 ++ppn 2 "$program" -- "mpirun -n 2 " "$program +pe 4"
says "$charmrun" ++n 2 ++ppn 3 "$program" -- "mpirun -n 2 " "+pe 6"
says "$charmrun" ++timeout 100 ++mpiexec +p1 "$program" -- "mpirun -n 1 " "+pe 1" '!timeout'
says "$charmrun" ++processPerHost 2 ++oneWthPerHost "$program" -- "mpirun -n 2 " "$program +pe 2"
says "$charmrun" ++oneWthPerPU "$program" -- "program +pe $(nproc)" '!mpirun'
fails "$charmrun" +p4 ++oneWthPerCore "$program" -- "use either"
fails "$charmrun" "$program" +p2 ++server -- "CCS is not here"
fails "$charmrun" ++processPerRack 2 "$program" -- "unknown option"
fails "$charmrun" +p3 ++ppn 2 "$program" -- "no multiple"
fails "$charmrun" ++nonsense "$program" -- "unknown option"
fails "$charmrun" +p2 -- "no program"
says "$PREFIX/bin/testrun" +p3 ++ppn 2 "$program" -- "skipped"
says "$PREFIX/bin/testrun" +p4 "$program" 7 -- "program 7 +pe 4"

((failures == 0)) && echo "charmc, charmrun and testrun do what they say"
