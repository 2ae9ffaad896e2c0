"""Checks what shared libraries export: the names of their APIs and nothing else, and no name twice; and a fault of a linker.

usage: exported_symbols (--exports=PATTERN[,PATTERN...] LIBRARY [HEADER...]) ...

A pattern is a shell pattern over the linker's name of a symbol: `starpu_*`, `_ZN6heddle*`. Several libraries of ours are loaded
into one process: a name that two of them export, or that none should, may bind to the wrong one. Where a library's headers are
given, a name of C that it exports must stand in one of them: a helper of the implementation is no part of the API for its prefix.
A pattern with a `+` in front is for names that macros of the headers put together, and which stand there in parts only.
Files beside these, which an installation also has, are ignored.
"""

import fnmatch
import os
import re
import subprocess
import sys


class Library:
  """A shared object, the patterns of what it may export, and the headers of its API."""

  def __init__(self, path, patterns, headers=()):
    self.path, self.patterns, self.headers = path, patterns, list(headers)

  def declared(self):
    """The words of the headers, without their comments."""
    words = set()
    for header in self.headers:
      with open(header, encoding="utf-8") as file:
        words.update(re.findall(r"\w+", re.sub(r"//[^\n]*|/\*.*?\*/", " ", file.read(), flags=re.DOTALL)))
    return words


def dynamic_symbols(library):
  """Returns two sets of names from the shared object's dynamic table: what it exports, and what is its own.

  Not among them: the names of symbol versions. Its own are thread-locals that its relocations name.
  """
  output = subprocess.run(["nm", "--dynamic", "--defined-only", "--format=posix", library], check=True,
                          capture_output=True, text=True).stdout
  exports, own = set(), set()
  for line in output.splitlines():
    name, kind = line.split()[:2]
    if kind.islower() and kind not in "uvwi":
      own.add(name)
    elif kind != "A":
      exports.add(name.split("@")[0])
  return exports, own


def exported(library):
  """Returns the names that the shared object exports, without their versions."""
  return dynamic_symbols(library)[0]


def confused_thread_locals(library):
  """Returns the thread-local relocations that name a symbol of the object's own, as strings.

  A thread-local of one file needs no symbol, only its offset. GNU gold gives it one, and the wrong one: the number of the next.
  """
  output = subprocess.run(["readelf", "--relocs", "--wide", library], check=True, capture_output=True, text=True).stdout
  _, own = dynamic_symbols(library)
  confused = []
  for line in output.splitlines():
    words = line.split()
    if len(words) < 5 or not re.search(r"_(D?TPOFF|DTPMOD|TLS_D?TPREL|TLS_DTPMOD)", words[2]):
      continue
    if words[4] == "<null>" or words[4] in own:
      confused.append(" ".join([words[0], words[2], *words[4:]]))
  return confused


def check(libraries):
  """Returns the complaints about the libraries, sorted by library and name."""
  complaints, owner = [], {}
  for library in sorted(libraries, key=lambda entry: entry.path):
    names, declared = exported(library.path), library.declared()
    if not names:
      complaints.append("%s exports nothing" % library.path)
    for relocation in confused_thread_locals(library.path):
      complaints.append("%s reaches a thread-local by a wrong symbol: %s; link it with -fuse-ld=bfd" % (library.path, relocation))
    for name in sorted(names):
      if any(fnmatch.fnmatchcase(name, pattern[1:]) for pattern in library.patterns if pattern.startswith("+")):
        pass
      elif not any(fnmatch.fnmatchcase(name, pattern) for pattern in library.patterns):
        complaints.append("%s exports %s, which no pattern of its API allows" % (library.path, name))
      elif library.headers and not name.startswith("_Z") and name not in declared:
        complaints.append("%s exports %s, which no header of its API declares" % (library.path, name))
      if name in owner:
        complaints.append("%s exports %s, as does %s" % (library.path, name, owner[name]))
      owner.setdefault(name, library.path)
  return complaints


def parse(arguments):
  """Returns the libraries that the command line names, or None where it is wrong."""
  groups = []
  for argument in arguments:
    if argument.startswith("--exports="):
      groups.append((argument[len("--exports="):].split(","), []))
    elif groups:
      groups[-1][1].append(argument)
    else:
      return None
  libraries = []
  for patterns, files in groups:
    objects = [path for path in files if ".so" in os.path.basename(path)]
    if len(objects) != 1:
      return None
    libraries.append(Library(objects[0], patterns, [path for path in files if path.endswith((".h", ".hpp"))]))
  return libraries or None


def main(arguments):
  libraries = parse(arguments)
  if libraries is None:
    print(__doc__, file=sys.stderr)
    return 2
  complaints = check(libraries)
  print("\n".join(complaints) or "%d libraries export their APIs and nothing else" % len(libraries))
  return 1 if complaints else 0


if __name__ == "__main__":
  sys.exit(main(sys.argv[1:]))
