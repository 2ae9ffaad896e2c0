"""tools/bench: runs our benchmarks and their peers in turn and compares medians with the goals of tools/bench_goals.py."""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys

SCALING_LIMIT = 1.1


class Error(Exception):
  """What the user is told."""


class Case:
  """One program and the case of it that is measured."""

  def __init__(self, spec):
    self.target, self.name = spec[0], spec[1]
    options = dict(spec[2]) if len(spec) > 2 else {}
    self.env = options.pop("env", {})
    self.metric = options.pop("metric", "item")
    self.args = options.pop("args", [])
    self.key = options.pop("json", None)
    if options or (self.name is None) != (self.key is not None):
      raise Error("a wrong case in tools/bench_goals.py: %r" % (spec,))

  def command(self, binary, workers):
    """The command line and the environment of one run."""
    fill = lambda text: text.replace("{workers}", str(workers))
    env = dict(os.environ, HEDDLE_WORKERS=str(workers), OMP_NUM_THREADS=str(workers))
    env.update({key: fill(value) for key, value in self.env.items()})
    if self.name is None:
      return [binary, *map(fill, self.args)], env
    return [binary, "--benchmark_filter=^%s$" % re.escape(fill(self.name)), "--benchmark_format=json"], env

  def figure(self, output):
    """The figure in what one run printed."""
    data = json.loads(output)
    if self.key is not None:
      for key in self.key.split("."):
        data = data[key]
      return float(data)
    runs = [run for run in data["benchmarks"] if run.get("run_type", "iteration") == "iteration"]
    if len(runs) != 1:
      raise Error("%s: %d benchmarks are called %s" % (self.target, len(runs), self.name))
    run = runs[0]
    if run.get("error_occurred"):
      raise Error("%s %s: %s" % (self.target, self.name, run.get("error_message")))
    scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[run["time_unit"]]
    if self.metric == "item":
      return 1e9 / run["items_per_second"] if "items_per_second" in run else run["real_time"] * scale
    if self.metric in ("real_time", "cpu_time"):
      return run[self.metric] * scale
    if self.metric not in run:
      raise Error("%s %s has no counter %s" % (self.target, self.name, self.metric))
    return run[self.metric]


class Row:
  """A line of the table of goals."""

  def __init__(self, spec):
    unknown = set(spec) - {"name", "what", "unit", "ours", "peers", "goals", "higher", "scaling"}
    missing = {"name", "what", "ours", "peers", "goals"} - set(spec)
    if unknown or missing:
      raise Error("row %s of tools/bench_goals.py: unknown %s, missing %s" % (spec.get("name"), sorted(unknown), sorted(missing)))
    self.name, self.what, self.unit = spec["name"], spec["what"], spec.get("unit", "ns")
    self.goals, self.higher, self.scaling = spec["goals"], spec.get("higher", False), spec.get("scaling", True)
    self.cases = {"ours": Case(spec["ours"]), **{peer: Case(case) for peer, case in spec["peers"].items()}}

  def best_peer(self, medians):
    """The name of the best peer among {name: median}; None where there is none."""
    peers = [name for name in medians if name != "ours"]
    return (max if self.higher else min)(peers, key=lambda name: medians[name]) if peers else None

  def reached(self, workers, ratio):
    """Whether the goal is reached; None where there is none, or nothing to compare with."""
    goal = self.goals[workers]
    if goal is None or ratio is None:
      return None
    return ratio >= goal if self.higher else ratio <= goal


def measure(row, binaries, repetitions, run):
  """Runs ours and the peers in turn; returns {workers: {name: [figures]}}."""
  samples = {workers: {name: [] for name in row.cases} for workers in row.goals}
  for _ in range(repetitions):
    for workers in row.goals:
      for name, case in row.cases.items():
        command, env = case.command(binaries[case.target], workers)
        samples[workers][name].append(case.figure(run(command, env)))
  return samples


def judge(row, samples):
  """Returns the results of a row as the JSON shows them."""
  results = []
  for workers in row.goals:
    medians = {name: statistics.median(values) for name, values in samples[workers].items()}
    peer = row.best_peer(medians)
    ratio = medians["ours"] / medians[peer] if peer and medians[peer] else None
    results.append({
        "row": row.name, "what": row.what, "unit": row.unit, "workers": workers, "medians": medians, "peer": peer,
        "ratio": ratio, "goal": row.goals[workers], "reached": row.reached(workers, ratio), "samples": samples[workers],
    })
  by_workers = {result["workers"]: result["medians"]["ours"] for result in results}
  if row.scaling and not row.higher and 1 in by_workers:
    for result in results:
      if result["workers"] > 1:
        result["scaling"] = result["medians"]["ours"] / by_workers[1]
        result["scaling_reached"] = result["scaling"] <= SCALING_LIMIT
  return results


