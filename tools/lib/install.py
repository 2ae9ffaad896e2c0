"""tools/install: builds libheddle and the frontends and puts headers, libraries, pkg-config files and programs into a prefix.

What is to be installed stands in components/install.json for libheddle, which is always installed, and in
frontends/NAME/install.json or frontends/FAMILY/NAME/install.json for each frontend, with paths from the root of the checkout:

    {
      "name": "starpu",
      "version": "1.4.7",
      "build": ["//frontends/starpu:starpu_install"],
      "headers": [{"from": "frontends/starpu/include", "to": "starpu/1.4"}],
      "libraries": [{"target": "//frontends/starpu:libstarpu-1.4.so.1", "soname": "libstarpu-1.4.so.1",
                     "links": ["libstarpu-1.4.so"]}],
      "pkg_config": [{"template": "frontends/starpu/starpu-1.4.pc.in", "to": "starpu-1.4.pc"}]
    }

and, where there are any, "programs": [{"from": "frontends/charm/bin/charmc", "to": "charmc"}],
"built": [{"target": "//frontends/charm/charmxi:charmxi", "to": "bin/charmxi"}], "requires": ["converse"],
"templates": [{"from": "frontends/parsec/runtime/cmake/PaRSECConfig.cmake", "to": "lib/cmake/PaRSEC/PaRSECConfig.cmake"}].

build       the Bazel targets that make all the files below; tests/conformance takes the same ones
headers     the headers beneath `from`, or the one header `from`, go to PREFIX/include/`to`; `to` may be ""
libraries   what Bazel builds goes to PREFIX/lib/SONAME, with symbolic links for the linker
pkg_config  @PREFIX@ and @VERSION@ are replaced; goes to PREFIX/lib/pkgconfig/`to`
programs    scripts that find the prefix by their own place; to PREFIX/bin/`to`
built       other files that Bazel builds; to PREFIX/`to`, as programs in bin, as data elsewhere
templates   other text files, as pkg_config; to PREFIX/`to`
requires    frontends that are installed with this one
"""

import argparse
import glob
import json
import os
import subprocess
import sys

from tools.lib import prefix as prefixes

LIBHEDDLE = "components/install.json"
HEADERS = (".h", ".hh", ".hpp", ".inc", ".def")
_KEYS = {
    "headers": {"from", "to"},
    "libraries": {"target", "soname", "links"},
    "pkg_config": {"template", "to"},
}
_OPTIONAL_KEYS = {"programs": {"from", "to"}, "built": {"target", "to"}, "templates": {"from", "to"}}
_OPTIONAL_NAMES = "requires"


class Error(Exception):
  """What the user is told."""


def checked(manifest, source):
  """Returns the manifest, or raises with what is wrong in it."""
  wrong = (set(manifest) - set(_OPTIONAL_KEYS) - {_OPTIONAL_NAMES}) ^ {"name", "version", "build", *_KEYS}
  if wrong:
    raise Error("%s: missing or unknown: %s" % (source, ", ".join(sorted(wrong))))
  for section, keys in {**_KEYS, **_OPTIONAL_KEYS}.items():
    for entry in manifest.get(section, []):
      if set(entry) != keys:
        raise Error("%s: an entry of %s needs exactly %s, not %s" % (source, section, sorted(keys), sorted(entry)))
  return manifest


def _manifest(path):
  with open(path, encoding="utf-8") as file:
    try:
      return checked(json.load(file), path)
    except json.JSONDecodeError as error:
      raise Error("%s: %s" % (path, error))


def manifests(sources, only):
  """Reads the manifests under `sources`: libheddle's, and those of `only`, none for all; "heddle" is libheddle itself."""
  libheddle = os.path.join(sources, LIBHEDDLE)
  if not os.path.exists(libheddle):
    raise Error("there is no %s" % libheddle)
  paths = [path for depth in ("*", "*/*") for path in glob.glob(os.path.join(sources, "frontends", depth, "install.json"))]
  found = [_manifest(path) for path in [libheddle] + sorted(paths)]
  unknown = set(only) - {manifest["name"] for manifest in found}
  if unknown:
    raise Error("no %s here; there is: %s" % (", ".join(sorted(unknown)), ", ".join(m["name"] for m in found)))
  if not only:
    return found
  by_name = {manifest["name"]: manifest for manifest in found}
  wanted, pending = set(), list(only)
  while pending:
    name = pending.pop()
    if name in wanted:
      continue
    if name not in by_name:
      raise Error("%s is required, and not here" % name)
    wanted.add(name)
    pending += by_name[name].get(_OPTIONAL_NAMES, [])
  return found[:1] + [manifest for manifest in found[1:] if manifest["name"] in wanted]


def output_path(target):
  """Where Bazel puts the file of a target, from bazel-bin or from the root of a runfiles tree."""
  return target[len("//"):].replace(":", "/")


def _read(path):
  try:
    with open(path, "rb") as file:
      return file.read()
  except OSError as error:
    raise Error("%s: %s" % (path, error.strerror))


