"""Promised: each rule of layering.py finds its violation in a small tree made for it, and only that one."""

import os
import sys
import tempfile
import unittest

from tests.layering import layering

TABLE = '''"""A doc string."""
LAYERS = [
    ["base"],
    ["sync", "trace"],
    ["pool"],
]

FRONTENDS = ["one", "two"]

def layer_of(component):
    return LAYERS[0]
'''

# A tree without a violation; each test adds or replaces a file.
GOOD = {
    "tools/build_defs/layers.bzl": TABLE,
    "components/BUILD.bazel": 'heddle_shared_library(name = "heddle", deps = ["//components/pool", "//components/sync:sync"])\n',
    "components/base/fence.h": "inline void FullFence() { std::atomic_thread_fence(std::memory_order_seq_cst); }\n",
    "components/sync/sync.h": '#include "components/base/fence.h"\n#include "components/sync/queue.h"\n',
    "components/pool/BUILD.bazel": 'load("//tools:x.bzl", "y")\ny(deps = ["//components/base", "//third_party:hwloc"],'
                                   ' visibility = ["//frontends/one:__pkg__"])\n',
    "components/pool/pool.cc": '#include <atomic>\n// Not std::atomic_thread_fence, and not\n// #include "components/top/x.h"\n'
                               '#include "components/sync/sync.h"\n',
    "frontends/one/include/one.h": "#include <stddef.h>\n#include <one_config.h>\n",
    "frontends/one/include/one_config.h": "\n",
    "frontends/one/one.cc": '#include "frontends/one/include/one.h"\n#include "components/pool/pool.h"\n#include "absl/status/status.h"\n',
    "frontends/two/include/two.h": "\n",
    "frontends/two/BUILD.bazel": 'x(deps = ["//components:heddle", ":two_api", "//frontends/two:y"])\n',
    "tests/interop/both.cc": "#include <one.h>\n#include <two.h>\n",
    "tests/interop/BUILD.bazel": 'x(deps = ["//frontends/one", "//frontends/two"])\n',
}


class LayeringCheckerTest(unittest.TestCase):

  def check(self, path=None, text=None):
    with tempfile.TemporaryDirectory() as root:
      for name, content in {**GOOD, **({path: text} if path else {})}.items():
        os.makedirs(os.path.join(root, os.path.dirname(name)), exist_ok=True)
        with open(os.path.join(root, name), "w", encoding="utf-8") as file:
          file.write(content)
      return layering.check(root)

  def assert_finds(self, path, text, *violations):
    self.assertEqual(self.check(path, text), list(violations))

  def test_a_good_tree_has_no_violation(self):
    self.assertEqual(self.check(), [])

  def test_a_component_that_includes_a_higher_layer_is_found(self):
    self.assert_finds("components/base/up.h", '\n#include "components/pool/pool.h"\n',
                      "components/base/up.h:2: base uses pool of a higher layer")

  def test_a_component_that_includes_its_own_layer_is_found(self):
    self.assert_finds("components/trace/side.cc", '#  include "components/sync/sync.h"\n',
                      "components/trace/side.cc:1: trace uses sync of its own layer")

  def test_an_include_after_a_comment_of_several_lines_keeps_its_line(self):
    self.assert_finds("components/trace/side.cc", '/* one\ntwo */\n#include "components/sync/sync.h"\n',
                      "components/trace/side.cc:3: trace uses sync of its own layer")

  def test_a_dependency_on_a_higher_layer_in_a_build_file_is_found(self):
    self.assert_finds("components/base/BUILD.bazel", 'x(\n  deps = ["//components/sync"])\n',
                      "components/base/BUILD.bazel:2: base uses sync of a higher layer")

  def test_a_dependency_on_a_test_helper_of_the_own_layer_is_found(self):
    self.assert_finds("components/trace/BUILD.bazel", 'x(deps = select({"a": ["//components/sync/testing:helper"]}))\n',
                      "components/trace/BUILD.bazel:1: trace uses sync of its own layer")

  def test_a_component_that_uses_the_library_of_all_is_found(self):
    self.assert_finds("components/pool/BUILD.bazel", 'x(deps = ["//components:heddle"])\n',
                      "components/pool/BUILD.bazel:1: a component uses the library of all components")

  def test_a_component_that_uses_a_frontend_is_found(self):
    self.assert_finds("components/pool/pool.cc", '#include "frontends/one/include/one.h"\n',
                      "components/pool/pool.cc:1: a component uses a frontend, frontends/one/include/one.h")
    self.assert_finds("components/BUILD.bazel", 'x(deps = ["//frontends/one"])\n',
                      "components/BUILD.bazel:1: a component uses a frontend, frontends/one")

  def test_a_frontend_that_uses_another_is_found(self):
    self.assert_finds("frontends/two/two.cc", '#include "frontends/one/include/one.h"\n',
                      "frontends/two/two.cc:1: frontend two uses frontend one")
    self.assert_finds("frontends/two/BUILD.bazel", 'x(deps = ["//frontends/one:one"])\n',
                      "frontends/two/BUILD.bazel:1: frontend two uses frontend one")

  def test_a_frontend_that_includes_the_installed_header_of_another_is_found(self):
    self.assert_finds("frontends/two/two.cc", "#include <one.h>\n",
                      "frontends/two/two.cc:1: frontend two includes one.h of frontend one")

  def test_an_installed_header_that_includes_a_component_is_found(self):
    self.assert_finds("frontends/one/include/deep/more.h", '#include "components/pool/pool.h"\n',
                      "frontends/one/include/deep/more.h:1: an installed header includes components/pool/pool.h")

  def test_an_installed_header_that_includes_abseil_is_found(self):
    self.assert_finds("frontends/one/include/one.h", "#include <absl/status/status.h>\n",
                      "frontends/one/include/one.h:1: an installed header includes absl/status/status.h")

  def test_a_fence_outside_its_header_is_found(self):
    self.assert_finds("components/sync/x.cc", '\nconst char* s = "//"; std::atomic_thread_fence(order);\n',
                      "components/sync/x.cc:2: atomic_thread_fence outside components/base/fence.h")
    self.assert_finds("frontends/one/x.c", "__atomic_thread_fence(5);\n",
                      "frontends/one/x.c:1: __atomic_thread_fence outside components/base/fence.h")

  def test_a_fence_in_an_installed_header_is_its_apis_business(self):
    self.assert_finds("frontends/one/include/one.h", "#define ONE_FENCE() __sync_synchronize()\n")

  def test_a_folder_that_is_not_in_the_table_is_found(self):
    self.assert_finds("components/new/new.h", "\n",
                      "components/new/new.h:1: components/new is not in tools/build_defs/layers.bzl")
    self.assert_finds("frontends/three/three.cc", "\n",
                      "frontends/three/three.cc:1: frontends/three is not in tools/build_defs/layers.bzl")

  def test_third_party_that_uses_us_is_found(self):
    self.assert_finds("third_party/BUILD.bazel", 'x(deps = ["//components/base"])\n',
                      "third_party/BUILD.bazel:1: third_party uses components/base")


if __name__ == "__main__":
  unittest.main(argv=sys.argv[:1])