def format_table(results):
  """The results as lines of text."""
  lines = ["%-22s %2s %12s %12s %-14s %7s %8s  %s" % ("row", "w", "ours", "best peer", "", "ratio", "goal", "")]
  for r in results:
    peer = "%12.5g %-14s %7.2f" % (r["medians"][r["peer"]], r["peer"][:14], r["ratio"]) if r["ratio"] is not None else " " * 35
    sign = ">=" if r.get("higher") else "<="
    goal = "%s %-5.3g" % (sign, r["goal"]) if r["goal"] is not None else ""
    notes = [{True: "reached", False: "MISSED", None: ""}[r["reached"]]]
    if "scaling" in r:
      notes.append("%.2f x one worker%s" % (r["scaling"], "" if r["scaling_reached"] else " TOO SLOW"))
    lines.append("%-22s %2d %12.5g %s %8s  %s" % (r["row"][:22], r["workers"], r["medians"]["ours"], peer, goal, "; ".join(filter(None, notes))))
  return lines


def run_program(command, env):
  """Runs one benchmark program and returns what it printed."""
  done = subprocess.run(command, env=env, check=False, capture_output=True, text=True, timeout=600)
  if done.returncode:
    raise Error("%s: exit status %d: %s" % (" ".join(command), done.returncode, done.stderr.strip()[-300:]))
  return done.stdout


def build(root, rows):
  """Builds the programs of `rows` one by one; returns {target: program}, without those that do not build."""
  base = os.environ.get("HEDDLE_BAZEL_OUTPUT_BASE")
  bazel = ["bazel"] + (["--output_base=" + base] if base else [])
  targets = sorted({case.target for row in rows for case in row.cases.values()})
  done = subprocess.run(bazel + ["build", "--noshow_progress", "--keep_going", *targets], cwd=root, check=False, stdout=sys.stderr)
  info = subprocess.run(bazel + ["info", "bazel-bin"], cwd=root, check=True, capture_output=True, text=True).stdout.strip()
  built = {}
  for target in targets:
    # After a failure an old program may still stand there: only one that Bazel now calls up to date counts.
    if done.returncode and subprocess.run(bazel + ["build", "--noshow_progress", target], cwd=root, check=False, capture_output=True).returncode:
      continue
    built[target] = os.path.join(info, target[len("//"):].replace(":", "/"))
  return built


def main(arguments, rows=None, builder=build, runner=run_program):
  parser = argparse.ArgumentParser(prog="tools/bench", formatter_class=argparse.RawDescriptionHelpFormatter,
                                   description="Runs our benchmarks and their peers in turn and compares medians with goals.",
                                   epilog="The rows and the goals stand in tools/bench_goals.py. Exit status 1: a goal was missed, 2: a row could not be measured.")
  parser.add_argument("--list", action="store_true", help="only name the rows")
  parser.add_argument("--only", metavar="WORD", action="append", default=[], help="only rows whose name contains WORD (may be repeated)")
  parser.add_argument("--repetitions", type=int, default=5, metavar="N", help="runs of each program for each row (default 5)")
  parser.add_argument("--json", metavar="FILE", help="also write every sample and result to FILE")
  options = parser.parse_args(arguments)
  root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
  try:
    if rows is None:
      from tools import bench_goals  # pylint: disable=import-outside-toplevel
      rows = bench_goals.ROWS
    rows = [Row(spec) for spec in rows]
    rows = [row for row in rows if not options.only or any(word in row.name for word in options.only)]
    if not rows:
      raise Error("no row is called so; see tools/bench --list")
  except Error as error:
    print("tools/bench: %s" % error, file=sys.stderr)
    return 2
  if options.repetitions < 1:
    parser.error("--repetitions needs at least 1")
  if options.list:
    for row in rows:
      print("%-22s %s [%s]; beside %s" % (row.name, row.what, row.unit, ", ".join(n for n in row.cases if n != "ours") or "nobody"))
    return 0
  binaries = builder(root, rows)
  results, unmeasured = [], 0
  for row in rows:
    try:
      absent = sorted({case.target for case in row.cases.values()} - binaries.keys())
      if absent:
        raise Error("does not build: " + ", ".join(absent))
      found = judge(row, measure(row, binaries, options.repetitions, runner))
      for result in found:
        result["higher"] = row.higher
      results += found
      print("\n".join(format_table(found)[0 if len(results) == len(found) else 1:]), flush=True)
    except (Error, subprocess.TimeoutExpired, KeyError, json.JSONDecodeError) as error:
      print("%-22s not measured: %s" % (row.name, error), flush=True)
      unmeasured += 1
  missed = sum(result["reached"] is False or result.get("scaling_reached") is False for result in results)
  print("%d results, %d missed a goal, %d rows not measured; %d repetitions, medians, %s, %s cores, load %.1f" % (
      len(results), missed, unmeasured, options.repetitions, platform.machine(), len(os.sched_getaffinity(0)), os.getloadavg()[0]))
  if options.json:
    with open(options.json, "w", encoding="utf-8") as file:
      json.dump({"repetitions": options.repetitions, "cores": len(os.sched_getaffinity(0)), "results": results}, file, indent=1)
  return 2 if unmeasured else 1 if missed else 0
