#!/usr/bin/env python3
"""Runs suites, a few at a time, and ends with the line "N passed, N failed".

Each suite gets a time limit, a temporary folder of its own, and an end to every process it left behind. The full
output of a suite is in <build>/tests/log; only that of a failed one is shown. A report of all is <build>/tests/report.json.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import results  # noqa: E402
import suites as finder  # noqa: E402

SHOWN_LINES = 300  # of a failed suite, without what passed; the log has all
FAILURE_LINES = 12  # of one failure, before that
HEARTBEAT = 60
GRACE = 2
MARK = "GUICHET_TEST_SUITE"


class Runner:
    def __init__(self, root, build, jobs, slow=1.0, say=print):
        self.root, self.build, self.jobs, self.slow, self.say = root, build, jobs, slow, say
        self.log = build / "tests/log"
        self.lock = threading.Lock()
        self.running = {}  # suite name -> (process, start)
        self.reports = []
        self.stopping = False

    def run(self, suites):
        """Runs all; returns (passed, failed)."""
        self.log.mkdir(parents=True, exist_ok=True)
        # A short path: sockets live below it, and a socket's path is bounded at 107 bytes.
        self.temporary = Path(tempfile.mkdtemp(prefix="guichet-"))
        try:
            seconds = self._seconds_last_time()
            suites = sorted(suites, key=lambda s: -seconds.get(s.name, s.limit))
            self._in_parallel([s for s in suites if not s.exclusive], self.jobs)
            self._in_parallel([s for s in suites if s.exclusive], 1)
        except KeyboardInterrupt:
            self.stopping = True
            with self.lock:
                processes = [process for process, _ in self.running.values()]
            for process in processes:
                _signal_group(process, signal.SIGKILL)
            raise
        finally:
            shutil.rmtree(self.temporary, ignore_errors=True)
            self._write_report()
        return sum(r["passed"] for r in self.reports), sum(r["failed"] for r in self.reports)

    def _in_parallel(self, suites, jobs):
        waiting = list(suites)

        def work():
            while not self.stopping:
                with self.lock:
                    if not waiting:
                        return
                    suite = waiting.pop(0)
                self._run_one(suite)

        threads = [threading.Thread(target=work, daemon=True) for _ in range(min(jobs, len(waiting)))]
        for thread in threads:
            thread.start()
        next_beat = time.monotonic() + HEARTBEAT
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)
                if time.monotonic() >= next_beat:
                    next_beat += HEARTBEAT
                    self._heartbeat()

    def _heartbeat(self):
        now = time.monotonic()
        with self.lock:
            names = [f"{name} ({now - start:.0f} s)" for name, (_, start) in self.running.items()]
        self.say("...   still running: " + ", ".join(names))

    def _run_one(self, suite):
        safe = suite.name.replace("/", "_")
        log = self.log / f"{safe}.log"
        gtest_report = self.log / f"{safe}.json"
        gtest_report.unlink(missing_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self.temporary))
        mark = f"{os.getpid()}-{suite.name}"
        environment = dict(
            os.environ, **suite.environment, TMPDIR=str(folder), GUICHET_ROOT=str(self.root),
            GUICHET_BUILD=str(self.build), GUICHET_BIN=str(self.build / "guichet"), **{MARK: mark})
        command = list(suite.command)
        if suite.kind == "gtest":
            command += [f"--gtest_output=json:{gtest_report}", "--gtest_color=no"]
        limit = suite.limit * self.slow
        start = time.monotonic()
        try:
            exit_code, timed_out = self._execute(suite, command, environment, log, limit)
        except OSError as error:
            log.write_text(f"{command[0]}: {error.strerror}\n")
            exit_code, timed_out = 127, False
        seconds = time.monotonic() - start
        left = _end_processes_marked(mark)
        shutil.rmtree(folder, ignore_errors=True)
        if self.stopping:
            return
        output = log.read_text(errors="replace")
        report = gtest_report.read_text(errors="replace") if gtest_report.exists() else None
        result = results.judge(suite.kind, exit_code, timed_out, output, report, limit)
        self._tell(suite, result, seconds, output, left)

    def _execute(self, suite, command, environment, log, limit):
        with open(log, "wb") as out:
            process = subprocess.Popen(
                command, cwd=suite.folder, env=environment, stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, start_new_session=True)
        with self.lock:
            self.running[suite.name] = (process, time.monotonic())
        timed_out = False
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            timed_out = True
            _signal_group(process, signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                pass
        _signal_group(process, signal.SIGKILL)
        process.wait()
        with self.lock:
            del self.running[suite.name]
        return process.returncode, timed_out

    def _tell(self, suite, result, seconds, output, left):
        verdict = "FAIL" if result.failed else "ok"
        line = f"{verdict:<5} {suite.name:<32} {result.passed:>5} passed"
        if result.failed:
            line += f", {result.failed} failed"
        if result.skipped:
            line += f", {result.skipped} skipped"
        line += f"  {seconds:.1f} s"
        if left:
            line += f"  (ended processes it left behind: {', '.join(left)})"
        with self.lock:
            self.reports.append({
                "name": suite.name, "kind": suite.kind, "seconds": round(seconds, 2), "passed": result.passed,
                "failed": result.failed, "skipped": result.skipped, "failures": result.failures})
            self.say(line)
            if result.failed:
                self._tell_failures(result.failures, FAILURE_LINES)
                self._show(output)

    def _tell_failures(self, failures, shown):
        for failure in failures:
            lines = failure["message"].splitlines() or [""]
            self.say(f"      {failure['test']}: {lines[0]}")
            for line in lines[1:shown]:
                self.say(f"        {line}")

    def tell_failed_suites(self):
        """Once more at the end: of a long output, the end is what is read."""
        for report in self.reports:
            if report["failed"]:
                self.say(f"FAIL  {report['name']}")
                self._tell_failures(report["failures"], 3)

    def _show(self, output):
        lines = results.without_passed(output.splitlines())
        if len(lines) > SHOWN_LINES:
            half = SHOWN_LINES // 2
            lines = lines[:half] + [f"[{len(lines) - SHOWN_LINES} lines left out; see {self.log}]"] + lines[-half:]
        for line in lines:
            self.say(f"    | {line}")

    def _seconds_last_time(self):
        try:
            report = json.loads((self.build / "tests/report.json").read_text())
            return {suite["name"]: suite["seconds"] for suite in report["suites"]}
        except (OSError, ValueError, KeyError):
            return {}

    def _write_report(self):
        report = {
            "passed": sum(r["passed"] for r in self.reports),
            "failed": sum(r["failed"] for r in self.reports),
            "suites": sorted(self.reports, key=lambda r: r["name"]),
        }
        (self.build / "tests/report.json").write_text(json.dumps(report, indent=1) + "\n")


def _signal_group(process, number):
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def _end_processes_marked(mark):
    """Ends what a suite left running (it may have left its session), found by the mark in its environment."""
    wanted = f"{MARK}={mark}".encode()
    deadline = time.monotonic() + GRACE  # a child that dies with its parent needs a moment
    while True:
        left = []
        for entry in os.scandir("/proc"):
            if not entry.name.isdigit():
                continue
            try:
                with open(f"/proc/{entry.name}/environ", "rb") as file:
                    if wanted in file.read().split(b"\0"):
                        left.append(int(entry.name))
            except OSError:
                continue
        if not left or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    names = []
    for pid in left:
        try:
            names.append(Path(f"/proc/{pid}/comm").read_text().strip())
            os.kill(pid, signal.SIGKILL)
        except OSError:
            continue
    deadline = time.monotonic() + GRACE
    while any(_lives(pid) for pid in left) and time.monotonic() < deadline:
        time.sleep(0.01)
    return names


def _lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, help="build folder, e.g. build/release")
    parser.add_argument("--jobs", type=int, default=max(1, min(os.cpu_count() or 1, 4)), help="suites at a time")
    parser.add_argument("--native", action="store_true", help="only GoogleTest executables")
    parser.add_argument("--scripts", action="store_true", help="only lints and end-to-end scripts")
    parser.add_argument("--slow", type=float, default=1.0, help="factor on time limits")
    parser.add_argument("--list", action="store_true", help="name the suites, run none")
    parser.add_argument("patterns", nargs="*", help="part of a suite's name; unit_core:Ids.* filters its tests too")
    options = parser.parse_args()
    root = Path(__file__).resolve().parent.parent.parent
    build = options.build.resolve()

    suites = [] if options.scripts else finder.native_suites(build)
    if not options.native:
        suites += finder.script_suites(root)
    suites = finder.select(suites, options.patterns)
    if options.list:
        print("\n".join(suite.name for suite in suites))
        return 0
    if not suites:
        print("no suite to run")
        print("0 passed, 1 failed")
        return 1
    runner = Runner(root, build, options.jobs, options.slow, lambda line: print(line, flush=True))
    try:
        passed, failed = runner.run(suites)
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    runner.tell_failed_suites()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
