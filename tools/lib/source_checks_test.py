"""Promised: each of lint's own checks finds what it is for, at its line, and accepts what is right."""

import os
import sys
import tempfile
import unittest

from tools.lib import source_checks

GOOD = "// Why.\n#ifndef HEDDLE_COMPONENTS_X_Y_H_\n#define HEDDLE_COMPONENTS_X_Y_H_\n\n#endif  // HEDDLE_COMPONENTS_X_Y_H_\n"


class SourceChecksTest(unittest.TestCase):

  def check(self, path, text):
    with tempfile.TemporaryDirectory() as root:
      os.makedirs(os.path.join(root, os.path.dirname(path)))
      with open(os.path.join(root, path), "w", encoding="utf-8") as file:
        file.write(text)
      return list(source_checks.check_files(root, [path, "gone.h"]))

  def test_a_header_with_its_guard_passes(self):
    self.assertEqual(self.check("components/x/y.h", GOOD), [])

  def test_a_guard_with_another_name_is_found(self):
    self.assertEqual(self.check("components/x/z.h", GOOD),
                     ["components/x/z.h:1: the include guard is not HEDDLE_COMPONENTS_X_Z_H_"])

  def test_an_end_without_the_name_of_the_guard_is_found(self):
    text = GOOD.replace("#endif  // HEDDLE_COMPONENTS_X_Y_H_", "#endif")
    self.assertEqual(self.check("components/x/y.h", text),
                     ["components/x/y.h:5: does not end with `#endif  // HEDDLE_COMPONENTS_X_Y_H_`"])

  def test_an_installed_header_needs_a_guard_of_any_name(self):
    self.assertEqual(self.check("frontends/x/include/y.h", "#ifndef Y_H\n#define Y_H\n#endif\n"), [])
    self.assertEqual(self.check("frontends/x/include/y.h", "int y;\n"), ["frontends/x/include/y.h:1: no include guard"])

  def test_a_tab_and_blanks_at_the_end_are_found(self):
    self.assertEqual(self.check("components/x/y.cc", "int a;\n\tint b; \n"),
                     ["components/x/y.cc:2: a tab", "components/x/y.cc:2: blanks at the end of the line"])

  def test_a_long_file_is_found_and_the_longest_allowed_is_not(self):
    self.assertEqual(self.check("components/x/y.cc", "int;\n" * 800), [])
    self.assertEqual(self.check("components/x/y.cc", "int;\n" * 801),
                     ["components/x/y.cc:1: 801 lines; more than 800 is too long"])

  def test_a_package_without_readme_and_a_file_without_maintainer_are_found(self):
    with tempfile.TemporaryDirectory() as root:
      with open(os.path.join(root, "MAINTAINERS"), "w", encoding="utf-8") as file:
        file.write("# glob area status\ncomponents/x/*  x  wip\n*  root  wip\n")
      paths = ["components/x/y.cc", "components/x/README.md", "components/z/z.cc", "README.md"]
      self.assertEqual(list(source_checks.check_packages(root, paths)),
                       ["components/z: no README.md", "components/z/z.cc: no line of MAINTAINERS covers it"])

  def test_a_line_of_maintainers_to_which_no_file_falls_is_found(self):
    with tempfile.TemporaryDirectory() as root:
      with open(os.path.join(root, "MAINTAINERS"), "w", encoding="utf-8") as file:
        file.write("components/*  x  wip\ncomponents/x/*  shadowed  wip\n*  root  wip\n")
      self.assertEqual(list(source_checks.check_owners(root, ["components/x/y.cc", "README.md"])),
                       ["MAINTAINERS: no file falls to the line components/x/*"])


if __name__ == "__main__":
  unittest.main(argv=sys.argv[:1])
