"""Promised: the checkout obeys the layers, whatever Bazel's visibility says. layering_checker_test shows that the checker bites.

The whole source tree is this test's input, and no glob of Bazel crosses packages. So the test finds the checkout through the
real path of a file of it that is declared, runs outside the sandbox, and is never cached (tags `local` and `external`).
"""

import os
import sys
import unittest

from tests.layering import layering


def checkout():
  declared = os.path.join(os.environ["TEST_SRCDIR"], os.environ["TEST_WORKSPACE"], "tools/build_defs/layers.bzl")
  return os.path.realpath(declared)[:-len("/tools/build_defs/layers.bzl")]


class LayeringTest(unittest.TestCase):

  def test_the_tree_is_found(self):
    self.assertTrue(os.path.isfile(os.path.join(checkout(), "WORKSPACE")))
    files = set(layering.source_files(checkout()))
    self.assertIn("components/base/check.h", files)
    self.assertIn("tests/layering/BUILD.bazel", files)

  def test_every_package_obeys_the_layers(self):
    self.assertEqual(layering.check(checkout()), [])


if __name__ == "__main__":
  unittest.main(argv=sys.argv[:1])
