# What the shell tools share; sourced, never run. Sets `root`, the top of the checkout, from this file's own place.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

say() { printf '%s\n' "$*"; }
warn() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
die() {
  warn "$*"
  exit 1
}

# has COMMAND...: whether all of them are installed.
has() { command -v "$@" >/dev/null && (($(command -v "$@" | wc -l) == $#)); }

# The comment block at the top of a tool is its help text.
help_text() { sed -n '2,/^[^#]/{/^#/!q;s/^# \{0,1\}//;p}' "$0"; }

# Bazel and the cache of meshes need a home; a CI job may have none.
if [[ -z ${HOME:-} ]]; then
  HOME=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6)
  [[ -n $HOME && -d $HOME && -w $HOME ]] || HOME=${TMPDIR:-/tmp}/heddle-home-$(id -u)
  mkdir -p "$HOME"
  export HOME
fi

# Startup options of Bazel: in CI its server does not outlive the job for long.
bazel_startup=()
[[ -z ${CI:-} ]] || bazel_startup+=(--max_idle_secs=60)
[[ -z ${HEDDLE_BAZEL_OUTPUT_BASE:-} ]] || bazel_startup+=("--output_base=$HEDDLE_BAZEL_OUTPUT_BASE")

# in_root_bazel COMMAND ARGS...: Bazel in this checkout, from any directory.
in_root_bazel() { (cd "$root" && bazel "${bazel_startup[@]}" "$@"); }

# Options that keep a log short where nobody watches.
bazel_quiet=()
[[ -z ${CI:-} && -t 2 ]] || bazel_quiet+=(--noshow_progress --color=no --curses=no)
