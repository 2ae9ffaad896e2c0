"""Puts files into a prefix without ever overwriting one that is not ours; tools/install decides which files.

PREFIX/share/heddle/installed.txt records what we put there. Files are lines that `sha256sum --check` reads, symbolic links are
comments to it:

    <sha256>  lib/libheddle.so.0
    # link lib/libstarpu-1.4.so -> libstarpu-1.4.so.1

An installation is staged in the prefix, then moved; if a move fails, the moves before it are taken back. The record names old
and new before the first move, so that what a killed installation leaves behind is still known as ours.
"""

import hashlib
import os
import shutil
import tempfile

RECORD = "share/heddle/installed.txt"
_LINK = "# link "


class Conflict(Exception):
  """A file stands in the way that is not ours."""


class File:
  """A file to install: its bytes and its mode."""

  def __init__(self, content, mode=0o644):
    self.content, self.mode = content, mode

  @property
  def identity(self):
    return hashlib.sha256(self.content).hexdigest()

  def write(self, path):
    with open(path, "wb") as file:
      file.write(self.content)
    os.chmod(path, self.mode)


class Link:
  """A symbolic link to install, relative to its own folder."""

  def __init__(self, target):
    self.target = target

  @property
  def identity(self):
    return "-> " + self.target

  def write(self, path):
    os.symlink(self.target, path)


def identity_of(path):
  """What stands at `path`, in the terms of the record; None where nothing does."""
  if os.path.islink(path):
    return "-> " + os.readlink(path)
  if not os.path.lexists(path):
    return None
  if not os.path.isfile(path):
    return "not a file"
  with open(path, "rb") as file:
    return hashlib.sha256(file.read()).hexdigest()


def read_record(prefix):
  """Returns {path: identities that are ours}."""
  record = {}
  try:
    with open(os.path.join(prefix, RECORD), encoding="utf-8") as file:
      for line in file.read().splitlines():
        if line.startswith(_LINK):
          path, target = line[len(_LINK):].split(" -> ", 1)
          record.setdefault(path, set()).add("-> " + target)
        elif line and not line.startswith("#"):
          identity, path = line.split("  ", 1)
          record.setdefault(path, set()).add(identity)
  except FileNotFoundError:
    pass
  except ValueError:
    raise Conflict("%s is not a record of ours: a line of it is neither a checksum nor a link" % os.path.join(prefix, RECORD))
  return record


def _format_record(record):
  lines = ["# What tools/install of Heddle put under this prefix; `sha256sum --check` reads it from there."]
  for path in sorted(record):
    for identity in sorted(record[path]):
      lines.append(_LINK + path + " " + identity if identity.startswith("-> ") else identity + "  " + path)
  return "\n".join(lines) + "\n"


def _conflicts(prefix, items, record):
  found = []
  for path in sorted(items):
    full = os.path.join(prefix, path)
    identity = identity_of(full)
    if identity is None:
      parent = os.path.dirname(full)
      while not os.path.lexists(parent):
        parent = os.path.dirname(parent)
      if not os.path.isdir(parent):
        found.append("%s is not a folder" % parent)
    elif path not in record:
      found.append("%s is not ours" % full)
    elif identity not in record[path]:
      found.append("%s was changed since we installed it" % full)
  return found


def _write_record(prefix, stage, record):
  staged = os.path.join(stage, "record")
  with open(staged, "w", encoding="utf-8") as file:
    file.write(_format_record(record))
  os.replace(staged, os.path.join(prefix, RECORD))


def put(prefix, items):
  """Installs `items` ({path: File or Link}) and removes what an earlier installation put there and this one has not.

  Returns (paths written, paths removed, paths left since they were changed). Raises Conflict, and then has changed nothing.
  """
  record = read_record(prefix)
  conflicts = _conflicts(prefix, items, record)
  if conflicts:
    raise Conflict("\n".join(conflicts))
  os.makedirs(os.path.join(prefix, os.path.dirname(RECORD)), exist_ok=True)
  stage = tempfile.mkdtemp(prefix=".heddle-install-", dir=prefix)
  undo = []
  try:
    for number, path in enumerate(sorted(items)):
      items[path].write(os.path.join(stage, str(number)))
    union = {path: set(identities) for path, identities in record.items()}
    for path, item in items.items():
      union.setdefault(path, set()).add(item.identity)
    _write_record(prefix, stage, union)
    stale = {path for path in record if path not in items}
    left = {path for path in stale if identity_of(os.path.join(prefix, path)) not in record[path] | {None}}
    for number, path in enumerate(sorted(items)):
      full = os.path.join(prefix, path)
      os.makedirs(os.path.dirname(full), exist_ok=True)
      _set_aside(full, os.path.join(stage, "old-%d" % number), undo)
      os.replace(os.path.join(stage, str(number)), full)
    for number, path in enumerate(sorted(stale - left)):
      _set_aside(os.path.join(prefix, path), os.path.join(stage, "stale-%d" % number), undo)
    _write_record(prefix, stage, {path: {item.identity} for path, item in items.items()})
  except BaseException:
    for full, saved in reversed(undo):
      if saved and os.path.lexists(saved):
        os.replace(saved, full)
      elif not saved and os.path.lexists(full):
        os.unlink(full)
    _write_record(prefix, stage, record)
    raise
  finally:
    shutil.rmtree(stage)
  return sorted(items), sorted(stale - left), sorted(left)


def _set_aside(full, saved, undo):
  """Moves what stands at `full` to `saved` and notes how to take back what comes to stand there."""
  there = os.path.lexists(full)
  undo.append((full, saved if there else None))
  if there:
    os.replace(full, saved)
