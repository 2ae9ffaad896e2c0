#!/usr/bin/env python3
"""The coverage table of README.md, made from the headers; and whether the library defines what they declare.

usage: coverage.py README.md LIBRARY HEADER...           writes the table between the marks in README.md
       coverage.py --check README.md LIBRARY HEADER...   exits 1 where README.md does not have it, or a function has no definition
"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))))
from tools.lib.header_coverage import code, keep  # pylint: disable=wrong-import-position

BEGIN, END = "<!-- coverage: made by coverage.py -->", "<!-- end of coverage -->"
# Not functions: what macros and attributes look like.
_NOT_NAMES = {"__attribute__", "CpvExtern", "CsvExtern", "CpvCExtern", "CthCpvExtern", "PUP_C_OF", "tls_model", "sizeof", "defined"}


def statements(path):
  """The declarations of a header outside of structures and bodies."""
  text = re.sub(r"^\s*#[^\n]*", " ", code(path), flags=re.M)
  text = re.sub(r'extern "C"\s*\{', " ", text)
  depth, plain = 0, []
  for character in text:
    if character == "{":
      depth += 1
    if depth == 0:
      plain.append(";" if character == "}" else character)
    if character == "}" and depth > 0:
      depth -= 1
      if depth == 0:
        plain.append("{};")
  return [" ".join(statement.split()) for statement in "".join(plain).split(";")]


def functions(path):
  """The functions that a header declares and does not define, sorted."""
  found = set()
  for statement in statements(path):
    if "{}" in statement or statement.startswith(("typedef", "static", "inline", "template", "using", "struct CmiChunk")):
      continue
    for name in re.findall(r"\b([A-Za-z_]\w*)\s*\(", statement):
      if name not in _NOT_NAMES:
        found.add(name)
        break
  return sorted(found)


def macros(path):
  """The macros with arguments that are named like functions, sorted."""
  with open(path, encoding="utf-8") as file:
    names = re.findall(r"^\s*#\s*define\s+((?:Cmi|Csd|Ccd|Cmm|Cpv|Csv|Cth|Ctv|Cfuture|CST)\w+)\(", file.read(), flags=re.M)
  return sorted(set(names))


def defined(library):
  """The functions and variables that a shared library defines, by their names in the sources."""
  output = subprocess.run(["nm", "--dynamic", "--defined-only", "--demangle", library], check=True, capture_output=True,
                          text=True).stdout
  names = (line.split(" ", 2)[2] for line in output.splitlines())
  return {re.sub(r"[(@\[].*", "", name) for name in names}


def table(headers):
  lines = ["| header | functions | macros | names |", "|--|--|--|--|"]
  total = total_macros = 0
  for header in sorted(headers):
    names, others = functions(header), macros(header)
    if not names and not others:
      continue
    total, total_macros = total + len(names), total_macros + len(others)
    lines.append("| `%s` | %d | %d | %s |" % (os.path.basename(header), len(names), len(others), " ".join(names + others)))
  lines.append("| all | %d | %d | |" % (total, total_macros))
  return "\n".join(lines)


def main(arguments):
  check = "--check" in arguments
  arguments = [argument for argument in arguments if argument != "--check"]
  if len(arguments) < 3:
    sys.exit(__doc__)
  readme, library, headers = arguments[0], arguments[1], arguments[2:]
  missing = sorted({name for header in headers for name in functions(header)} - defined(library))
  if missing:
    sys.exit("declared, and not defined in %s: %s" % (library, " ".join(missing)))
  keep(readme, BEGIN, END, table(headers), check, "frontends/charm/converse/coverage.py")


main(sys.argv[1:])
