"""Tests of the test runner: what a suite does wrong must show in the sum."""

import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import results  # noqa: E402
import runner  # noqa: E402
import suites  # noqa: E402


def gtest_report(*tests):
    return json.dumps({"testsuites": [{"name": "S", "testsuite": list(tests)}]})


GOOD = {"name": "good", "status": "RUN", "result": "COMPLETED"}
BAD = {"name": "bad", "status": "RUN", "result": "COMPLETED", "failures": [{"failure": "1 != 2"}]}
SKIPPED = {"name": "skipped", "status": "RUN", "result": "SKIPPED"}


class Judgement(unittest.TestCase):
    def numbers(self, *arguments, **named):
        result = results.judge(*arguments, **named)
        return result.passed, result.failed, result.skipped

    def test_gtest_report_counts(self):
        self.assertEqual(self.numbers("gtest", 1, False, "", gtest_report(GOOD, GOOD, BAD, SKIPPED)), (2, 1, 1))

    def test_gtest_without_tests_fails(self):
        self.assertEqual(self.numbers("gtest", 0, False, "", gtest_report()), (0, 1, 0))

    def test_gtest_with_only_skipped_tests_fails(self):
        self.assertEqual(self.numbers("gtest", 0, False, "", gtest_report(SKIPPED)), (0, 1, 1))

    def test_gtest_crash_keeps_what_had_passed(self):
        output = "[       OK ] S.a (0 ms)\n[  FAILED  ] S.b (1 ms)\n[ RUN      ] S.c\n"
        self.assertEqual(self.numbers("gtest", -11, False, output), (1, 2, 0))

    def test_gtest_leak_after_passing_tests_fails(self):
        self.assertEqual(self.numbers("gtest", 1, False, "", gtest_report(GOOD)), (1, 1, 0))

    def test_gtest_that_exits_0_without_report_fails(self):
        self.assertEqual(self.numbers("gtest", 0, False, "[       OK ] S.a (0 ms)\n"), (1, 1, 0))

    def test_timeout_fails(self):
        self.assertEqual(self.numbers("script", -15, True, "ok 1 - a\n"), (1, 1, 0))

    def test_summary_line(self):
        self.assertEqual(self.numbers("script", 1, False, "ok noise\n3 passed, 2 failed\n"), (3, 2, 0))

    def test_tap(self):
        self.assertEqual(self.numbers("script", 1, False, "ok 1 - a\nnot ok 2 - b\nok 3 # skip no net\n1..3\n"), (1, 1, 1))

    def test_tap_that_stops_short_of_its_plan_fails(self):
        self.assertEqual(self.numbers("script", 0, False, "1..3\nok 1 - a\n"), (1, 1, 0))

    def test_script_with_failing_exit_code_but_no_failed_test_fails(self):
        self.assertEqual(self.numbers("script", 3, False, "ok 1 - a\n"), (1, 1, 0))

    def test_silent_script_fails(self):
        self.assertEqual(self.numbers("script", 0, False, ""), (0, 1, 0))


class Shown(unittest.TestCase):
    def test_a_passed_test_is_left_out_with_what_it_said_and_one_that_did_not_end_is_kept(self):
        lines = ["[ RUN      ] A.a", "said", "[       OK ] A.a (1 ms)", "[ RUN      ] A.b", "wrong",
                 "[  FAILED  ] A.b (1 ms)", "ok 3 - fine", "[ RUN      ] A.c", "then it crashed"]
        self.assertEqual(results.without_passed(lines),
                         ["[ RUN      ] A.b", "wrong", "[  FAILED  ] A.b (1 ms)", "[ RUN      ] A.c", "then it crashed"])


