#!/usr/bin/env python3
"""Which of PaRSEC's public names our headers declare: the table and the lists of COVERAGE.md; and that the library has what they declare.

usage: coverage.py                                           writes them between the marks in the COVERAGE.md beside it
       coverage.py --check COVERAGE.md names.txt HEADER...   exits 1 where COVERAGE.md does not have them
       coverage.py --exported LIBRARY HEADER...              exits 1 where a function or variable of the headers is not exported

It looks for names, not for signatures: that programs compile and do the same is what tests/conformance shows.
"""
import glob
import os
import re
import sys
import textwrap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
sys.path.insert(0, ROOT)
from tests.symbols.exported_symbols import exported  # pylint: disable=wrong-import-position
from tools.lib.header_coverage import code, keep  # pylint: disable=wrong-import-position

BEGIN, END = "<!-- coverage: made by coverage.py -->", "<!-- end of coverage -->"
_OF_THE_C_LIBRARY = {"environ"}


def read_names(path):
  """[(area, [(name, files that use it), ...]), ...] of names.txt."""
  areas = []
  with open(path, encoding="utf-8") as file:
    for line in file:
      if line.startswith("["):
        areas.append((line[1:line.index("]")], []))
      elif line.strip() and not line.startswith("#"):
        for word in line.split():
          name, _, uses = word.partition(":")
          areas[-1][1].append((name, int(uses or 0)))
  return areas


def words(headers):
  """What stands in the headers, and what their macros paste together."""
  text = "\n".join(code(path) for path in headers)
  found = set(re.findall(r"[A-Za-z_]\w*", text))
  for macro, parameters, body in re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)\(([^)]*)\)([^\n]*##[^\n]*)", text, flags=re.M):
    names = [name.strip() for name in parameters.split(",")]
    for arguments in re.findall(r"^%s\(([^\n]*)\)" % macro, text, flags=re.M):
      values = dict(zip(names, (value.strip() for value in arguments.split(","))))
      for pasted in re.findall(r"\w+(?:\s*##\s*\w+)+", body):
        found.add("".join(values.get(part, part) for part in re.split(r"\s*##\s*", pasted)))
  return found


def without_bodies(text):
  """The text without what stands between braces, which ends a statement."""
  out, depth = [], 0
  for character in text:
    if character == "{":
      depth += 1
    elif character == "}":
      depth -= 1
      out.append(";" if depth == 0 else "")
    elif depth == 0:
      out.append(character)
  return "".join(out)


def declared(path):
  """The functions and variables of a header that somebody must define: {linker's names in C}."""
  text = re.sub(r"^[ \t]*#[^\n]*", " ", code(path), flags=re.M)
  text = re.sub(r'extern\s*"C"\s*\{', " ", text)
  text = re.sub(r"\b(BEGIN|END)_C_DECLS\b", " ", text)
  text = re.sub(r"^[A-Z][A-Z0-9_]*\([^;{}\n]*\)[ \t]*$", " ", text, flags=re.M)  # Macros that make inline functions.
  found = set()
  for statement in without_bodies(text).split(";"):
    # Parameters of attributes are no parameters of functions.
    statement = re.sub(r"__attribute__\s*\(\(.*?\)\)|\b__parsec_attribute_\w+(\s*\([^)]*\))?|\bPARSEC_ATTRIBUTE_\w+(\s*\([^)]*\))?", " ",
                       statement, flags=re.S).strip()
    if re.match(r"(typedef|static|struct|union|enum|using|template|namespace)\b[^(]*$", statement) or re.match(r"(typedef|static|inline)\b",
                                                                                                              statement):
      continue
    classes = re.search(r"\bPARSEC_OBJ_CLASS_DECLARATION\s*\(\s*(\w+)", statement)
    if classes:
      found.add(classes.group(1) + "_class")
      continue
    function = re.match(r"[\w\s*]*?\b(\w+)\s*\(", statement)
    if function and re.match(r"[\w\s*]*[\s*]\w+\s*\(", statement):
      found.add(function.group(1))
    elif re.search(r"\bextern\b", statement):
      found.add(re.search(r"(\w+)\s*(\[[^\]]*\])*$", statement).group(1))
  return found - _OF_THE_C_LIBRARY


def document(areas, headers):
  have = words(headers)
  table = ["| area | names | here | used | of those here |", "|--|--|--|--|--|"]
  lists = []
  total = [0, 0, 0, 0]
  for area, names in areas:
    missing = [(name, uses) for name, uses in names if name not in have]
    used, used_missing = (sum(1 for _, uses in some if uses) for some in (names, missing))
    row = [len(names), len(names) - len(missing), used, used - used_missing]
    total = [sum(pair) for pair in zip(total, row)]
    table.append("| %s | %d | %d | %d | %d |" % tuple([area] + row))
    if missing:
      shown = ["`%s`%s" % (name, " (%d)" % uses if uses else "") for name, uses in missing]
      lists.append("**%s**: %s" % (area[0].upper() + area[1:], ", ".join(shown)))
  table.append("| all | %d | %d | %d | %d |" % tuple(total))
  wrapped = ["\n".join(textwrap.wrap(text, 140, break_long_words=False, break_on_hyphens=False)) for text in lists]
  return "\n".join(table) + "\n\n## Missing\nIn brackets: how many files use it.\n\n" + "\n\n".join(wrapped)


def check_exported(library, headers):
  names = exported(library)
  lacking = sorted("%s (%s)" % (name, os.path.basename(path)) for path in headers for name in declared(path) - names)
  if lacking:
    sys.exit("declared, and not exported by %s: %s" % (os.path.basename(library), ", ".join(lacking)))


def main(arguments):
  if arguments[:1] == ["--exported"]:
    if len(arguments) < 3:
      sys.exit(__doc__)
    check_exported(arguments[1], arguments[2:])
    return
  check = arguments[:1] == ["--check"]
  if check:
    arguments = arguments[1:]
  elif not arguments:
    here = os.path.dirname(os.path.realpath(__file__))
    headers = sorted(glob.glob(os.path.join(here, "runtime/include/**/*.h"), recursive=True))
    arguments = [os.path.join(here, "COVERAGE.md"), os.path.join(here, "names.txt")] + headers
  if len(arguments) < 3:
    sys.exit(__doc__)
  keep(arguments[0], BEGIN, END, document(read_names(arguments[1]), arguments[2:]), check, "frontends/parsec/coverage.py")


if __name__ == "__main__":
  main(sys.argv[1:])
