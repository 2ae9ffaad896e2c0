"""Promised: medians, the best peer, ratios and verdicts of tools/bench are right for what programs print; nothing is left out
silently. The programs here are made up; what real ones take is tools/bench's own business."""

import contextlib
import io
import json
import os
import sys
import tempfile
import unittest
import unittest.mock

from tools.lib import bench

ROW = {
    "name": "fib",
    "what": "spawn",
    "ours": ("//a:ours", "fib/25"),
    "peers": {"tbb": ("//b:tbb", "fib/25"), "gomp": ("//b:gomp", "fib/25/workers:{workers}", {"env": {"OMP_X": "{workers}"}})},
    "goals": {1: 0.8, 2: 0.4},
}


def printed(name="fib/25", **fields):
  return json.dumps({"benchmarks": [{"name": name, "run_type": "iteration", "time_unit": "ns", "real_time": 1.0, "cpu_time": 2.0, **fields}]})


class BenchTest(unittest.TestCase):

  def run_bench(self, row, figures, *arguments, absent=(), missing=()):
    """`figures`: {(program, workers): real times in turn}. Returns (exit status, printed lines, results, calls)."""
    calls = []
    left = {key: list(values) for key, values in figures.items()}

    def runner(command, env):
      calls.append((command, env))
      return printed(real_time=left[command[0], int(env["HEDDLE_WORKERS"])].pop(0))

    def builder(_, rows):
      programs = {case.program for row in rows for case in row.cases.values()}
      return {program: program.split(":")[-1] for program in programs if program not in absent}

    out = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
      path = os.path.join(folder, "out.json")
      with contextlib.redirect_stdout(out):
        status = bench.main([*arguments, "--json", path], rows=[row], builder=builder, runner=runner, installer=self.fail,
                            missing=lambda names: [name for name in names if name in missing])
      with open(path, encoding="utf-8") as file:
        results = json.load(file)["results"]
    return status, out.getvalue().splitlines(), results, calls

  FIGURES = {
      ("ours", 1): [10, 30, 20], ("tbb", 1): [100, 100, 100], ("gomp", 1): [50, 40, 1000],
      ("ours", 2): [21, 21, 21], ("tbb", 2): [60, 60, 60], ("gomp", 2): [400, 400, 400],
  }

  def test_the_ratio_is_that_of_medians_to_the_best_peer(self):
    status, _, results, _ = self.run_bench(ROW, self.FIGURES, "--repetitions=3")
    self.assertEqual(status, 0)
    self.assertEqual([(r["workers"], r["peer"], r["ratio"], r["reached"]) for r in results],
                     [(1, "gomp", 20 / 50, True), (2, "tbb", 21 / 60, True)])

  def test_the_programs_run_in_turn_with_their_workers_and_their_names(self):
    _, _, _, calls = self.run_bench(ROW, self.FIGURES, "--repetitions=2")
    self.assertEqual([(c[0], e["HEDDLE_WORKERS"], e["OMP_NUM_THREADS"]) for c, e in calls],
                     [(p, w, w) for _ in range(2) for w in "12" for p in ("ours", "tbb", "gomp")])
    self.assertEqual(calls[5][0][1], r"--benchmark_filter=^fib/25/workers:2$")
    self.assertEqual(calls[5][1]["OMP_X"], "2")

  def test_a_missed_goal_is_shown_and_is_the_exit_status(self):
    status, lines, results, _ = self.run_bench(ROW, {**self.FIGURES, ("ours", 1): [41] * 3, ("ours", 2): [41] * 3}, "--repetitions=3")
    self.assertEqual(status, 1)
    self.assertEqual([r["reached"] for r in results], [False, False])
    self.assertEqual(sum("MISSED" in line for line in lines), 2)

  def test_a_second_worker_that_slows_a_case_down_is_a_missed_goal_unless_allowed(self):
    figures = {**self.FIGURES, ("ours", 2): [23] * 3}
    status, lines, results, _ = self.run_bench(ROW, figures, "--repetitions=3")
    self.assertEqual((status, results[1]["scaling_reached"]), (1, False))
    self.assertTrue(any("1.15 x one worker TOO SLOW" in line for line in lines))
    self.assertEqual(self.run_bench({**ROW, "scaling": False}, figures, "--repetitions=3")[0], 0)

  def test_where_more_is_better_the_best_peer_is_the_highest(self):
    row = {**ROW, "higher": True, "goals": {1: 1.0}}
    status, lines, results, _ = self.run_bench(row, {("ours", 1): [90], ("tbb", 1): [100], ("gomp", 1): [50]}, "--repetitions=1")
    self.assertEqual((status, results[0]["peer"], results[0]["reached"]), (1, "tbb", False))
    self.assertIn(">= 1", lines[1])

  def test_a_row_without_goal_or_peer_is_only_shown(self):
    status, _, results, _ = self.run_bench({**ROW, "peers": {}, "goals": {1: None}}, {("ours", 1): [7]}, "--repetitions=1")
    self.assertEqual((status, results[0]["ratio"], results[0]["reached"]), (0, None, None))

  def test_a_program_that_does_not_build_or_fails_is_named_and_is_the_exit_status(self):
    status, lines, results, _ = self.run_bench(ROW, self.FIGURES, absent=("//b:tbb",))
    self.assertEqual((status, results), (2, []))
    self.assertIn("fib                  not measured: //b:tbb does not build", lines)
    with self.assertRaisesRegex(bench.Error, "exit status 3: oh"):
      bench.run_program(["sh", "-c", "echo oh >&2; exit 3"], dict(os.environ))

  def test_a_missing_package_of_a_peer_is_named(self):
    row = {**ROW, "peers": {"tbb": ("//b:tbb", "fib/25", {"needs": ["libtbb-dev"]})}}
    status, lines, _, calls = self.run_bench(row, {}, absent=("//b:tbb",), missing=("libtbb-dev",))
    self.assertEqual((status, calls), (2, []))
    self.assertIn("fib                  not measured: it needs the Debian package libtbb-dev (tools/setup bench)", lines)
    self.assertEqual(bench.Case(("//b:tbb", "x", {"needs": ["b"]}), {"//b:tbb": ["a"]}).needs, ["a", "b"])

  def test_packages_are_asked_of_dpkg(self):
    with tempfile.TemporaryDirectory() as folder:
      path = os.path.join(folder, "dpkg-query")
      with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\necho 'here installed'; echo 'removed config-files'; exit 1\n")
      os.chmod(path, 0o755)
      with unittest.mock.patch.dict(os.environ, PATH=folder):
        self.assertEqual(bench.missing_packages(["here", "never", "removed"]), ["never", "removed"])
      os.remove(path)
      with unittest.mock.patch.dict(os.environ, PATH=folder):
        self.assertEqual(bench.missing_packages(["here"]), [])

  def test_a_library_that_cannot_be_preloaded_is_an_error(self):
    with self.assertRaisesRegex(bench.Error, "cannot be preloaded"):
      bench.run_program(["sh", "-c", "echo object x cannot be preloaded: ignored. >&2"], dict(os.environ))

  def test_of_several_variants_of_ours_the_one_with_the_best_median_counts(self):
    row = {**ROW, "ours": {"tile 8": ("//a:eight", "x"), "tile 16": ("//a:sixteen", "x")}, "peers": {"tbb": ("//b:tbb", "x")}, "goals": {1: 1.0}}
    status, lines, results, _ = self.run_bench(row, {("eight", 1): [10, 90, 90], ("sixteen", 1): [50] * 3, ("tbb", 1): [40] * 3}, "--repetitions=3")
    self.assertEqual((status, results[0]["ours"], results[0]["ratio"]), (1, "tile 16", 50 / 40))
    self.assertIn("tile 16", lines[1])

  def test_cases_with_the_same_command_share_a_run(self):
    case = lambda **options: ("//a:ours", None, {"args": ["--w={workers}"], **options})
    row = {**ROW, "ours": case(json="mine"), "peers": {"same run": case(json="its.speed"), "by text": case(text=r"last: (\d+)")}, "goals": {2: 9}}
    calls = []

    def runner(command, _):
      calls.append(command)
      return '{"mine": 6, "its": {"speed": 3}, "more": "last: 4"}'

    samples = bench.measure(bench.Row(row), {"//a:ours": "ours"}, 2, runner)
    self.assertEqual(calls, [["ours", "--w=2"]] * 2)
    self.assertEqual(samples, {2: {"ours": [6, 6], "same run": [3, 3], "by text": [4, 4]}})
    with self.assertRaisesRegex(bench.Error, "there is no its.speed"):
      bench.Case(case(json="its.speed")).figure('{"its": null}')
    with self.assertRaisesRegex(bench.Error, "nothing like"):
      bench.Case(case(text="(x)")).figure("y")

  def test_an_absolute_goal_is_one_for_our_figure(self):
    row = {**ROW, "absolute": True, "goals": {1: 15}, "peers": {"tbb": ("//b:tbb", "fib/25")}}
    self.assertEqual(self.run_bench(row, {("ours", 1): [14], ("tbb", 1): [1]}, "--repetitions=1")[0], 0)
    self.assertEqual(self.run_bench(row, {("ours", 1): [16], ("tbb", 1): [100]}, "--repetitions=1")[0], 1)
    self.assertEqual(self.run_bench({**row, "peers": {}}, {("ours", 1): [16]}, "--repetitions=1")[0], 1)

  def test_a_row_that_takes_long_is_repeated_less(self):
    row = {**ROW, "peers": {}, "goals": {1: None}, "at_most": 2}
    self.assertEqual(len(self.run_bench(row, {("ours", 1): [7] * 5}, "--repetitions=5")[3]), 2)
    self.assertEqual(len(self.run_bench(row, {("ours", 1): [7]}, "--repetitions=1")[3]), 1)

  def test_we_are_installed_once_for_those_who_build_with_us_and_only_for_them(self):
    row = {**ROW, "ours": ("../compare", None, {"args": ["{prefix}"], "text": "([0-9])"}), "peers": {}, "goals": {1: None}}
    folders, commands = [], []
    with contextlib.redirect_stdout(io.StringIO()):
      status = bench.main(["--repetitions=2"], rows=[row, {**row, "name": "again"}], builder=lambda *_: {"../compare": "/c"},
                          runner=lambda command, _: commands.append(command) or "7", installer=lambda _, folder: folders.append(folder),
                          missing=lambda _: [])
    self.assertEqual((status, len(folders)), (0, 1))
    self.assertEqual(commands, [["/c", folders[0]]] * 4)

  def test_a_script_that_is_not_there_is_named(self):
    row = {**ROW, "ours": ("../never/there", None, {"text": "(x)"}), "peers": {}}
    with contextlib.redirect_stdout(io.StringIO()) as out:
      self.assertEqual(bench.main([], rows=[row]), 2)
    self.assertIn("not measured: there is no ../never/there", out.getvalue())

  def test_only_takes_a_name_or_else_a_part_of_names(self):
    rows = [bench.Row({**ROW, "name": name}) for name in ("fib", "fib_deep", "wave")]
    names = lambda *words: [row.name for row in bench.chosen(rows, words)]
    self.assertEqual(names("fib"), ["fib"])
    self.assertEqual(names("ib"), ["fib", "fib_deep"])
    self.assertEqual(names("wave", "fib"), ["wave", "fib"])
    self.assertEqual(names(), ["fib", "fib_deep", "wave"])

  def test_a_figure_is_nanoseconds_per_item_or_what_the_metric_says(self):
    figure = lambda text, **options: bench.Case(("//a:b", "x", options)).figure(text)
    self.assertEqual(figure(printed(items_per_second=2e8)), 5)
    self.assertEqual(figure(printed(time_unit="us", real_time=3)), 3000)
    self.assertEqual(figure(printed(time_unit="ms"), metric="cpu_time"), 2e6)
    self.assertEqual(figure(printed(bytes_per_task=64), metric="bytes_per_task"), 64)
    self.assertEqual(bench.Case(("//a:b", None, {"json": "solve.gflops"})).figure('{"solve": {"gflops": 4.5}}'), 4.5)
    with self.assertRaisesRegex(bench.Error, "no counter"):
      figure(printed(), metric="bytes")
    with self.assertRaisesRegex(bench.Error, "0 benchmarks are called x"):
      figure('{"benchmarks": []}')
    with self.assertRaisesRegex(bench.Error, "broken"):
      figure(printed(error_occurred=True, error_message="broken"))

  def test_a_wrong_row_is_an_error(self):
    with contextlib.redirect_stderr(io.StringIO()) as err:
      self.assertEqual(bench.main([], rows=[{**ROW, "goal": 1}]), 2)
      self.assertEqual(bench.main(["--only=nothing"], rows=[ROW]), 2)
    self.assertIn("unknown ['goal']", err.getvalue())

  def test_the_table_of_goals_is_well_formed_and_listed(self):
    with contextlib.redirect_stdout(io.StringIO()) as out:
      self.assertEqual(bench.main(["--list"]), 0)
    from tools import bench_goals  # pylint: disable=import-outside-toplevel
    self.assertEqual(len(out.getvalue().splitlines()), len(bench_goals.ROWS))
    self.assertEqual(len({row["name"] for row in bench_goals.ROWS}), len(bench_goals.ROWS))
    programs = {case.program for row in map(bench.Row, bench_goals.ROWS) for case in row.cases.values()}
    self.assertLessEqual(set(bench_goals.NEEDS), programs)


if __name__ == "__main__":
  unittest.main(argv=sys.argv[:1])