def _headers(sources, entry):
  folder = os.path.join(sources, entry["from"])
  if os.path.isfile(folder):
    yield os.path.normpath(os.path.join("include", entry["to"], os.path.basename(folder))), folder
  for directory, _, names in os.walk(folder):
    for name in names:
      if name.endswith(HEADERS):
        full = os.path.join(directory, name)
        yield os.path.normpath(os.path.join("include", entry["to"], os.path.relpath(full, folder))), full


def plan(manifest, sources, binaries, prefix):
  """Returns {path in the prefix: File or Link} for one manifest."""
  items = {}
  for entry in manifest["headers"]:
    headers = dict(_headers(sources, entry))
    if not headers:
      raise Error("%s: no header beneath %s" % (manifest["name"], entry["from"]))
    items.update({path: prefixes.File(_read(full)) for path, full in headers.items()})
  for entry in manifest["libraries"]:
    items["lib/" + entry["soname"]] = prefixes.File(_read(os.path.join(binaries, output_path(entry["target"]))), 0o755)
    items.update({"lib/" + link: prefixes.Link(entry["soname"]) for link in entry["links"]})
  for entry in manifest.get("built", []):
    mode = 0o755 if entry["to"].startswith("bin/") else 0o644
    items[entry["to"]] = prefixes.File(_read(os.path.join(binaries, output_path(entry["target"]))), mode)
  templates = [(entry["template"], "lib/pkgconfig/" + entry["to"]) for entry in manifest["pkg_config"]]
  templates += [(entry["from"], entry["to"]) for entry in manifest.get("templates", [])]
  for template, to in templates:
    text = _read(os.path.join(sources, template)).decode()
    items[to] = prefixes.File(text.replace("@PREFIX@", prefix).replace("@VERSION@", manifest["version"]).encode())
  for entry in manifest.get("programs", []):
    items["bin/" + entry["to"]] = prefixes.File(_read(os.path.join(sources, entry["from"])), 0o755)
  return items


def plan_all(wanted, sources, binaries, prefix):
  """The plans of all manifests in one; two that want the same path are an error."""
  items, owner = {}, {}
  for manifest in wanted:
    for path, item in plan(manifest, sources, binaries, prefix).items():
      if path in owner:
        raise Error("%s and %s both install %s" % (owner[path], manifest["name"], path))
      owner[path] = manifest["name"]
      items[path] = item
  return items


def _build(root, wanted):
  """Builds the libraries; returns the folder that they are under."""
  targets = [target for manifest in wanted for target in manifest["build"]]
  base = os.environ.get("HEDDLE_BAZEL_OUTPUT_BASE")
  bazel = ["bazel"] + (["--output_base=" + base] if base else [])
  quiet = [] if sys.stderr.isatty() else ["--noshow_progress"]
  try:
    subprocess.run(bazel + ["build"] + quiet + targets, cwd=root, check=True, stdout=sys.stderr)
    info = subprocess.run(bazel + ["info", "bazel-bin"], cwd=root, check=True, capture_output=True, text=True)
  except FileNotFoundError:
    raise Error("no bazel here: run tools/setup build first")
  except subprocess.CalledProcessError:
    raise Error("the libraries do not build; nothing was installed")
  return info.stdout.strip()


def main(arguments):
  parser = argparse.ArgumentParser(
      prog="tools/install", formatter_class=argparse.RawDescriptionHelpFormatter,
      description="Builds Heddle and its frontends and installs their headers, libraries and pkg-config files into PREFIX.",
      epilog="Then:  PKG_CONFIG_PATH=PREFIX/lib/pkgconfig make    in a program of the original system.\n"
      "PREFIX/share/heddle/installed.txt records what was installed, with checksums. A file that is not in the record, or\n"
      "that was changed since, is never overwritten: it is named, and nothing is installed.")
  parser.add_argument("prefix", metavar="PREFIX", help="where to install; made if it is not there")
  parser.add_argument("--only", metavar="FRONTEND", action="append", default=[], help="only this one, and libheddle (may be repeated)")
  parser.add_argument("--built", metavar="DIR", help="take sources and libraries from this runfiles tree instead of calling Bazel")
  options = parser.parse_args(arguments)
  root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
  prefix = os.path.abspath(options.prefix)
  try:
    sources = options.built or root
    wanted = manifests(sources, options.only)
    items = plan_all(wanted, sources, options.built or _build(root, wanted), prefix)
    written, removed, left = prefixes.put(prefix, items)
  except (Error, prefixes.Conflict) as error:
    print("tools/install: %s" % error, file=sys.stderr)
    if isinstance(error, prefixes.Conflict):
      print("tools/install: nothing was installed", file=sys.stderr)
    return 1
  except OSError as error:
    print("tools/install: %s: %s; nothing was installed" % (error.filename, error.strerror), file=sys.stderr)
    return 1
  for path in written:
    print("installed " + os.path.join(prefix, path))
  for path in removed:
    print("removed " + os.path.join(prefix, path) + ", which this version no longer has")
  for path in left:
    print("left " + os.path.join(prefix, path) + ", which this version no longer has but which was changed since")
  print("%d files of %s in %s" % (len(written), ", ".join(m["name"] for m in wanted), prefix))
  return 0
