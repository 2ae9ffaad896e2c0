"""tools/bench: runs our benchmarks and their peers in turn and compares medians with the goals of tools/bench_goals.py."""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile

SCALING_LIMIT = 1.1
MIN_SECONDS = 0.2  # Of each run of a Google Benchmark program; repetitions are what tells how sure a figure is.


class Error(Exception):
  """What the user is told."""


class Case:
  """One program and the case of it that is measured."""

  def __init__(self, spec, needs=None):
    self.program, self.name = spec[0], spec[1]
    options = dict(spec[2]) if len(spec) > 2 else {}
    self.env = options.pop("env", {})
    self.metric = options.pop("metric", "item")
    self.args = options.pop("args", [])
    self.key = options.pop("json", None)
    self.text = options.pop("text", None)
    self.needs = [*(needs or {}).get(self.program, []), *options.pop("needs", [])]
    if options or (self.name is None) != ((self.key is None) != (self.text is None)):
      raise Error("a wrong case in tools/bench_goals.py: %r" % (spec,))

  @property
  def is_target(self):
    """Whether Bazel builds the program; else it stands in the checkout."""
    return self.program.startswith("//")

  def command(self, binary, workers, prefix=None):
    """The command line and the environment of one run; `prefix` is where tools/install has put us."""
    fill = lambda text: text.replace("{workers}", str(workers)).replace("{prefix}", prefix or "")
    added = dict(HEDDLE_WORKERS=str(workers), OMP_NUM_THREADS=str(workers), STARPU_NCPU=str(workers), STARPU_SILENT="1")
    env = dict(os.environ, **added)
    for key, value in self.env.items():
      if value is None:
        env.pop(key, None)
      else:
        env[key] = fill(value)
    if self.name is None:
      return [binary, *map(fill, self.args)], env
    return [binary, "--benchmark_filter=^%s$" % re.escape(fill(self.name)), "--benchmark_format=json",
            "--benchmark_min_time=%g" % MIN_SECONDS], env

  def figure(self, output):
    """The figure in what one run printed."""
    if self.text is not None:
      found = re.search(self.text, output)
      if not found:
        raise Error("%s: nothing like %s in what it printed: %s" % (self.program, self.text, output.strip()[-300:]))
      return float(found.group(1))
    data = json.loads(output)
    if self.key is not None:
      for key in self.key.split("."):
        data = data[key] if isinstance(data, dict) else None
      if data is None:
        raise Error("%s: there is no %s in what it printed" % (self.program, self.key))
      return float(data)
    runs = [run for run in data["benchmarks"] if run.get("run_type", "iteration") == "iteration"]
    if len(runs) != 1:
      raise Error("%s: %d benchmarks are called %s" % (self.program, len(runs), self.name))
    run = runs[0]
    if run.get("error_occurred"):
      raise Error("%s %s: %s" % (self.program, self.name, run.get("error_message")))
    scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[run["time_unit"]]
    if self.metric == "item":
      return 1e9 / run["items_per_second"] if "items_per_second" in run else run["real_time"] * scale
    if self.metric in ("real_time", "cpu_time"):
      return run[self.metric] * scale
    if self.metric not in run:
      raise Error("%s %s has no counter %s" % (self.program, self.name, self.metric))
    return run[self.metric]


class Row:
  """A line of the table of goals."""

  KEYS = {"name", "what", "ours", "peers", "goals"}
  MORE = {"unit", "higher", "absolute", "scaling", "at_most"}

  def __init__(self, spec, needs=None):
    unknown, missing = set(spec) - self.KEYS - self.MORE, self.KEYS - set(spec)
    if unknown or missing:
      raise Error("row %s of tools/bench_goals.py: unknown %s, missing %s" % (spec.get("name"), sorted(unknown), sorted(missing)))
    self.name, self.what, self.unit = spec["name"], spec["what"], spec.get("unit", "ns")
    self.goals, self.higher, self.scaling = spec["goals"], spec.get("higher", False), spec.get("scaling", True)
    self.absolute, self.at_most = spec.get("absolute", False), spec.get("at_most")
    ours = spec["ours"] if isinstance(spec["ours"], dict) else {"ours": spec["ours"]}
    self.ours, self.peers = list(ours), list(spec["peers"])
    if set(self.ours) & set(self.peers):
      raise Error("row %s of tools/bench_goals.py: ours and peers of the same name" % self.name)
    self.cases = {name: Case(case, needs) for name, case in {**ours, **spec["peers"]}.items()}

  def best(self, names, medians):
    """The best of `names` among {name: median}; None where there is none."""
    return (max if self.higher else min)(names, key=lambda name: medians[name]) if names else None

  def reached(self, workers, figure, ratio):
    """Whether the goal is reached; None where there is none, or nothing to compare with."""
    goal, judged = self.goals[workers], figure if self.absolute else ratio
    if goal is None or judged is None:
      return None
    return judged >= goal if self.higher else judged <= goal


