#!/usr/bin/env python3
"""Runs the proofs one after another, with their progress; ends with a table, a report as JSON and "N passed, N failed".

--short takes five to eight minutes on two cores, the full run longer than 20; parts of names choose some of them.
"""

import argparse
import contextlib
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

SUM = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)
HEARTBEAT = 30.0
LANES = 2


@dataclass
class Proof:
    name: str
    command: list  # {json} becomes the path where it writes its figures
    limit: float
    alone: bool = False  # it measures speed: nothing else may run meanwhile


@dataclass
class Result:
    name: str
    passed: int
    failed: int
    seconds: float
    figures: object = None
    words: list = field(default_factory=list)  # of what failed


def proofs(root, short):
    """Those that are there: a folder with a `run` under tests/fault, the fuzz targets, and each bench that says what it measured."""
    fault = root / "tests/fault"
    known = {
        "seeds": (["--faults", "100", "--episodes", "2"] if short else
                  ["--faults", "1000", "--episodes", "12", "--dense", "45", "--seed", "100"], 3600),
        "power": (["--cuts", "3"] if short else ["--cuts", "20"], 900),
        "zombie": ([] if short else ["--rounds", "2"], 900),
        "failover": ([] if short else ["--rounds", "5"], 900),
        "cluster": ([] if short else ["--rounds", "4"], 900),
        "versions": ([], 900),
        "soak": (["--minutes", "1"] if short else ["--minutes", "3"], 900)}
    found = [Proof("checker", [str(fault / "checker/run")], 300)]
    for name, (more, limit) in known.items():
        run = fault / name / "run"
        if run.exists():
            found.append(Proof(name, [str(run), *more, "--json", "{json}"], limit))
    fuzz = root / "tests/fuzz/run"
    if fuzz.exists():
        found.append(Proof("fuzz", [str(fuzz), "--seconds", "2" if short else "20", "--seed", "0", "--json", "{json}"], 1800))
    for run in sorted((root / "tests/bench").glob("*/run")):
        found.append(Proof(f"bench/{run.parent.name}", [str(run), *(["--short"] if short else []), "--json", "{json}"],
                           1200, alone=True))
    return found


def count(output, code):
    """(passed, failed) of what a proof printed. Without its sum, or with an exit code that contradicts it, it failed."""
    sums = SUM.findall(output)
    if not sums:
        return 0, 1
    passed, failed = map(int, sums[-1])
    return passed, failed if failed or code == 0 else 1


def faults_of(results):
    """How many faults took effect, by kind, and the violations; of the figures of `seeds`."""
    kinds, violations = {}, 0
    for result in results:
        if result.name == "seeds" and result.figures:
            for episode in result.figures:
                violations += len(episode["violations"])
                for kind, times in episode["took_effect"].items():
                    kinds[kind] = kinds.get(kind, 0) + times
    return kinds, violations


def table(results):
    lines = [f"{'proof':<24} {'passed':>7} {'failed':>7} {'seconds':>8}"]
    lines += [f"{r.name:<24} {r.passed:>7} {r.failed:>7} {r.seconds:>8.0f}" for r in results]
    kinds, violations = faults_of(results)
    if kinds:
        each = ", ".join(f"{kind} {times}" for kind, times in sorted(kinds.items()))
        lines += ["", f"{sum(kinds.values())} faults took effect, {violations} violations: {each}"]
    for result in results:
        lines += [f"{result.name}: {line}" for line in result.words]
    return "\n".join(lines)


class Runner:
    def __init__(self, root, build, say=print):
        self.root, self.build, self.say = root, build, say

    def run_all(self, chosen):
        """The results, in the order of what was chosen: faults two at a time, for they wait more than they work; then
        whatever measures speed, each alone."""
        results = {}

        def lane(waiting):
            with contextlib.suppress(queue.Empty):
                while True:
                    proof = waiting.get_nowait()
                    results[proof.name] = self.run(proof)

        beside, alone = queue.SimpleQueue(), queue.SimpleQueue()
        # The longest first, or the other lane would stand idle at the end.
        for proof in sorted(chosen, key=lambda p: -p.limit):
            (alone if proof.alone else beside).put(proof)
        lanes = [threading.Thread(target=lane, args=(beside,)) for _ in range(LANES)]
        for thread in lanes:
            thread.start()
        for thread in lanes:
            thread.join()
        lane(alone)
        return [results[proof.name] for proof in chosen]

    def run(self, proof):
        started = time.monotonic()
        self.say(f"·  {proof.name}")
        with tempfile.TemporaryDirectory(prefix="guichet-", dir="/tmp") as folder:
            figures = Path(folder) / "figures.json"
            output, code = self._execute(proof, figures, folder)
            passed, failed = count(output, code)
            words = [line for line in output.splitlines() if line.startswith(("FAIL", "MISSED")) or "again:" in line]
            known = json.loads(figures.read_text()) if figures.exists() else None
        return Result(proof.name, passed, failed, time.monotonic() - started, known, words)

    def _execute(self, proof, figures, folder):
        environment = dict(os.environ, GUICHET_ROOT=str(self.root), GUICHET_BUILD=str(self.build), TMPDIR=folder,
                           GUICHET_BIN=str(self.build / "guichet"))
        command = [part.replace("{json}", str(figures)) for part in proof.command]
        process = subprocess.Popen(command, cwd=self.root, env=environment, text=True, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        timer = threading.Timer(proof.limit, process.kill)
        timer.start()
        stop = threading.Event()
        threading.Thread(target=self._beat, args=(proof, stop), daemon=True).start()
        lines = []
        try:
            for line in process.stdout:
                lines.append(line)
                # How to see it again is of use as a whole only.
                self.say(f"   {proof.name}: " + (line.rstrip() if "again:" in line else line.rstrip()[:200]))
            code = process.wait()
        finally:
            timer.cancel()
            stop.set()
            if process.poll() is None:
                process.kill()
        return "".join(lines), code

    def _beat(self, proof, stop):
        started = time.monotonic()
        while not stop.wait(HEARTBEAT):
            self.say(f"   … {proof.name}: {time.monotonic() - started:.0f} s")


def main():
    parser = argparse.ArgumentParser(prog="tools/prove", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--short", action="store_true", help="fewer rounds of each")
    parser.add_argument("--list", action="store_true", help="name the proofs, run none")
    parser.add_argument("--json", type=Path, help="the report (default: prove.json in the build folder)")
    parser.add_argument("parts", nargs="*", help="parts of names")
    options = parser.parse_args()
    root = Path(__file__).resolve().parents[2]
    chosen = [p for p in proofs(root, options.short) if not options.parts or any(x in p.name for x in options.parts)]
    if options.list:
        print("\n".join(proof.name for proof in chosen))
        return 0
    runner = Runner(root, options.build.resolve(), lambda line: print(line, flush=True))
    started = time.monotonic()
    results = runner.run_all(chosen)
    kinds, violations = faults_of(results)
    report = {"short": options.short, "faults": sum(kinds.values()), "faults_by_kind": kinds, "violations": violations,
              "seconds": round(time.monotonic() - started),
              "proofs": [vars(result) for result in results]}
    target = options.json or options.build / "prove.json"
    target.write_text(json.dumps(report, indent=1) + "\n")
    passed, failed = sum(r.passed for r in results), sum(r.failed for r in results)
    print(f"\n{table(results)}\n\n{report['seconds']} s in all\nreport: {target}\n{passed} passed, {failed if results else 1} failed")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
