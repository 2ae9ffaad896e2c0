#!/usr/bin/env python3
"""Which of Charm++'s public names our headers declare: the table and the lists of COVERAGE.md.

usage: coverage.py                                           writes them between the marks in the COVERAGE.md beside it
       coverage.py --check COVERAGE.md names.txt HEADER...   exits 1 where COVERAGE.md does not have them

It looks for names, not for signatures: that programs compile and do the same is what tests/conformance shows.
"""
import collections
import glob
import os
import re
import sys
import textwrap

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))))
from tools.lib.header_coverage import code, keep  # pylint: disable=wrong-import-position

BEGIN, END = "<!-- coverage: made by coverage.py -->", "<!-- end of coverage -->"
_NAMESPACES = {"PUP", "ck", "Ck", "IO"}


def read_names(path):
  """[(area, [name, ...]), ...] of names.txt."""
  areas = []
  with open(path, encoding="utf-8") as file:
    for line in file:
      if line.startswith("["):
        areas.append((line[1:line.index("]")], []))
      elif line.strip() and not line.startswith("#"):
        areas[-1][1].extend(line.split())
  return areas


class Headers:
  """The names that headers declare. A class has the members of its bases, too."""

  def __init__(self, paths):
    text = "\n".join(code(path) for path in paths)
    # What a macro pastes together from its arguments has no name here; none of the original's names is made so.
    self._words = set(re.findall(r"[A-Za-z_]\w*", text))
    self._bodies, self._bases = collections.defaultdict(set), collections.defaultdict(set)
    for match in re.finditer(r"\b(?:class|struct|union|enum)\s+(?:[A-Z_]+\s+)?(\w+)\s*(?:final\s*)?(:[^:;{()][^;{()]*)?\{", text):
      name, bases = match.group(1), match.group(2) or ""
      self._bodies[name].update(re.findall(r"[A-Za-z_]\w*", text[match.end():self._end(text, match.end())]))
      self._bases[name].update(set(re.findall(r"[A-Za-z_]\w*", bases)) - {"public", "private", "protected", "virtual"})
    for alias, real in re.findall(r"\busing\s+(\w+)\s*=\s*([\w:]+)", text) + [
        (alias, real) for real, alias in re.findall(r"\btypedef\s+(?:struct\s+)?([\w:]+)(?:<[^;]*>)?\s+(\w+)\s*;", text)]:
      self._bases[alias].add(real.split("::")[-1])

  @staticmethod
  def _end(text, at):
    depth = 1
    while depth > 0 and at < len(text):
      depth += {"{": 1, "}": -1}.get(text[at], 0)
      at += 1
    return at

  def _members(self, name, seen):
    if name in seen:
      return set()
    seen.add(name)
    found = set(self._bodies.get(name, ()))
    for base in self._bases.get(name, ()):
      found |= self._members(base, seen)
    return found

  def has(self, name):
    parts = [part for part in name.split("::") if part]
    if len(parts) == 1 or parts[-2] in _NAMESPACES:
      return parts[-1] in self._words
    return parts[-1] in self._members(parts[-2], set())


def shown(missing):
  """How missing names are listed: plain ones, then a class's members behind it; of a class that is missing only its name."""
  gone = set(missing)
  members = collections.OrderedDict()
  for name in missing:
    scope, _, member = name.rpartition("::")
    scopes = scope.split("::")
    if not any("::".join(scopes[:depth]) in gone for depth in range(1, len(scopes) + 1)):
      members.setdefault(scope, []).append(member)
  plain = members.pop("", [])
  return plain + ["%s::%s" % (scope, found[0]) if len(found) == 1 else "%s::{%s}" % (scope, ", ".join(found))
                  for scope, found in members.items()]


def document(areas, headers):
  table = ["| area | names | here |", "|--|--|--|"]
  lists = []
  total = total_here = 0
  for area, names in areas:
    missing = [name for name in names if not headers.has(name)]
    total, total_here = total + len(names), total_here + len(names) - len(missing)
    table.append("| %s | %d | %d |" % (area, len(names), len(names) - len(missing)))
    if missing:
      lists.append("**%s**: %s" % (area[0].upper() + area[1:], " ".join("`%s`" % name for name in shown(missing))))
  table.append("| all | %d | %d |" % (total, total_here))
  wrapped = ["\n".join(textwrap.wrap(text, 140, break_long_words=False, break_on_hyphens=False)) for text in lists]
  return "\n".join(table) + "\n\n## Missing\n" + "\n\n".join(wrapped)


def main(arguments):
  check = arguments[:1] == ["--check"]
  if check:
    arguments = arguments[1:]
  elif not arguments:
    here = os.path.dirname(os.path.realpath(__file__))
    headers = [path for where in ("include", "../pup/include", "../converse/include", "../modules/*")
               for path in glob.glob(os.path.join(here, where, "*.h"))]
    arguments = [os.path.join(here, "COVERAGE.md"), os.path.join(here, "names.txt")] + headers
  if len(arguments) < 3:
    sys.exit(__doc__)
  coverage, names, headers = arguments[0], arguments[1], Headers(arguments[2:])
  keep(coverage, BEGIN, END, document(read_names(names), headers), check, "frontends/charm/ck/coverage.py")


if __name__ == "__main__":
  main(sys.argv[1:])
