"""Promised: the checkout obeys the layers, whatever Bazel's visibility says, and MAINTAINERS names an owner for every file.

layering_checker_test and source_checks_test show that the checkers bite.

The whole source tree is this test's input, and no glob of Bazel crosses packages. So the test finds the checkout through the
real path of a file of it that is declared, runs outside the sandbox, and is never cached (tags `local` and `external`).
"""

import os
import sys
import unittest

from tests.layering import layering
from tools.lib import source_checks


def checkout():
  declared = os.path.join(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"], "tools/build_defs/layers.bzl")
  return os.path.realpath(declared)[:-len("/tools/build_defs/layers.bzl")]


def files(root):
  """Yields the path, from the root, of each file of the checkout, tracked or not; git may be absent where tests run."""
  for folder, folders, names in os.walk(root):
    folders[:] = sorted(name for name in folders if name not in (".git", "__pycache__") and not name.startswith("bazel-"))
    for name in sorted(names):
      yield os.path.relpath(os.path.join(folder, name), root)


class LayeringTest(unittest.TestCase):

  def test_the_tree_is_found(self):
    self.assertTrue(os.path.isfile(os.path.join(checkout(), "WORKSPACE")))
    sources = set(layering.source_files(checkout()))
    self.assertIn("components/base/check.h", sources)
    self.assertIn("tests/layering/BUILD.bazel", sources)

  def test_every_package_obeys_the_layers(self):
    self.assertEqual(layering.check(checkout()), [])

  def test_every_file_has_an_owner_and_every_line_of_maintainers_a_file(self):
    paths = list(files(checkout()))
    self.assertIn("docs/README.md", paths)
    self.assertEqual(list(source_checks.check_owners(checkout(), paths)), [])


if __name__ == "__main__":
  unittest.main(argv=sys.argv[:1])
