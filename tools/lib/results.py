"""What a suite's exit code and output say: how many tests passed, failed, were skipped, and why it is not to be trusted.

Three kinds of evidence: GoogleTest's JSON report, TAP ("ok 1 - ..."), and a last line "N passed, N failed".
Whatever the evidence, a suite that crashed, overran its time or ran no test has at least one failure.
"""

import json
import re
from dataclasses import dataclass, field

SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$")
TAP_PLAN = re.compile(r"^1\.\.(\d+)")
TAP_LINE = re.compile(r"^(not )?ok\b([^#]*)(#\s*(?:skip|todo)\b.*)?", re.IGNORECASE)
GTEST_RUN = re.compile(r"^\[ RUN      \] (\S+)")
GTEST_OK = re.compile(r"^\[       OK \] (\S+)")
SCRIPT_OK = re.compile(r"^ok \d+ - ")


def without_passed(lines):
    """The output without what passing tests said. A test that did not end keeps all its lines: it may have crashed."""
    kept = []
    began = {}
    for line in lines:
        run, ended = GTEST_RUN.match(line), GTEST_OK.match(line)
        if run:
            began[run[1]] = len(kept)
        if ended and ended[1] in began:
            del kept[began.pop(ended[1]):]
        elif not SCRIPT_OK.match(line):
            kept.append(line)
    return kept


@dataclass
class Result:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list = field(default_factory=list)  # {"test": name, "message": text}

    def fail(self, test, message):
        self.failed += 1
        self.failures.append({"test": test, "message": message})


def judge(kind, exit_code, timed_out, output, gtest_report=None, limit=0):
    """The result of one finished suite. exit_code is negative for a signal, as subprocess gives it."""
    result = None
    if kind == "gtest":
        result = _from_gtest_report(gtest_report) if gtest_report else _from_gtest_output(output)
    if result is None:
        result = _from_text(output)
    if timed_out:
        result.fail("(time)", f"did not end within {limit:g} s")
    elif exit_code < 0:
        result.fail("(crash)", f"ended by signal {-exit_code}")
    elif exit_code != 0 and result.failed == 0:
        result.fail("(exit)", f"exit code {exit_code} although no test is reported as failed")
    elif kind == "gtest" and not gtest_report:
        result.fail("(report)", "ended without its report")
    if result.passed + result.failed == 0:
        result.fail("(empty)", "ran no test" if result.skipped == 0 else "skipped every test")
    return result


def _from_gtest_report(text):
    try:
        report = json.loads(text)
    except ValueError:
        return None
    result = Result()
    for suite in report.get("testsuites", []):
        for test in suite.get("testsuite", []):
            name = f"{suite['name']}.{test['name']}"
            if test.get("failures"):
                result.fail(name, "\n".join(f.get("failure", "") for f in test["failures"]))
            elif test.get("result") == "SKIPPED" or test.get("status") == "NOTRUN":
                result.skipped += 1
            else:
                result.passed += 1
    return result


def _from_gtest_output(output):
    """After a crash there is no report: count what was printed."""
    result = Result()
    for line in output.splitlines():
        if line.startswith("[       OK ]"):
            result.passed += 1
        elif line.startswith("[  SKIPPED ]") and line.endswith("ms)"):
            result.skipped += 1
        elif line.startswith("[  FAILED  ]") and line.endswith("ms)"):
            result.fail(line[len("[  FAILED  ]"):].split("(")[0].strip(), "failed before the suite ended")
    return result


def _from_text(output):
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    summary = SUMMARY.match(lines[-1]) if lines else None
    if summary:
        result = Result(passed=int(summary[1]), skipped=int(summary[3] or 0))
        for number in range(int(summary[2])):
            result.fail(f"#{number + 1}", "see the output")
        return result
    return _from_tap(lines)


def _from_tap(lines):
    result = Result()
    planned = None
    for line in lines:
        plan = TAP_PLAN.match(line)
        if plan:
            planned = int(plan[1])
            continue
        if line.startswith("Bail out!"):
            result.fail("(bail out)", line)
            continue
        test = TAP_LINE.match(line)
        if not test:
            continue
        if test[3]:
            result.skipped += 1
        elif test[1]:
            result.fail(test[2].strip(" -") or "?", "see the output")
        else:
            result.passed += 1
    seen = result.passed + result.failed + result.skipped
    if planned is not None and planned > seen:
        result.fail("(plan)", f"{planned} tests announced, {seen} reported")
    return result
