"""Counts what passed and failed in a Bazel run from its build events; see tools/test."""

import argparse
import json
import sys


def collect(lines, bazel_status):
  """Returns (labels that passed, {label that failed: why}) for the events of one `bazel test`.

  A target that does not build is a failure under its own label, whether it is a test or not. A run that Bazel calls failed
  although no label did (a BUILD file that does not load, a pattern without targets) is a failure under the name of the run.
  """
  passed, failed, unbuilt = set(), {}, {}
  for line in lines:
    if not line.strip():
      continue
    event = json.loads(line)
    event_id = event.get("id", {})
    if "testSummary" in event_id:
      label = event_id["testSummary"]["label"]
      status = event.get("testSummary", {}).get("overallStatus", "ABORTED")
      if status == "PASSED":
        passed.add(label)
      else:  # FLAKY is among them: a test that fails now and then is a bug.
        failed[label] = status.lower().replace("_", " ")
    elif "targetCompleted" in event_id:
      label = event_id["targetCompleted"]["label"]
      skipped = event.get("aborted", {}).get("reason") == "SKIPPED"
      if not event.get("completed", {}).get("success", False) and not skipped:
        unbuilt[label] = "does not build"
    elif "aborted" in event and "pattern" in event_id:
      unbuilt[" ".join(event_id["pattern"]["pattern"])] = event["aborted"].get("description", "aborted")
    elif "aborted" in event and "configuredLabel" in event_id:
      unbuilt[event_id["configuredLabel"]["label"]] = event["aborted"].get("description", "aborted")
    elif "aborted" in event and "unconfiguredLabel" in event_id:
      unbuilt[event_id["unconfiguredLabel"]["label"]] = event["aborted"].get("description", "aborted")
  # A failing test's target completes without success as well: its own status says more.
  failed = {**unbuilt, **failed}
  passed -= failed.keys()
  if bazel_status != 0 and not failed:
    failed["the run"] = "bazel's exit status is %d" % bazel_status
  return passed, failed


def main(arguments):
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("--bazel-status", type=int, required=True)
  parser.add_argument("events")
  options = parser.parse_args(arguments)
  with open(options.events, encoding="utf-8", errors="replace") as events:
    passed, failed = collect(events, options.bazel_status)
  for label in sorted(failed):
    print("FAILED %s: %s" % (label, failed[label].splitlines()[0]))
  print("%d passed, %d failed" % (len(passed), len(failed)))
  return 1 if failed or not passed else 0


if __name__ == "__main__":
  sys.exit(main(sys.argv[1:]))
