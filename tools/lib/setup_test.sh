#!/usr/bin/env bash
# Promised: set-up asks apt for what is missing and for nothing else, calls it not at all when nothing is missing, and says what
# it cannot do; a mesh is found in the package, in its compressed form, in our cache, or in the package unpacked there.
#
# apt, dpkg and id are made up here: commands of those names, first in the PATH, that read and write files of this test.
set -euo pipefail
tools=$TEST_SRCDIR/$TEST_WORKSPACE/tools
fakes=$TEST_TMPDIR/fakes state=$TEST_TMPDIR/state
mkdir -p "$fakes" "$state"
export PATH=$fakes:$PATH state HOME=$TEST_TMPDIR XDG_CACHE_HOME=$TEST_TMPDIR/cache TMPDIR=$TEST_TMPDIR

fake() { # NAME: a command whose text comes from standard input
  { echo '#!/usr/bin/env bash' && cat; } >"$fakes/$1"
  chmod +x "$fakes/$1"
}
fake dpkg-query <<'F'
shift 2
for name; do grep -qxF "$name" "$state/absent" || echo "$name installed"; done
F
fake dpkg <<'F'
[[ $1 == -L ]] && cat "$state/files"
F
fake id <<'F'
cat "$state/uid"
F
fake apt-get <<'F'
echo "$*" >>"$state/calls"
[[ $* != *download* ]] || cp "$state/package.deb" ./libmetis-doc_1_all.deb
[[ $* != *" install "* || ! -f $state/offline ]] || exit 100
[[ $* != *" install "* || -f $state/offline ]] || : >"$state/absent"
F

expect() { # STATUS COMMAND...: runs it, keeps what it prints in $output
  local want=$1 code=0
  shift
  output=$("$@" 2>&1) || code=$?
  ((code == want)) || fail "$* exits with $code, not $want"
}
fail() {
  echo "FAILED: $*; it printed: ${output:-}"
  exit 1
}
prints() { [[ $output == *"$1"* ]] || fail "nothing like '$1'"; }
calls() { diff <(printf '%s' "${1:+$1$'\n'}") <(cat "$state/calls") || fail "other calls of apt-get"; }
reset() { # ABSENT...: the packages that are missing from here on
  printf '%s\n' "$@" >"$state/absent"
  echo 0 >"$state/uid"
  : >"$state/calls"
  rm -rf "$state/offline" "$XDG_CACHE_HOME"
  printf '%s\n' "$state/doc/4elt.graph" "$state/doc/copter2.graph" >"$state/files"
}
mkdir -p "$state/doc"
echo "4 graph" >"$state/doc/4elt.graph"
echo "2 graph" >"$state/doc/copter2.graph"

# Nothing is missing.
reset
expect 0 "$tools/setup" --check
prints "nothing is missing for: build test bench dev"
expect 0 "$tools/setup"
prints "nothing to install"
calls ""

# Two are missing: --check names them with their groups and changes nothing; set-up installs these two.
reset libhwloc-dev libtbb-dev
expect 1 "$tools/setup" --check
prints "missing for build: libhwloc-dev"
prints "missing for bench: libtbb-dev"
expect 0 "$tools/setup" --check test
expect 0 "$tools/setup" --check dev
calls ""
expect 0 "$tools/setup"
prints "installed: libhwloc-dev libtbb-dev"
calls "-q -y update
-q -y install --no-install-recommends libhwloc-dev libtbb-dev"

# Only the groups that are asked for.
reset libhwloc-dev libtbb-dev
expect 0 "$tools/setup" bench
calls "-q -y update
-q -y install --no-install-recommends libtbb-dev"

# What it cannot do, it says: apt fails; neither root nor sudo; not Debian; a wrong argument.
reset libhwloc-dev
touch "$state/offline"
expect 1 "$tools/setup"
prints "apt-get could not install: libhwloc-dev. Offline"
reset libhwloc-dev
echo 1000 >"$state/uid"
fake sudo <<<'exit 1'
expect 1 "$tools/setup"
prints "sudo refused: ask the administrator to run: apt-get install libhwloc-dev"
calls ""
fake sudo <<'F'
[[ $1 != -n ]] || shift
exec "$@"
F
expect 0 "$tools/setup"
prints "installed: libhwloc-dev"
reset
expect 1 "$tools/setup" everything
prints "unknown argument 'everything'"

# Meshes: as the package has it; compressed; from the cache; unpacked from the package.
reset
expect 0 "$tools/mesh_path" 4elt.graph
[[ $output == "$state/doc/4elt.graph" ]] || fail "another path"
gzip -k "$state/doc/4elt.graph"
echo "$state/doc/4elt.graph.gz" >"$state/files"
expect 0 "$tools/mesh_path" 4elt
[[ $output == "$XDG_CACHE_HOME/heddle/meshes/4elt.graph" && $(cat "$output") == "4 graph" ]] || fail "another mesh"
: >"$state/files"
expect 0 "$tools/mesh_path" --no-download 4elt
expect 1 "$tools/mesh_path" --no-download copter2
expect 1 "$tools/setup" --check build
prints "missing for build: the meshes copter2"
calls ""
mkdir -p "$state/tree/DEBIAN" "$state/tree/usr/share/doc/libmetis-dev/examples/graphs"
cp "$state"/doc/*.graph "$state/tree/usr/share/doc/libmetis-dev/examples/graphs"
printf 'Package: libmetis-doc\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: made up\n' >"$state/tree/DEBIAN/control"
dpkg-deb --build "$state/tree" "$state/package.deb" >/dev/null
expect 0 "$tools/mesh_path" copter2
[[ $output == "$XDG_CACHE_HOME/heddle/meshes/copter2.graph" && $(cat "$output") == "2 graph" ]] || fail "another mesh"
expect 1 "$tools/mesh_path" no_such_mesh
prints "has no mesh 'no_such_mesh'; it has: 4elt.graph copter2.graph"
expect 0 "$tools/setup" build
expect 1 "$tools/mesh_path" ../etc/passwd
echo "all as promised"
