#!/usr/bin/env python3
"""The coverage table of README.md, made from the headers.

usage: coverage.py README.md HEADER...           writes the table between the marks in README.md
       coverage.py --check README.md HEADER...   exits 1 where README.md does not have it
Without headers those beside this script are taken.
"""
import glob
import os
import re
import sys

BEGIN, END = "<!-- coverage: made by coverage.py -->", "<!-- end of coverage -->"


def functions(path):
  """The functions that a header declares, sorted."""
  with open(path, encoding="utf-8") as file:
    text = file.read()
  text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)
  text = re.sub(r"\\\n", " ", text)
  text = re.sub(r"^\s*#[^\n]*", " ", text, flags=re.M)
  depth, plain = 0, []
  text = re.sub(r'extern "C"\s*\{', " ", text)
  for character in text:  # What is outside of structures and bodies.
    depth += (character == "{") - (character == "}" and depth > 0)
    plain.append(character if depth == 0 else " ")
  found = re.findall(r"\b(starpu_[a-z0-9_]+)\s*\(", "".join(plain))
  return sorted(set(found))


def table(headers):
  lines = ["| header | functions | names, without `starpu_` |", "|--|--|--|"]
  total = 0
  for header in sorted(headers):
    names = functions(header)
    if not names:
      continue
    total += len(names)
    short = " ".join(name[len("starpu_"):] for name in names)
    lines.append("| `%s` | %d | %s |" % (os.path.basename(header), len(names), short))
  lines.append("| all | %d | |" % total)
  return "\n".join(lines)


def main(arguments):
  check = "--check" in arguments
  arguments = [argument for argument in arguments if argument != "--check"]
  here = os.path.dirname(os.path.abspath(__file__))
  readme = arguments[0] if arguments else os.path.join(here, "README.md")
  headers = arguments[1:] or glob.glob(os.path.join(here, "include/*.h"))
  with open(readme, encoding="utf-8") as file:
    text = file.read()
  before, rest = text.split(BEGIN)
  after = rest.split(END)[1]
  wanted = before + BEGIN + "\n" + table(headers) + "\n" + END + after
  if check and text != wanted:
    sys.exit("%s: the coverage table is not that of the headers; run frontends/starpu/coverage.py" % readme)
  if not check:
    with open(readme, "w", encoding="utf-8") as file:
      file.write(wanted)


main(sys.argv[1:])