class Run(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.build = Path(self.folder.name)
        self.lines = []

    def script(self, name, text, **options):
        path = self.build / name
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return suites.Suite(name=name, kind="script", command=[str(path)], folder=self.build,
                            limit=options.pop("limit", 20), **options)

    def run_all(self, *scripts, jobs=2):
        return runner.Runner(self.build, self.build, jobs, 1.0, self.lines.append).run(list(scripts))

    def test_sum_over_suites_and_report(self):
        total = self.run_all(self.script("a", "echo '2 passed, 0 failed'"),
                             self.script("b", "echo 'not ok 1 - x'; exit 1"),
                             self.script("c", "echo 'ok 1 - x'", exclusive=True))
        self.assertEqual(total, (3, 1))
        report = json.loads((self.build / "tests/report.json").read_text())
        self.assertEqual((report["passed"], report["failed"]), (3, 1))
        self.assertEqual([s["name"] for s in report["suites"]], ["a", "b", "c"])

    def test_output_is_shown_of_failed_suites_only(self):
        self.run_all(self.script("a", "echo quiet words; echo 'ok 1'"), self.script("b", "echo loud words; exit 1"))
        self.assertIn("loud words", "\n".join(self.lines))
        self.assertNotIn("quiet words", "\n".join(self.lines))

    def test_what_failed_is_told_before_the_output_and_once_more_at_the_end(self):
        run = runner.Runner(self.build, self.build, 1, 1.0, self.lines.append)
        run.run([self.script("a", "echo 'ok 1 - calm'; echo 'not ok 2 - storm'; exit 1")])
        shown = [line.strip() for line in self.lines]
        self.assertEqual(shown[1:], ["2 - storm: see the output", "| not ok 2 - storm"])
        run.tell_failed_suites()
        self.assertEqual([line.strip() for line in self.lines[3:]], ["FAIL  a", "2 - storm: see the output"])

    def test_crash_fails(self):
        self.assertEqual(self.run_all(self.script("a", "echo 'ok 1'; kill -SEGV $$")), (1, 1))

    def test_missing_program_fails(self):
        lost = suites.Suite(name="lost", kind="gtest", command=["/nonexistent"], folder=self.build, limit=5)
        self.assertEqual(self.run_all(lost)[1], 1)

    def test_time_limit_ends_a_suite(self):
        start = time.monotonic()
        self.assertEqual(self.run_all(self.script("a", "echo 'ok 1'; sleep 60", limit=0.5)), (1, 1))
        self.assertLess(time.monotonic() - start, 20)

    def test_processes_left_behind_are_ended(self):
        # A session of its own, so that ending the suite's process group does not reach it.
        stray = f"setsid sh -c 'echo $$ > {self.build}/pid; exec sleep 61' &"
        ready = f"until [ -s {self.build}/pid ]; do sleep 0.05; done; echo 'ok 1'"
        self.run_all(self.script("a", f"{stray}\n{ready}"))
        pid = int((self.build / "pid").read_text())
        state = Path(f"/proc/{pid}/stat")
        self.assertTrue(not state.exists() or state.read_text().split()[2] == "Z")
        self.assertIn("left behind: sleep", "\n".join(self.lines))

    def test_parallel_suites_overlap_and_exclusive_ones_do_not(self):
        wait = (f"touch {self.build}/$1; n=0; until [ -e {self.build}/$2 ]; do n=$((n+1)); "
                "[ $n -gt 200 ] && exit 1; sleep 0.05; done; echo 'ok 1'")
        both = [self.script("a", "set -- x y\n" + wait), self.script("b", "set -- y x\n" + wait)]
        self.assertEqual(self.run_all(*both), (2, 0))
        alone = f"mkdir {self.build}/lock && sleep 0.1 && rmdir {self.build}/lock && echo 'ok 1'"
        self.assertEqual(self.run_all(self.script("c", alone, exclusive=True), self.script("d", alone, exclusive=True)),
                         (2, 0))


class Find(unittest.TestCase):
    def test_scripts_and_their_options(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in (("tools/lint/x", "#!/bin/sh\n# suite: timeout=7 exclusive\n"), ("tests/e2e/y/run", "#!/bin/sh\n"),
                               ("tests/fault/z/run", "#!/bin/sh\n")):
                path = root / name
                path.parent.mkdir(parents=True)
                path.write_text(text)
                path.chmod(0o755)
            (root / "tools/lint/README.md").write_text("not a suite")
            found = suites.script_suites(root)
            self.assertEqual([(s.name, s.limit, s.exclusive) for s in found],
                             [("lint/x", 7, True), ("e2e/y", suites.SCRIPT_LIMIT, False),
                              ("fault/z", suites.SCRIPT_LIMIT, False)])

    def test_patterns(self):
        def all_suites():
            return [suites.Suite(name=n, kind="gtest", command=[n], folder=Path("/"), limit=1) for n in ("unit_core", "unit_http")]
        self.assertEqual([s.name for s in suites.select(all_suites(), ["core"])], ["unit_core"])
        self.assertEqual(suites.select(all_suites(), ["core:Ids.*"])[0].command, ["unit_core", "--gtest_filter=Ids.*"])
        self.assertEqual(suites.select(all_suites(), ["nothing"]), [])


class Command(unittest.TestCase):
    def test_no_suite_to_run_is_a_failure(self):
        with tempfile.TemporaryDirectory() as folder:
            answer = subprocess.run([sys.executable, runner.__file__, "--build", folder, "--scripts", "no-such-suite"],
                                    capture_output=True, text=True)
        self.assertEqual(answer.stdout.splitlines()[-1], "0 passed, 1 failed")
        self.assertEqual(answer.returncode, 1)

    def test_last_line_and_exit_code(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "CTestTestfile.cmake").write_text('add_test(t "/bin/false")\n')
            answer = subprocess.run([sys.executable, runner.__file__, "--build", folder, "--native"],
                                    capture_output=True, text=True)
        self.assertEqual(answer.stdout.splitlines()[-1], "0 passed, 1 failed")
        self.assertEqual(answer.returncode, 1)


if __name__ == "__main__":
    unittest.main()
