"""tools/new_component: the skeleton of a package, which builds and passes before its author has changed a line of it.

The skeleton's class is a counter, so that the header shows how a public declaration reads, the test how a sentence tests it, and
the benchmark what it costs. Its author replaces all three.
"""

import argparse
import os
import re
import sys

from tests.layering import layering

_HEADER = """// What a %(Name)s is for, in one or two sentences.
// Replace this, and the class below, which only counts.
//
// A lock-free file says here: its layout, who may write what, in which order, and the paper.
#ifndef %(guard)s
#define %(guard)s

#include <atomic>
#include <cstdint>

namespace heddle {

class %(Name)s {
 public:
  // Adds one and returns the count before.
  // Thread safety: any thread.  Blocking: never.  Memory order: none.
  // Cost: one atomic read-modify-write.
  uint64_t Increment() { return count_.fetch_add(1, std::memory_order_relaxed); }

  // Thread safety: any thread.  Blocking: never.  Memory order: none.  Cost: one load.
  [[nodiscard]] uint64_t count() const { return count_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> count_{0};
};

}  // namespace heddle

#endif  // %(guard)s
"""

_TEST = """// Promised: what the header says, in sentences. Not promised: any order between threads.
#include "components/%(name)s/%(name)s.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>
#include <vector>

namespace heddle {
namespace {

TEST(%(Name)sTest, CountsFromZero) {
  %(Name)s counter;
  EXPECT_EQ(counter.Increment(), 0u);
  EXPECT_EQ(counter.Increment(), 1u);
  EXPECT_EQ(counter.count(), 2u);
}

TEST(%(Name)sTest, LosesNoIncrementOfSeveralThreads) {
  %(Name)s counter;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&counter] {
      for (int j = 0; j < 1000; ++j) counter.Increment();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter.count(), uint64_t{4000});
}

}  // namespace
}  // namespace heddle
"""

_BENCHMARK = """#include <benchmark/benchmark.h>

#include "components/%(name)s/%(name)s.h"

namespace heddle {
namespace {

void BM_Increment(benchmark::State& state) {
  %(Name)s counter;
  for (auto _ : state) benchmark::DoNotOptimize(counter.Increment());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Increment)->UseRealTime();

}  // namespace
}  // namespace heddle
"""

_BUILD = """load("//tools/build_defs:heddle.bzl", "heddle_benchmark", "heddle_component", "heddle_test")

heddle_component(
    name = "%(name)s",
    hdrs = ["%(name)s.h"],
    deps = ["//components/base"],
)

heddle_test(
    name = "%(name)s_test",
    srcs = ["%(name)s_test.cc"],
    deps = [":%(name)s"],
)

heddle_benchmark(
    name = "%(name)s_benchmark",
    srcs = ["%(name)s_benchmark.cc"],
    deps = [":%(name)s"],
)
"""

_README = """# %(name)s

What it is for, in one sentence.

**Use it when** ... and not when ...

## The API in ten lines
```cpp
heddle::%(Name)s counter;
counter.Increment();
```

## Guarantees
Thread safety, order, what happens at the limits; the test that shows each.

## Costs
| what | ns |
|---|---|

Measured with `bazel run //components/%(name)s:%(name)s_benchmark`.

## The paper
Where the algorithm comes from.

## Who uses it
The packages of higher layers that stand on it.
"""

FILES = {
    "README.md": _README,
    "BUILD.bazel": _BUILD,
    "%(name)s.h": _HEADER,
    "%(name)s_test.cc": _TEST,
    "%(name)s_benchmark.cc": _BENCHMARK,
}


def skeleton(name):
  """Returns {file name: text}."""
  values = {
      "name": name,
      "Name": "".join(word.capitalize() for word in name.split("_")),
      "guard": "HEDDLE_COMPONENTS_%s_%s_H_" % (name.upper(), name.upper()),
  }
  return {file % values: text % values for file, text in FILES.items()}


def main(arguments):
  parser = argparse.ArgumentParser(prog="tools/new_component", description=__doc__.split("\n", maxsplit=1)[0])
  parser.add_argument("name", metavar="NAME", help="the folder's name, in snake_case")
  parser.add_argument("--layer", type=int, required=True, metavar="N", help="its row in tools/build_defs/layers.bzl, from 0")
  parser.add_argument("--root", default=os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))),
                      help="the checkout (default: this one)")
  options = parser.parse_args(arguments)
  if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", options.name):
    parser.error("%r is not a name in snake_case" % options.name)
  with open(os.path.join(options.root, "tools/build_defs/layers.bzl"), encoding="utf-8") as file:
    rows, _ = layering.read_table(file.read())
  last = max(rows.values())
  if not 0 <= options.layer <= last:
    parser.error("there are the layers 0 to %d" % last)
  if rows.get(options.name, options.layer) != options.layer:
    parser.error("%s stands in row %d of tools/build_defs/layers.bzl" % (options.name, rows[options.name]))
  folder = os.path.join(options.root, "components", options.name)
  try:
    os.makedirs(folder)
  except FileExistsError:
    parser.error("%s is there already" % folder)
  for file, text in skeleton(options.name).items():
    with open(os.path.join(folder, file), "w", encoding="utf-8") as out:
      out.write(text)
    print("made components/%s/%s" % (options.name, file))
  if options.name not in rows:
    print('Now add "%s" to row %d of LAYERS in tools/build_defs/layers.bzl,' % (options.name, options.layer))
  else:
    print('"%s" is in row %d of LAYERS already.' % (options.name, options.layer))
  print("a line to MAINTAINERS, and a section to CHANGELOG.md. Then: bazel test //components/%s/..." % options.name)
  return 0


if __name__ == "__main__":
  sys.exit(main(sys.argv[1:]))
