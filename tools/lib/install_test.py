"""Promised: an installation is complete or absent, its record is right, and no file that is not ours is ever changed.

Not promised here: that the libraries work; tests/conformance installs them and runs programs.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from tools.lib import install
from tools.lib import prefix as prefixes


def write(path, text):
  os.makedirs(os.path.dirname(path), exist_ok=True)
  with open(path, "w", encoding="utf-8") as file:
    file.write(text)


def read(path):
  with open(path, encoding="utf-8") as file:
    return file.read()


MANIFEST = {
    "name": "one",
    "version": "1.2.3",
    "build": ["//frontends/one:one_install"],
    "headers": [{"from": "frontends/one/include", "to": "one/1.2"}],
    "libraries": [{"target": "//frontends/one:libone.so.1", "soname": "libone.so.1", "links": ["libone.so"]}],
    "pkg_config": [{"template": "frontends/one/one.pc.in", "to": "one-1.2.pc"}],
}
LIBHEDDLE = {
    "name": "heddle",
    "version": "0.1.0",
    "build": ["//components:heddle_install"],
    "headers": [{"from": "components/x/heddle.h", "to": ""}],
    "libraries": [{"target": "//components:libheddle.so.0", "soname": "libheddle.so.0", "links": ["libheddle.so"]}],
    "pkg_config": [{"template": "components/heddle.pc.in", "to": "heddle.pc"}],
}
HEDDLE_INSTALLED = ["include/heddle.h", "lib/libheddle.so", "lib/libheddle.so.0", "lib/pkgconfig/heddle.pc"]
INSTALLED = sorted(HEDDLE_INSTALLED + [
    "include/one/1.2/one.h", "include/one/1.2/sub/deep.h", "lib/libone.so", "lib/libone.so.1", "lib/pkgconfig/one-1.2.pc",
])


class InstallTest(unittest.TestCase):

  def setUp(self):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.built = os.path.join(folder.name, "built")
    self.prefix = os.path.join(folder.name, "prefix")
    for path, text in {
        "frontends/one/install.json": json.dumps(MANIFEST),
        "frontends/one/include/one.h": "int one;",
        "frontends/one/include/sub/deep.h": "int deep;",
        "frontends/one/include/BUILD.bazel": "",
        "frontends/one/one.pc.in": "prefix=@PREFIX@\nVersion: @VERSION@\n",
        "frontends/one/libone.so.1": "library one",
        "components/install.json": json.dumps(LIBHEDDLE),
        "components/libheddle.so.0": "library heddle",
        "components/heddle.pc.in": "Version: @VERSION@\n",
        "components/x/heddle.h": "int heddle;",
        "components/x/component.h": "class NotInstalled;",
    }.items():
      write(os.path.join(self.built, path), text)

  def install(self, *options):
    """Returns (exit status, what it printed, its errors)."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
      status = install.main([self.prefix, "--built", self.built, *options])
    return status, out.getvalue(), err.getvalue()

  def tree(self):
    """What stands under the prefix, the record aside."""
    found = {}
    for directory, _, names in os.walk(self.prefix):
      for name in names:
        full = os.path.join(directory, name)
        found[os.path.relpath(full, self.prefix)] = os.readlink(full) if os.path.islink(full) else read(full)
    found.pop(prefixes.RECORD, None)
    return found

  def at(self, path):
    return os.path.join(self.prefix, path)

  def test_an_installation_holds_what_the_manifest_says_and_names_it(self):
    status, out, err = self.install()
    self.assertEqual((status, err), (0, ""))
    tree = self.tree()
    self.assertEqual(sorted(tree), INSTALLED)
    self.assertEqual(tree["lib/libone.so"], "libone.so.1")
    self.assertEqual(tree["lib/pkgconfig/one-1.2.pc"], "prefix=%s\nVersion: 1.2.3\n" % self.prefix)
    for path in INSTALLED:
      self.assertIn("installed " + self.at(path), out)

  def test_a_frontend_of_a_family_may_have_programs(self):
    manifest = {**MANIFEST, "name": "two", "headers": [{"from": "frontends/family/two/include", "to": "two"}], "libraries": [],
                "pkg_config": [], "programs": [{"from": "frontends/family/bin/twocc", "to": "twocc"}]}
    write(os.path.join(self.built, "frontends/family/two/install.json"), json.dumps(manifest))
    write(os.path.join(self.built, "frontends/family/two/include/two.h"), "int two;")
    write(os.path.join(self.built, "frontends/family/bin/twocc"), "#!/bin/sh\n")
    self.assertEqual(self.install("--only", "two")[0], 0)
    self.assertEqual(sorted(self.tree()), sorted(HEDDLE_INSTALLED + ["bin/twocc", "include/two/two.h"]))
    self.assertTrue(os.access(self.at("bin/twocc"), os.X_OK))

  def test_a_frontend_brings_what_it_requires_and_what_bazel_builds_beside_libraries(self):
    manifest = {**MANIFEST, "name": "two", "requires": ["one"], "headers": [], "libraries": [], "pkg_config": [],
                "built": [{"target": "//frontends/family/two:twoxi", "to": "bin/twoxi"},
                          {"target": "//frontends/family/two:libtwo_main.a", "to": "lib/libtwo_main.a"}]}
    write(os.path.join(self.built, "frontends/family/two/install.json"), json.dumps(manifest))
    write(os.path.join(self.built, "frontends/family/two/twoxi"), "a program")
    write(os.path.join(self.built, "frontends/family/two/libtwo_main.a"), "an archive")
    self.assertEqual(self.install("--only", "two")[0], 0)
    self.assertEqual(sorted(self.tree()), sorted(INSTALLED + ["bin/twoxi", "lib/libtwo_main.a"]))
    self.assertTrue(os.access(self.at("bin/twoxi"), os.X_OK))
    self.assertFalse(os.access(self.at("lib/libtwo_main.a"), os.X_OK))
    os.unlink(os.path.join(self.built, "frontends/one/install.json"))
    self.assertIn("one is required, and not here", self.install("--only", "two")[2])

  def test_libheddle_is_installed_alone_and_with_every_frontend(self):
    self.assertEqual(self.install("--only", "heddle")[0], 0)
    self.assertEqual(sorted(self.tree()), HEDDLE_INSTALLED)
    self.assertEqual(self.install("--only", "one")[0], 0)
    self.assertEqual(sorted(self.tree()), INSTALLED)

  def test_the_record_is_what_sha256sum_checks(self):
    self.install()
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", prefixes.RECORD], cwd=self.prefix, check=True)
    record = prefixes.read_record(self.prefix)
    self.assertEqual(sorted(record), INSTALLED)
    self.assertEqual(record["lib/libone.so"], {"-> libone.so.1"})

  def test_installing_again_replaces_our_own_files_and_removes_those_that_are_gone(self):
    self.install()
    write(os.path.join(self.built, "frontends/one/libone.so.1"), "a newer library")
    os.unlink(os.path.join(self.built, "frontends/one/include/sub/deep.h"))
    status, out, _ = self.install()
    self.assertEqual(status, 0)
    self.assertEqual(read(self.at("lib/libone.so.1")), "a newer library")
    self.assertNotIn("include/one/1.2/sub/deep.h", self.tree())
    self.assertIn("removed " + self.at("include/one/1.2/sub/deep.h"), out)
    self.assertEqual(sorted(prefixes.read_record(self.prefix)), sorted(self.tree()))

  def test_a_file_that_is_gone_but_was_changed_is_left(self):
    self.install()
    write(self.at("include/one/1.2/sub/deep.h"), "edited")
    os.unlink(os.path.join(self.built, "frontends/one/include/sub/deep.h"))
    status, out, _ = self.install()
    self.assertEqual(status, 0)
    self.assertEqual(read(self.at("include/one/1.2/sub/deep.h")), "edited")
    self.assertIn("left " + self.at("include/one/1.2/sub/deep.h"), out)

  def test_a_file_that_is_not_ours_is_named_and_nothing_is_installed(self):
    write(self.at("lib/pkgconfig/one-1.2.pc"), "the original's")
    status, _, err = self.install()
    self.assertEqual(status, 1)
    self.assertIn(self.at("lib/pkgconfig/one-1.2.pc") + " is not ours", err)
    self.assertEqual(self.tree(), {"lib/pkgconfig/one-1.2.pc": "the original's"})

  def test_a_file_of_ours_that_was_changed_is_named_and_nothing_is_installed(self):
    self.install()
    write(self.at("include/one/1.2/one.h"), "edited")
    before = self.tree()
    write(os.path.join(self.built, "frontends/one/libone.so.1"), "a newer library")
    status, _, err = self.install()
    self.assertEqual(status, 1)
    self.assertIn(self.at("include/one/1.2/one.h") + " was changed since we installed it", err)
    self.assertEqual(self.tree(), before)

  def test_a_link_of_somebody_else_and_a_file_where_a_folder_should_be_are_conflicts(self):
    os.makedirs(self.at("lib"))
    os.symlink("elsewhere.so", self.at("lib/libone.so"))
    write(self.at("include"), "a file")
    status, _, err = self.install()
    self.assertEqual(status, 1)
    self.assertIn(self.at("lib/libone.so") + " is not ours", err)
    self.assertIn(self.at("include") + " is not a folder", err)

  def test_a_move_that_fails_is_taken_back(self):
    self.install()
    before, record = self.tree(), prefixes.read_record(self.prefix)
    write(os.path.join(self.built, "frontends/one/include/one.h"), "int newer;")
    write(os.path.join(self.built, "frontends/one/include/zero.h"), "int zero;")
    write(os.path.join(self.built, "frontends/one/libone.so.1"), "a newer library")
    real = os.replace

    def failing(source, target):
      if target == self.at("lib/libone.so.1") and not os.path.basename(source).startswith("old"):
        raise OSError(28, "No space left on device", target)
      real(source, target)

    with mock.patch.object(os, "replace", failing):
      status, _, err = self.install()
    self.assertEqual(status, 1)
    self.assertIn("No space left on device; nothing was installed", err)
    self.assertEqual(self.tree(), before)
    self.assertEqual(prefixes.read_record(self.prefix), record)

  def test_what_a_killed_installation_left_is_still_ours(self):
    self.install()
    write(os.path.join(self.built, "frontends/one/include/one.h"), "int newer;")
    record = prefixes.read_record(self.prefix)
    record["include/one/1.2/one.h"].add(prefixes.File(b"int newer;").identity)
    write(self.at(prefixes.RECORD), prefixes._format_record(record))
    write(self.at("include/one/1.2/one.h"), "int newer;")
    self.assertEqual(self.install()[0], 0)

  def test_two_frontends_that_want_the_same_path_are_an_error(self):
    write(os.path.join(self.built, "frontends/two/install.json"), json.dumps({**MANIFEST, "name": "two"}))
    status, _, err = self.install()
    self.assertEqual(status, 1)
    self.assertIn("one and two both install", err)
    self.assertFalse(os.path.exists(self.prefix))
    self.assertEqual(self.install("--only", "one")[0], 0)

  def test_a_missing_library_an_unknown_frontend_and_a_wrong_manifest_are_errors(self):
    self.assertIn("no zero here; there is: heddle, one", self.install("--only", "zero")[2])
    os.unlink(os.path.join(self.built, "frontends/one/libone.so.1"))
    self.assertIn("libone.so.1: No such file or directory", self.install()[2])
    write(os.path.join(self.built, "frontends/one/install.json"), json.dumps({**MANIFEST, "header": []}))
    self.assertIn("missing or unknown: header", self.install()[2])
    os.unlink(os.path.join(self.built, "components/install.json"))
    self.assertIn("there is no " + os.path.join(self.built, "components/install.json"), self.install()[2])
    self.assertFalse(os.path.exists(self.prefix))


if __name__ == "__main__":
  unittest.main(argv=sys.argv[:1])
