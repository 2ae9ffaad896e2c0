"""Checks the layers independently of Bazel's visibility: what every file includes and every BUILD file names.

The rules, with the table of tools/build_defs/layers.bzl:
  - a component uses only components of lower rows, never a frontend;
  - a frontend uses no other frontend, neither by path nor by the name of an installed header;
  - an installed header (frontends/*/include, frontends/*/*/include) includes neither a component's header nor Abseil's;
  - only components/base/fence.h names atomic_thread_fence: g++ does not model it under ThreadSanitizer;
  - every folder of components and frontends stands in the table.
"""

import ast
import os
import re

FENCE_HEADER = "components/base/fence.h"
SOURCES = (".h", ".hpp", ".hh", ".c", ".cc", ".cpp", ".inc")
BUILD_FILES = ("BUILD", "BUILD.bazel")

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
_LABEL = re.compile(r"^//((?:components|frontends)(?:/[\w.-]+)*)(?::[\w./+-]+)?$")
_FENCE = re.compile(r"\b\w*atomic_thread_fence\b|\b__sync_synchronize\b")
# Comments and string literals; only the comments are dropped.
_COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\\n])*")', re.DOTALL)


def read_table(text):
  """Returns (the row of each component, the frontends) from the text of layers.bzl."""
  values = {}
  for node in ast.parse(text).body:
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
      try:
        values[node.targets[0].id] = ast.literal_eval(node.value)
      except ValueError:
        pass  # Not a literal: not the table.
  rows = {name: row for row, names in enumerate(values["LAYERS"]) for name in names}
  return rows, list(values["FRONTENDS"])


def source_files(root):
  """Yields the path, from the root, of each file that the rules are about."""
  for top in ("components", "frontends", "tests", "tools", "third_party"):
    for folder, folders, files in os.walk(os.path.join(root, top)):
      folders[:] = sorted(name for name in folders if not name.startswith((".", "bazel-")))
      for name in sorted(files):
        if name.endswith(SOURCES) or name in BUILD_FILES:
          yield os.path.relpath(os.path.join(folder, name), root)


def without_comments(text):
  """Drops C and C++ comments and keeps the line numbers."""
  return _COMMENT.sub(lambda m: m.group(1) or "\n" * m.group(0).count("\n"), text)


def includes(text):
  """Yields (line, quoted, path) of each #include that is not in a comment."""
  text = without_comments(text)
  for match in _INCLUDE.finditer(text):
    yield text.count("\n", 0, match.start(2)) + 1, match.group(1) == '"', match.group(2)


def labels(text):
  """Yields (line, package) of each package of ours that a BUILD file names, other than in load() or a visibility."""
  skipped = set()
  tree = ast.parse(text)
  for node in ast.walk(tree):
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("load", "package", "package_group"):
      skipped.update(id(inner) for inner in ast.walk(node))
    if isinstance(node, ast.keyword) and node.arg in ("visibility", "default_visibility"):
      skipped.update(id(inner) for inner in ast.walk(node))
  for node in ast.walk(tree):
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
      match = _LABEL.match(node.value)
      if match:
        yield node.lineno, match.group(1)


def installed_name(parts):
  """The name under which users include a header of a frontend (frontends/NAME/include or frontends/FAMILY/NAME/include), or None."""
  if parts[0] == "frontends" and "include" in parts[2:4]:
    return "/".join(parts[parts.index("include", 2) + 1:]) or None
  return None


class Checker:
  """Collects the violations of one tree."""

  def __init__(self, root):
    self._root = root
    self._rows, self._frontends = read_table(self._read("tools/build_defs/layers.bzl"))
    self._files = list(source_files(root))
    self._violations = []
    # The names under which users include each frontend's headers.
    self._installed = {}
    for path in self._files:
      parts = path.split("/")
      name = installed_name(parts)
      if name:
        self._installed.setdefault(name, set()).add(parts[1])

  def run(self):
    """Returns the violations as `path:line: what`, sorted by file."""
    for path in self._files:
      text = self._read(path)
      parts = path.split("/")
      self._check_folder(path, parts)
      if parts[-1] in BUILD_FILES:
        for line, package in labels(text):
          self._check_use(path, line, parts, package.split("/"))
        continue
      for line, quoted, included in includes(text):
        if included.startswith(("components/", "frontends/")):
          self._check_use(path, line, parts, included.split("/"))
        if parts[0] == "frontends":
          self._check_frontend_include(path, line, parts, included)
      self._check_fence(path, text)
    return self._violations

  def _read(self, path):
    with open(os.path.join(self._root, path), encoding="utf-8", errors="replace") as file:
      return file.read()

  def _report(self, path, line, what):
    self._violations.append("%s:%d: %s" % (path, line, what))

  def _check_folder(self, path, parts):
    known = {"components": self._rows, "frontends": self._frontends}.get(parts[0])
    if known is not None and len(parts) > 2 and parts[1] not in known:
      self._report(path, 1, "%s/%s is not in tools/build_defs/layers.bzl" % (parts[0], parts[1]))

  def _check_use(self, path, line, user, used):
    """`user` and `used` are paths from the root, split; `used` may be a package or a header."""
    used_name = used[1] if len(used) > 1 else ""
    if user[0] == "components":
      if used[0] == "frontends":
        self._report(path, line, "a component uses a frontend, %s" % "/".join(used))
      elif len(user) > 2 and len(used) < 2:
        self._report(path, line, "a component uses the library of all components")
      elif len(user) > 2 and user[1] in self._rows and user[1] != used_name:
        if used_name not in self._rows:
          self._report(path, line, "uses %s, which is not in the layer table" % "/".join(used))
        elif self._rows[used_name] > self._rows[user[1]]:
          self._report(path, line, "%s uses %s of a higher layer" % (user[1], used_name))
        elif self._rows[used_name] == self._rows[user[1]]:
          self._report(path, line, "%s uses %s of its own layer" % (user[1], used_name))
    elif user[0] == "frontends" and used[0] == "frontends" and len(user) > 2 and used_name != user[1]:
      self._report(path, line, "frontend %s uses frontend %s" % (user[1], used_name))
    elif user[0] == "third_party":
      self._report(path, line, "third_party uses %s" % "/".join(used))

  def _check_frontend_include(self, path, line, parts, included):
    owners = self._installed.get(included, set())
    if owners and parts[1] not in owners:
      self._report(path, line, "frontend %s includes %s of frontend %s" % (parts[1], included, sorted(owners)[0]))
    if installed_name(parts) and included.startswith(("components/", "absl/")):
      self._report(path, line, "an installed header includes %s" % included)

  def _check_fence(self, path, text):
    parts = path.split("/")
    installed = len(parts) > 3 and parts[0] == "frontends" and parts[2] == "include"
    if path == FENCE_HEADER or installed:  # An installed header includes none of ours, and its API may promise a fence.
      return
    text = without_comments(text)
    for match in _FENCE.finditer(text):
      line = text.count("\n", 0, match.start()) + 1
      self._report(path, line, "%s outside %s" % (match.group(0), FENCE_HEADER))


def check(root):
  """Returns the violations in the checkout `root`."""
  return Checker(root).run()
