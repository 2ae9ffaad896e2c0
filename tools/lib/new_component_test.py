"""Promised: a new component obeys every rule from its first minute: it compiles without warnings, its test and benchmark run,
lint and layers have nothing to say."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest

from tests.layering import layering
from tools.lib import new_component
from tools.lib import source_checks

TABLE = 'LAYERS = [\n    ["base"],\n    ["sync", "new_thing"],\n]\nFRONTENDS = []\n'


class NewComponentTest(unittest.TestCase):

  def setUp(self):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.root = folder.name
    os.makedirs(os.path.join(self.root, "tools/build_defs"))
    with open(os.path.join(self.root, "tools/build_defs/layers.bzl"), "w", encoding="utf-8") as file:
      file.write(TABLE)

  def make(self, *arguments):
    """Returns (exit status, what it printed, its errors)."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
      try:
        status = new_component.main([*arguments, "--root", self.root])
      except SystemExit as stop:
        status = stop.code
    return status, out.getvalue(), err.getvalue()

  def test_the_skeleton_has_every_file_of_a_package(self):
    status, out, _ = self.make("new_thing", "--layer=1")
    self.assertEqual(status, 0)
    names = ["BUILD.bazel", "README.md", "new_thing.h", "new_thing_benchmark.cc", "new_thing_test.cc"]
    self.assertEqual(sorted(os.listdir(os.path.join(self.root, "components/new_thing"))), names)
    self.assertIn('"new_thing" is in row 1 of LAYERS already', out)

  def test_a_name_that_is_not_in_the_table_has_to_be_added_to_it(self):
    _, out, _ = self.make("other", "--layer=0")
    self.assertIn('add "other" to row 0 of LAYERS in tools/build_defs/layers.bzl', out)
    self.assertTrue(any("components/other is not in" in violation for violation in layering.check(self.root)))

  def test_lint_and_layers_have_nothing_to_say(self):
    self.make("new_thing", "--layer=1")
    self.assertEqual(layering.check(self.root), [])
    paths = ["components/new_thing/" + name for name in os.listdir(os.path.join(self.root, "components/new_thing"))]
    self.assertEqual(list(source_checks.check_files(self.root, paths)), [])

  def test_the_test_and_the_benchmark_compile_without_warnings_and_run(self):
    self.make("new_thing", "--layer=1")
    for program, libraries, arguments in (("test", ["-lgtest_main", "-lgtest"], []),
                                          ("benchmark", ["-lbenchmark_main", "-lbenchmark"], ["--benchmark_min_time=0"])):
      binary = os.path.join(self.root, program)
      subprocess.run(["g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-I.", "-o", binary,
                      "components/new_thing/new_thing_%s.cc" % program, *libraries, "-lpthread"], cwd=self.root, check=True)
      subprocess.run([binary, *arguments], check=True)

  def test_a_build_file_names_our_macros_and_its_own_files_only(self):
    text = new_component.skeleton("new_thing")["BUILD.bazel"]
    compile(text, "BUILD.bazel", "exec")
    self.assertNotIn("%", text)
    self.assertNotIn("cc_library", text)

  def test_wrong_names_layers_and_folders_are_errors_and_make_nothing(self):
    for arguments, message in ((["NewThing", "--layer=1"], "not a name in snake_case"),
                               (["new_thing", "--layer=2"], "the layers 0 to 1"),
                               (["new_thing", "--layer=0"], "stands in row 1")):
      status, _, err = self.make(*arguments)
      self.assertEqual(status, 2)
      self.assertIn(message, err)
    self.assertFalse(os.path.exists(os.path.join(self.root, "components")))
    self.make("new_thing", "--layer=1")
    self.assertIn("is there already", self.make("new_thing", "--layer=1")[2])


if __name__ == "__main__":
  unittest.main(argv=sys.argv[:1])
