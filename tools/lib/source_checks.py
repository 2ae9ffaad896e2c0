"""Checks of tools/lint that no off-the-shelf linter has: include guards, length of files, tabs, README and MAINTAINERS."""

import fnmatch
import os
import re

MAX_LINES = 800
_HEADERS = (".h", ".hpp", ".hh")
_TEXTS = (".h", ".hpp", ".hh", ".c", ".cc", ".cpp", ".inc", ".py", ".bzl", ".bazel", ".sh")
# Programs of the original systems' users and what is installed for them: their paths are not ours, so guards are the author's business.
_FOREIGN = ("tests/conformance/*/cases/*", "tests/conformance/*/kit.h", "frontends/*/include/*", "components/runtime/heddle.h")


def guard_of(path):
  """The include guard of a header: HEDDLE_COMPONENTS_BASE_FENCE_H_."""
  return "HEDDLE_" + re.sub(r"[^A-Za-z0-9]", "_", path).upper() + "_"


def _is_foreign(path):
  return any(fnmatch.fnmatch(path, pattern) for pattern in _FOREIGN)


def check_guard(path, text):
  """A header starts, after its comments, with the guard named after its path; an installed one with any guard."""
  if not path.endswith(_HEADERS):
    return
  code = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL).split("\n")
  code = [line.strip() for line in code if line.strip()]
  if _is_foreign(path):
    if len(code) < 2 or not (code[0].startswith(("#ifndef", "#pragma once"))):
      yield 1, "no include guard"
    return
  guard = guard_of(path)
  if code[:2] != ["#ifndef " + guard, "#define " + guard]:
    yield 1, "the include guard is not %s" % guard
  elif not text.rstrip("\n").endswith("#endif  // " + guard):
    yield text.count("\n"), "does not end with `#endif  // %s`" % guard


def check_text(path, text):
  """Lines, tabs and blanks at the end of lines."""
  if not path.endswith(_TEXTS):
    return
  lines = text.split("\n")
  if len(lines) - 1 > MAX_LINES:
    yield 1, "%d lines; more than %d is too long" % (len(lines) - 1, MAX_LINES)
  for number, line in enumerate(lines, 1):
    if "\t" in line:
      yield number, "a tab"
    if line != line.rstrip():
      yield number, "blanks at the end of the line"


def check_files(root, paths):
  """Yields `path:line: what` for the files `paths`, given from `root`."""
  for path in paths:
    try:
      with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        text = file.read()
    except FileNotFoundError:
      continue  # Tracked, and deleted in the work tree.
    for check in (check_guard, check_text):
      for line, what in check(path, text):
        yield "%s:%d: %s" % (path, line, what)


def maintained(maintainers_text):
  """The path globs of MAINTAINERS: the first word of each line that is not a comment."""
  return [line.split()[0] for line in maintainers_text.splitlines() if line.strip() and not line.startswith("#")]


def _covers(pattern, path):
  """`*` crosses folders, except that a pattern without a folder is about the files of the root."""
  return fnmatch.fnmatch(path, pattern) and ("/" in pattern or "/" not in path)


def check_owners(root, paths):
  """Yields the files that no line of MAINTAINERS covers, and the lines that are the first for no file."""
  with open(os.path.join(root, "MAINTAINERS"), encoding="utf-8") as file:
    globs = maintained(file.read())
  used = set()
  for path in paths:
    owner = next((pattern for pattern in globs if _covers(pattern, path)), None)
    used.add(owner)
    if owner is None:
      yield "%s: no line of MAINTAINERS covers it" % path
  for pattern in globs:
    if pattern not in used:
      yield "MAINTAINERS: no file falls to the line %s" % pattern


def check_packages(root, paths):
  """Yields what is missing around packages: a README for each, a line of MAINTAINERS for every file."""
  packages = {"/".join(path.split("/")[:2]) for path in paths if re.match(r"(components|frontends)/[^/]+/", path)}
  for package in sorted(packages):
    if package + "/README.md" not in paths:
      yield "%s: no README.md" % package
  yield from check_owners(root, paths)
