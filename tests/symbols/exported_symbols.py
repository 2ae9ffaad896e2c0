"""Checks what shared libraries export: the names of their APIs and nothing else, and no name twice.

usage: exported_symbols LIBRARY=PATTERN[,PATTERN...] ...

A pattern is a shell pattern over the linker's name of a symbol: `starpu_*`, `_ZN6heddle*`. Several libraries of ours are loaded
into one process: a name that two of them export, or that none should, may bind to the wrong one.
"""

import fnmatch
import subprocess
import sys


def exported(library):
  """Returns the names that the shared object exports, without their versions."""
  output = subprocess.run(["nm", "--dynamic", "--defined-only", "--format=posix", library], check=True,
                          capture_output=True, text=True).stdout
  names = set()
  for line in output.splitlines():
    name, kind = line.split()[:2]
    if kind != "A":  # A symbol version's own name.
      names.add(name.split("@")[0])
  return names


def check(patterns_of):
  """Takes {library: patterns}; returns the complaints, sorted by library and name."""
  complaints, owner = [], {}
  for library in sorted(patterns_of):
    names = exported(library)
    if not names:
      complaints.append("%s exports nothing" % library)
    for name in sorted(names):
      if not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns_of[library]):
        complaints.append("%s exports %s, which no pattern of its API allows" % (library, name))
      if name in owner:
        complaints.append("%s exports %s, as does %s" % (library, name, owner[name]))
      owner.setdefault(name, library)
  return complaints


def main(arguments):
  if not arguments or any("=" not in argument for argument in arguments):
    print(__doc__, file=sys.stderr)
    return 2
  table = {library: patterns.split(",") for library, patterns in (a.split("=", 1) for a in arguments)}
  complaints = check(table)
  print("\n".join(complaints) or "%d libraries export their APIs and nothing else" % len(table))
  return 1 if complaints else 0


if __name__ == "__main__":
  sys.exit(main(sys.argv[1:]))
