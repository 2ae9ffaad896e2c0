"""Promised: medians, the best peer, ratios and verdicts of tools/bench are right for what programs print; nothing is left out
silently. The programs here are made up; what real ones take is tools/bench's own business."""

import contextlib
import io
import json
import os
import sys
import tempfile
import unittest

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

  def run_bench(self, row, figures, *arguments, absent=()):
    """`figures`: {(program, workers): real times in turn}. Returns (exit status, printed lines, results, calls)."""
    calls = []
    left = {key: list(values) for key, values in figures.items()}

    def runner(command, env):
      calls.append((command, env))
      return printed(real_time=left[command[0], int(env["HEDDLE_WORKERS"])].pop(0))

    def builder(_, rows):
      targets = {case.target for row in rows for case in row.cases.values()}
      return {target: target.split(":")[1] for target in targets if target not in absent}

    out = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
      path = os.path.join(folder, "out.json")
      with contextlib.redirect_stdout(out):
        status = bench.main([*arguments, "--json", path], rows=[row], builder=builder, runner=runner)
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
    self.assertEqual(calls[5][0][1], "--benchmark_filter=^fib/25/workers:2$")
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
    self.assertIn("fib                    not measured: does not build: //b:tbb", lines)
    with self.assertRaisesRegex(bench.Error, "exit status 3: oh"):
      bench.run_program(["sh", "-c", "echo oh >&2; exit 3"], dict(os.environ))

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


if __name__ == "__main__":
  unittest.main(argv=sys.argv[:1])