def measure(row, binaries, repetitions, run, prefix=None):
  """Runs ours and the peers in turn; returns {workers: {name: [figures]}}."""
  samples = {workers: {name: [] for name in row.cases} for workers in row.goals}
  for _ in range(min(repetitions, row.at_most or repetitions)):
    for workers in row.goals:
      outputs = {}  # Cases that are figures of one and the same run share it.
      for name, case in row.cases.items():
        command, env = case.command(binaries[case.program], workers, prefix)
        key = (tuple(command), tuple(sorted(env.items())))
        if key not in outputs:
          outputs[key] = run(command, env)
        samples[workers][name].append(case.figure(outputs[key]))
  return samples


def judge(row, samples):
  """Returns the results of a row as the JSON shows them."""
  results = []
  for workers in row.goals:
    medians = {name: statistics.median(values) for name, values in samples[workers].items()}
    ours, peer = row.best(row.ours, medians), row.best(row.peers, medians)
    ratio = medians[ours] / medians[peer] if peer and medians[peer] else None
    results.append({
        "row": row.name, "what": row.what, "unit": row.unit, "workers": workers, "medians": medians, "ours": ours, "peer": peer,
        "ratio": ratio, "goal": row.goals[workers], "higher": row.higher, "absolute": row.absolute,
        "reached": row.reached(workers, medians[ours], ratio), "samples": samples[workers],
    })
  by_workers = {result["workers"]: result["medians"][result["ours"]] for result in results}
  if row.scaling and not row.higher and 1 in by_workers:
    for result in results:
      if result["workers"] > 1:
        result["scaling"] = by_workers[result["workers"]] / by_workers[1]
        result["scaling_reached"] = result["scaling"] <= SCALING_LIMIT
  return results


def format_table(results):
  """The results as lines of text."""
  lines = ["%-20s %2s %11s %11s %-14s %7s %-9s %s" % ("row", "w", "ours", "best peer", "", "ratio", "goal", "")]
  for r in results:
    peer = "%11.5g %-14s %7.2f" % (r["medians"][r["peer"]], r["peer"][:14], r["ratio"]) if r["ratio"] is not None else " " * 34
    goal = "%s %.3g%s" % (">=" if r["higher"] else "<=", r["goal"], " abs." if r["absolute"] else "") if r["goal"] is not None else ""
    notes = [{True: "reached", False: "MISSED", None: ""}[r["reached"]]]
    if r["ours"] != "ours":
      notes.append(r["ours"])
    if "scaling" in r:
      notes.append("%.2f x one worker%s" % (r["scaling"], "" if r["scaling_reached"] else " TOO SLOW"))
    ours = r["medians"][r["ours"]]
    lines.append(("%-20s %2d %11.5g %s %-9s %s" % (r["row"][:20], r["workers"], ours, peer, goal, "; ".join(filter(None, notes)))).rstrip())
  return lines


def run_program(command, env):
  """Runs one benchmark program and returns what it printed."""
  done = subprocess.run(command, env=env, check=False, capture_output=True, text=True, timeout=600)
  if done.returncode:
    raise Error("%s: exit status %d: %s" % (" ".join(command), done.returncode, (done.stderr or done.stdout).strip()[-300:]))
  if "cannot be preloaded" in done.stderr:  # The loader goes on without it, and another peer would be measured.
    raise Error("%s: %s" % (command[0], done.stderr.strip()[-300:]))
  return done.stdout


