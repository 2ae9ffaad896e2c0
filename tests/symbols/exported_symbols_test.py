"""Promised: the checker finds a stray export, a doubled one, and a library that exports nothing, in libraries made for it."""

import os
import subprocess
import sys
import tempfile
import unittest

from tests.symbols import exported_symbols
from tests.symbols.exported_symbols import Library


class ExportedSymbolsTest(unittest.TestCase):

  def setUp(self):
    self._folder = tempfile.TemporaryDirectory()
    self.addCleanup(self._folder.cleanup)

  def check(self, patterns_of):
    return exported_symbols.check([Library(path, patterns) for path, patterns in patterns_of.items()])

  def header(self, text):
    path = os.path.join(self._folder.name, "api.h")
    with open(path, "w", encoding="utf-8") as file:
      file.write(text)
    return path

  def library(self, name, source, script=None, linker="bfd"):
    path = os.path.join(self._folder.name, "lib%s.so" % name)
    command = ["gcc", "-shared", "-fPIC", "-fuse-ld=" + linker, "-x", "c", "-", "-o", path]
    if script:
      lds = os.path.join(self._folder.name, "script.lds")
      with open(lds, "w", encoding="utf-8") as file:
        file.write(script)
      command.append("-Wl,--version-script," + lds)
    subprocess.run(command, input=source, text=True, check=True)
    return path

  def test_a_library_that_exports_its_api_passes(self):
    path = self.library("good", "int api_f(void) { return 0; } static int own(void) { return api_f(); } int (*api_p)(void) = own;")
    self.assertEqual(self.check({path: ["api_*"]}), [])

  def test_a_stray_function_and_a_stray_variable_are_found(self):
    path = self.library("stray", "int api_f(void) { return 0; } int helper(void) { return 0; } int counter;")
    self.assertEqual(self.check({path: ["api_*"]}), [
        path + " exports counter, which no pattern of its API allows",
        path + " exports helper, which no pattern of its API allows",
    ])

  def test_thread_locals_that_the_linker_confused_are_found(self):
    source = """
      static __thread int one __attribute__((tls_model("initial-exec")));
      static __thread int two __attribute__((tls_model("initial-exec")));
      int *api_one(void) { return &one; }
      int *api_two(void) { return &two; }
    """
    script = "V_1 { global: api_*; local: *; };"
    self.assertEqual(self.check({self.library("right", source, script): ["api_*"]}), [])
    wrong = self.check({self.library("confused", source, script, linker="gold"): ["api_*"]})
    self.assertTrue(wrong)
    for complaint in wrong:
      self.assertIn("reaches a thread-local by a wrong symbol", complaint)

  def test_names_with_versions_are_known_by_their_names(self):
    path = self.library("versioned", "int api_f(void) { return 0; } int helper(void) { return 0; }", "V_1 { global: api_*; local: *; };")
    self.assertEqual(exported_symbols.exported(path), {"api_f"})
    self.assertEqual(self.check({path: ["api_*"]}), [])

  def test_a_name_that_two_libraries_export_is_found(self):
    one = self.library("one", "int api_f(void) { return 0; }")
    two = self.library("two", "int api_f(void) { return 1; } int api_g(void) { return 1; }")
    self.assertEqual(self.check({one: ["api_*"], two: ["api_*"]}), ["%s exports api_f, as does %s" % (two, one)])

  def test_a_library_that_exports_nothing_is_found(self):
    path = self.library("empty", "static int f(void) { return 0; } int (*const p)(void) __attribute__((visibility(\"hidden\"))) = f;")
    self.assertEqual(self.check({path: ["api_*"]}), [path + " exports nothing"])

  def test_a_name_with_the_right_prefix_that_no_header_declares_is_found(self):
    path = self.library("helper", "int api_f(void) { return 0; } int api_helper(void) { return 0; } int _ZN3api1fEv(void) { return 0; }")
    header = self.header("// api_helper is not for users.\nint api_f(void); /* nor\n api_helper */\n")
    self.assertEqual(exported_symbols.check([Library(path, ["api_*", "_ZN3api*"], [header])]),
                     [path + " exports api_helper, which no header of its API declares"])

  def test_a_local_symbol_in_the_dynamic_table_is_no_export(self):
    path = self.library("local", "static __thread int api_own; int api_f(void) { return ++api_own; }")
    self.assertEqual(exported_symbols.exported(path), {"api_f"})

  def test_the_program_says_what_it_found_by_its_exit_status(self):
    path, header = self.library("good", "int api_f(void) { return 0; }"), self.header("int api_f(void);\n")
    self.assertEqual(exported_symbols.main(["--exports=api_*", path, header, "good.pc", "install.json"]), 0)
    self.assertEqual(exported_symbols.main(["--exports=other_*", path]), 1)
    for wrong in [], [path], ["--exports=api_*"], ["--exports=api_*", header], ["--exports=api_*", path, path]:
      self.assertEqual(exported_symbols.main(wrong), 2)


if __name__ == "__main__":
  unittest.main(argv=sys.argv[:1])
