"""Promised: the summary line counts what Bazel's build events say, and a build failure is a failure."""

import contextlib
import io
import json
import sys
import tempfile
import unittest

from tools.lib import test_summary


def summary(label, status):
  return {"id": {"testSummary": {"label": label}}, "testSummary": {"overallStatus": status}}


def completed(label, success):
  return {"id": {"targetCompleted": {"label": label}}, "completed": {"success": True} if success else {}}


class TestSummaryTest(unittest.TestCase):

  def run_on(self, events, bazel_status):
    """Returns (exit status, printed lines)."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
      file.write("\n".join(json.dumps(event) for event in events))
      file.flush()
      out = io.StringIO()
      with contextlib.redirect_stdout(out):
        status = test_summary.main(["--bazel-status=%d" % bazel_status, file.name])
    return status, out.getvalue().splitlines()

  def test_passed_tests_are_counted(self):
    events = [completed("//a:a", True), completed("//a:t", True), summary("//a:t", "PASSED"), summary("//a:u", "PASSED")]
    self.assertEqual(self.run_on(events, 0), (0, ["2 passed, 0 failed"]))

  def test_a_failed_test_is_named_and_counted_once(self):
    events = [completed("//a:t", False), summary("//a:t", "FAILED"), summary("//a:u", "PASSED"), summary("//a:v", "TIMEOUT")]
    self.assertEqual(self.run_on(events, 3),
                     (1, ["FAILED //a:t: failed", "FAILED //a:v: timeout", "1 passed, 2 failed"]))

  def test_a_flaky_test_is_a_failure(self):
    self.assertEqual(self.run_on([summary("//a:t", "FLAKY")], 0), (1, ["FAILED //a:t: flaky", "0 passed, 1 failed"]))

  def test_a_target_that_does_not_build_is_a_failure(self):
    events = [completed("//a:lib", False), completed("//a:t", False), summary("//a:u", "PASSED")]
    self.assertEqual(self.run_on(events, 1),
                     (1, ["FAILED //a:lib: does not build", "FAILED //a:t: does not build", "1 passed, 2 failed"]))

  def test_a_skipped_target_is_not_a_failure(self):
    skipped = {"id": {"targetCompleted": {"label": "//a:mac"}}, "aborted": {"reason": "SKIPPED"}}
    self.assertEqual(self.run_on([skipped, summary("//a:u", "PASSED")], 0), (0, ["1 passed, 0 failed"]))

  def test_a_package_that_does_not_load_is_a_failure(self):
    events = [{"id": {"pattern": {"pattern": ["//..."]}}, "aborted": {"reason": "LOADING_FAILURE", "description": "broken\nmore"}},
              summary("//a:u", "PASSED")]
    self.assertEqual(self.run_on(events, 1), (1, ["FAILED //...: broken", "1 passed, 1 failed"]))

  def test_a_failed_run_without_an_event_is_a_failure(self):
    self.assertEqual(self.run_on([], 2), (1, ["FAILED the run: bazel's exit status is 2", "0 passed, 1 failed"]))

  def test_a_run_without_a_test_is_not_a_success(self):
    self.assertEqual(self.run_on([completed("//a:lib", True)], 0), (1, ["0 passed, 0 failed"]))


if __name__ == "__main__":
  unittest.main(argv=sys.argv[:1])