def missing_packages(names):
  """Those of the Debian packages `names` that are not installed; none where there is no dpkg to ask."""
  if not names:
    return []
  try:
    done = subprocess.run(["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *names], check=False, capture_output=True, text=True)
  except FileNotFoundError:
    return []
  installed = {line.split()[0] for line in done.stdout.splitlines() if line.endswith(" installed")}
  return sorted(set(names) - installed)


def _bazel():
  base = os.environ.get("HEDDLE_BAZEL_OUTPUT_BASE")
  return ["bazel"] + (["--output_base=" + base] if base else [])


def build(root, rows):
  """Builds the programs of `rows` one by one; returns {name of a program: its path}, without those that do not build."""
  cases = [case for row in rows for case in row.cases.values()]
  scripts = {case.program: os.path.join(root, case.program) for case in cases if not case.is_target}
  built = {name: path for name, path in scripts.items() if os.access(path, os.X_OK)}
  targets = sorted({case.program for case in cases if case.is_target})
  if not targets:
    return built
  done = subprocess.run(_bazel() + ["build", "--noshow_progress", "--keep_going", *targets], cwd=root, check=False, stdout=sys.stderr)
  info = subprocess.run(_bazel() + ["info", "bazel-bin"], cwd=root, check=True, capture_output=True, text=True).stdout.strip()
  for target in targets:
    # After a failure an old program may still stand there: only one that Bazel now calls up to date counts.
    if done.returncode and subprocess.run(_bazel() + ["build", "--noshow_progress", target], cwd=root, check=False, capture_output=True).returncode:
      continue
    built[target] = os.path.join(info, target[len("//"):].replace(":", "/"))
  return built


def install(root, prefix):
  """Puts us into `prefix`, for programs that users build."""
  done = subprocess.run([os.path.join(root, "tools/install"), prefix], check=False, capture_output=True, text=True)
  if done.returncode:
    raise Error("tools/install: %s" % done.stderr.strip()[-300:])


class Prefix:
  """A folder into which tools/install puts us once, when the first row asks for it."""

  def __init__(self, root, installer):
    self._root, self._install, self._folder = root, installer, None

  def get(self):
    if self._folder is None:
      folder = tempfile.TemporaryDirectory(prefix="heddle-bench-")
      self._install(self._root, folder.name)
      self._folder = folder
    return self._folder.name

  def remove(self):
    if self._folder is not None:
      self._folder.cleanup()


def chosen(rows, words):
  """The rows that --only asks for; all where it does not."""
  if not words:
    return rows
  found = []
  for word in words:
    matches = [row for row in rows if row.name == word] or [row for row in rows if word in row.name]
    if not matches:
      raise Error("no row is called %s; see tools/bench --list" % word)
    found += [row for row in matches if row not in found]
  return found


def measure_row(row, binaries, repetitions, runner, prefix, missing):
  """The results of a row; raises Error with what hinders it."""
  cases = list(row.cases.values())
  lacking = missing(sorted({name for case in cases for name in case.needs}))
  if lacking:
    raise Error("it needs the Debian package%s %s (tools/setup bench)" % ("s" if len(lacking) > 1 else "", ", ".join(lacking)))
  absent = sorted({case.program for case in cases} - binaries.keys())
  if absent:
    raise Error(", ".join("%s does not build" % name if name.startswith("//") else "there is no %s" % name for name in absent))
  wants_prefix = any("{prefix}" in argument for case in cases for argument in case.args)
  return judge(row, measure(row, binaries, repetitions, runner, prefix.get() if wants_prefix else None))


def main(arguments, rows=None, builder=build, runner=run_program, installer=install, missing=missing_packages):
  parser = argparse.ArgumentParser(prog="tools/bench", formatter_class=argparse.RawDescriptionHelpFormatter,
                                   description="Runs our benchmarks and their peers in turn and compares medians with goals.",
                                   epilog="The rows and the goals stand in tools/bench_goals.py. Exit status 1: a goal was missed, 2: a row could not be measured.")
  parser.add_argument("--list", action="store_true", help="only name the rows")
  parser.add_argument("--only", metavar="NAME", action="append", default=[],
                      help="only the row NAME, or, where none is called so, those whose name contains it (may be repeated)")
  parser.add_argument("--repetitions", type=int, default=5, metavar="N", help="runs of each program for each row (default 5)")
  parser.add_argument("--json", metavar="FILE", help="also write every sample and result to FILE")
  options = parser.parse_args(arguments)
  root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
  try:
    needs = None
    if rows is None:
      from tools import bench_goals  # pylint: disable=import-outside-toplevel
      rows, needs = bench_goals.ROWS, bench_goals.NEEDS
    rows = chosen([Row(spec, needs) for spec in rows], options.only)
  except Error as error:
    print("tools/bench: %s" % error, file=sys.stderr)
    return 2
  if options.repetitions < 1:
    parser.error("--repetitions needs at least 1")
  if options.list:
    for row in rows:
      print("%-20s %s [%s]; beside %s" % (row.name, row.what, row.unit, ", ".join(row.peers) or "nobody"))
    return 0
  binaries, prefix = builder(root, rows), Prefix(root, installer)
  results, unmeasured = [], []
  print(format_table([])[0], flush=True)
  for row in rows:
    try:
      found = measure_row(row, binaries, options.repetitions, runner, prefix, missing)
      results += found
      print("\n".join(format_table(found)[1:]), flush=True)
    except (Error, subprocess.TimeoutExpired, KeyError, ValueError) as error:
      print("%-20s not measured: %s" % (row.name, error), flush=True)
      unmeasured.append({"row": row.name, "why": str(error)})
  prefix.remove()
  missed = sum(result["reached"] is False or result.get("scaling_reached") is False for result in results)
  print("%d results, %d missed a goal, %d rows not measured; %d repetitions, medians, %s, %s cores, load %.1f" % (
      len(results), missed, len(unmeasured), options.repetitions, platform.machine(), len(os.sched_getaffinity(0)), os.getloadavg()[0]))
  if options.json:
    with open(options.json, "w", encoding="utf-8") as file:
      json.dump({"repetitions": options.repetitions, "cores": len(os.sched_getaffinity(0)), "load": os.getloadavg()[0],
                 "results": results, "not_measured": unmeasured}, file, indent=1)
  return 2 if unmeasured else 1 if missed else 0
